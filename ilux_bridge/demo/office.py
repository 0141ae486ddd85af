"""The reseller's server room: a private Firebird with ILUX's base in it, and the bridge beside it.

The bridge is a process of its own, installed and started as its document says.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import ilux_bridge.reference
from ilux_bridge.firebird import Connection, connect
from ilux_bridge.heartbeat import State
from ilux_bridge.reference.server import CLERK, PASSWORD, PrivateFirebird
from ilux_bridge.settings import PASSWORD as PASSWORD_NAME
from ilux_bridge.settings import TOKEN
from ilux_bridge.store import Store

REFERENCE = Path(ilux_bridge.reference.__file__).with_name("ilux.toml")
LOADS_WITHIN_S = 120
ENDS_WITHIN_S = 10


class Office:
    """`open`, then `bridge`; `close` ends what was started. `folder` holds the bridge's files and its log."""

    def __init__(self, folder: Path, portal_url: str) -> None:
        self.folder = folder
        self.mapping = folder / "ilux.toml"
        self._portal_url = portal_url
        self._server = PrivateFirebird()
        self._base: Path
        self._bridge: subprocess.Popen[bytes] | None = None
        self._token = ""

    def open(self, fill: Callable[[Connection], None]) -> None:
        """An empty base, which `fill` makes ILUX's, and the mapping of it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._server.start()
        self._base = self._server.create("ilux", "WIN1252", 3, is_durable=True)
        with connect(self._server.address(self._base)) as owner:
            fill(owner)
        self.mapping.write_text(self._mapping())

    def bridge(self, token: str) -> None:
        """Install it in the base, and let it run; returns when the first load is over."""
        self._token = token
        self._command("instalar", stdout=subprocess.DEVNULL).check_returncode()
        log = (self.folder / "ponte.log").open("ab")
        self._bridge = subprocess.Popen(
            self._words("executar"),
            env=self._environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        self._wait_until_loaded()

    def clerk(self) -> Connection:
        """Somebody who works in ILUX."""
        return connect(self._server.address(self._base, CLERK))

    @property
    def isql(self) -> str:
        """What a person types to be that somebody."""
        place = f"127.0.0.1/{self._server.port}:{self._base}"
        return f"isql-fb -user {CLERK} -password {PASSWORD} {place}"

    def log(self) -> str:
        return (self.folder / "ponte.log").read_text()

    def close(self) -> None:
        if self._bridge is not None:
            self._bridge.send_signal(signal.SIGTERM)
            try:
                self._bridge.wait(ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._bridge.kill()
                self._bridge.wait()
        self._server.stop()

    def _wait_until_loaded(self) -> None:
        with closing(Store(self.folder / "ponte" / "bridge.sqlite")) as store:
            deadline = time.monotonic() + LOADS_WITHIN_S
            while (store.fact("health") or {}).get("state") != State.WORKING:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"The first load takes too long: {self.log()[-2000:]}")
                time.sleep(0.1)

    def _mapping(self) -> str:
        text = REFERENCE.read_text()
        for before, after in (
            (r"C:\ILUX\ILUXEmpresarial\Dados\nomeempresa.fdb", str(self._base)),
            ('host = "localhost"', 'host = "127.0.0.1"'),
            ("port = 3050", f"port = {self._server.port}"),
            ("https://portal.exemplo.com.br", self._portal_url),
        ):
            if before not in text:
                raise LookupError(before)
            text = text.replace(before, after)
        return text

    @property
    def _environment(self) -> dict[str, str]:
        return os.environ | {PASSWORD_NAME: PASSWORD, TOKEN: self._token}

    def _words(self, command: str) -> list[str]:
        return [sys.executable, "-m", "ilux_bridge.cli", command, str(self.mapping)]

    def _command(self, name: str, stdout: int) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(self._words(name), env=self._environment, stdout=stdout)
