"""The portal as a process of its own on a copy of the demo, which a test can kill and start again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120


class Portal:
    """Serves one folder: database, files and log. The port stays the same from start to start.

    `settings` are for a portal whose database or files are elsewhere.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self._settings = {**(settings or {})}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, release: Path = ROOT) -> None:
        """`release`: where the code and the built assets lie."""
        log = (self.folder / "portal.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "server.cli", "serve"],
            cwd=release,
            env=environment(self.folder)
            | {"PWS_PORT": str(self.port), "PWS_BASE_URL": self.url}
            | self._settings,
            stdout=log,
            stderr=log,
        )
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError((self.folder / "portal.log").read_text()[-4000:])
            time.sleep(0.1)

    def kill(self) -> None:
        """As a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def ask(self, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
        """What the database says, read beside the running portal."""
        connection = sqlite3.connect(f"file:{self.folder / 'pws.sqlite'}?mode=ro", uri=True)
        try:
            return connection.execute(sql, arguments).fetchall()
        finally:
            connection.close()

    def stored(self, reseller_id: str, sha256: str) -> bytes:
        """A file of the object store."""
        return (self.folder / "files" / reseller_id / sha256).read_bytes()

    def _is_ready(self) -> bool:
        try:
            with urlopen(f"{self.url}/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, ConnectionError, TimeoutError):
            return False

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=20)
            self._process = None


def environment(folder: Path) -> dict[str, str]:
    """The settings of a demo that lives in one folder; nothing of the caller's own settings."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PWS_")}
    return inherited | {"PWS_DATABASE_URL": f"sqlite:///{folder / 'pws.sqlite'}", "PWS_DATA_DIR": str(folder)}


def make_demo(folder: Path) -> None:
    """A small demo, made anew: its times are relative to now."""
    subprocess.run(
        [sys.executable, "-m", "server.cli", "demo", "--scale", "small"],
        cwd=ROOT,
        env=environment(folder),
        check=True,
        capture_output=True,
        timeout=120,
    )


def copy_demo(source: Path, target: Path) -> None:
    shutil.copytree(source, target)


def forget_ratings(folder: Path) -> None:
    """Every visit of the last weeks is still to be rated. For a folder that no portal serves yet."""
    with closing(sqlite3.connect(folder / "pws.sqlite")) as database, database:
        database.execute("DELETE FROM rating")
