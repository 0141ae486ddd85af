"""The portal as a process of its own, and a wire to it that can be cut at a byte."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_S = 90
RESET = struct.pack("ii", 1, 0)  # closing throws away what was not delivered, as a lost network does


class PortalProcess:
    """Serves one database and one folder; the port stays the same from start to start."""

    def __init__(self, database_url: str, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        self._log = folder / "portal.log"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PWS_")}
        self._environment = inherited | {
            "PWS_DATABASE_URL": database_url,
            "PWS_DATA_DIR": str(folder),
            "PWS_PORT": str(self.port),
            "PWS_BASE_URL": self.url,
            "PWS_WORKER_INSIDE": "false",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "server.cli", "serve"],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + STARTS_WITHIN_S
        while not self._is_ready():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError(self._log.read_text()[-4000:])
            time.sleep(0.1)

    def kill(self) -> None:
        """As a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/ready", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=30)
            self._process = None


class Wire:
    """A TCP proxy. After `cut_after` bytes towards the server it breaks, once, and does `at_cut` first."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._left: int | None = None
        self._at_cut: Callable[[], None] = _nothing
        self.is_cut = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_after(self, count: int, at_cut: Callable[[], None] | None = None) -> None:
        self._left, self._at_cut = count, at_cut or _nothing

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._join, args=(client,), daemon=True).start()

    def _join(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self._port))
        except OSError:
            client.close()
            return
        threading.Thread(target=_pump, args=(server, client), daemon=True).start()
        with suppress(OSError):
            while data := client.recv(16_384):
                if self._left is not None and len(data) >= self._left:
                    server.sendall(data[: self._left])
                    self._cut(client, server)
                    return
                if self._left is not None:
                    self._left -= len(data)
                server.sendall(data)
        _close(server)

    def _cut(self, client: socket.socket, server: socket.socket) -> None:
        self._left = None
        self._at_cut()
        _close(server)  # what was sent before is still delivered
        with suppress(OSError):  # the other direction may have broken already
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        _close(client)
        self.is_cut.set()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    _close(target)


def _close(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


def _nothing() -> None: ...
