"""A private Firebird 3 for the tests: own folder, loopback, own passwords, gone afterwards.

Two kinds of server, for the two ways of logging in: SRP, and Legacy_Auth as Firebird 2.5 has it.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from ilux_bridge.firebird import Address

LIBRARY = Path("/usr/lib/x86_64-linux-gnu/firebird/3.0")
OWNER, PASSWORD = "SYSDBA", "mestre01"  # Legacy_Auth looks at eight characters
CLERK = "BALCAO"  # who works in ILUX, and has heard of nothing else

_SRP = """AuthServer = Srp256, Srp
WireCrypt = Enabled
"""
_REQUIRED = _SRP.replace("Enabled", "Required")
_LEGACY = """AuthServer = Legacy_Auth
AuthClient = Legacy_Auth
UserManager = Legacy_UserManager
WireCrypt = Disabled
"""
_CONFIGURATION = """RemoteBindAddress = 127.0.0.1
RemoteServicePort = {port}
RemoteAuxPort = {aux}
SecurityDatabase = {folder}/security3.fdb
DatabaseAccess = Restrict {folder}/db
TempDirectories = {folder}/tmp
ServerMode = Super
"""


class PrivateFirebird:
    def __init__(self, *, is_legacy: bool = False, must_encrypt: bool = False) -> None:
        """`must_encrypt` is what a server does that nobody configured."""
        self.folder = Path(tempfile.mkdtemp(prefix="pws-firebird-"))
        self.is_legacy = is_legacy
        self._must_encrypt = must_encrypt
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = os.environ | {
            "FIREBIRD": str(self.folder),
            "FIREBIRD_LOCK": str(self.folder / "lock"),
            "FIREBIRD_TMP": str(self.folder / "tmp"),
            "FIREBIRD_MSG": str(self.folder),
        }

    def start(self) -> None:
        """Also again, after `kill`, on the same port."""
        if not self.port:
            self._make()
        self._process = subprocess.Popen(
            ["/usr/sbin/firebird"],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise RuntimeError("Firebird did not start") from None
                time.sleep(0.05)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """As a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def halt(self) -> None:
        """As the service is stopped for a copy of the file."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(2)
            except subprocess.TimeoutExpired:  # it waits for its clients, for ever at times
                self.kill()

    def stop(self) -> None:
        self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)

    def create(self, name: str, charset: str, dialect: int, *, is_durable: bool = False) -> Path:
        """Without forced writes, unless it is to survive `kill`."""
        path = self.folder / "db" / f"{name}.fdb"
        default = "" if charset == "NONE" else f" default character set {charset}"
        self._isql(
            f"set sql dialect {dialect};\n"
            f"create database '127.0.0.1/{self.port}:{path}' user '{OWNER}' password '{PASSWORD}'"
            f" page_size 8192{default};\n"
        )
        if not is_durable:
            login = ["-user", OWNER, "-password", PASSWORD]
            self._run(["gfix", "-write", "async", f"127.0.0.1/{self.port}:{path}", *login])
        return path

    def restore(self, path: Path) -> Path:
        """A backup of the base by gbak, restored beside it, as after a broken disk."""
        backup, copy = path.with_suffix(".fbk"), path.with_name(f"{path.stem}_restored.fdb")
        login = ["-user", OWNER, "-password", PASSWORD]
        host = f"127.0.0.1/{self.port}"
        self._run(["gbak", "-b", f"{host}:{path}", str(backup), *login])
        self._run(["gbak", "-c", str(backup), f"{host}:{copy}", *login])
        backup.unlink()
        return copy

    def address(self, path: Path, user: str = OWNER, *, timeout_s: float = 15.0) -> Address:
        return Address(
            str(path), user, PASSWORD, "127.0.0.1", self.port,
            has_legacy_login=self.is_legacy, timeout_s=timeout_s,
        )  # fmt: skip

    def _make(self) -> None:
        for name in ("lock", "tmp", "db", "intl"):
            (self.folder / name).mkdir()
        for name in ("plugins", "lib", "firebird.msg", "plugins.conf", "fbtrace.conf"):
            (self.folder / name).symlink_to(LIBRARY / name)
        # Behind a symbolic link the charsets are "not defined".
        for file in (LIBRARY / "intl").iterdir():
            shutil.copy(file, self.folder / "intl")
        (self.folder / "databases.conf").write_text(
            f"security.db = {self.folder}/security3.fdb\n{{\n  RemoteAccess = false\n}}\n"
        )
        self.port = _free_port()
        (self.folder / "firebird.conf").write_text(
            _CONFIGURATION.format(port=self.port, aux=_free_port(), folder=self.folder)
            + (_LEGACY if self.is_legacy else _REQUIRED if self._must_encrypt else _SRP)
        )
        security = f"create database '{self.folder}/security3.fdb';\ncommit;\n"
        plugin = "Srp"
        if self.is_legacy:
            security += Path("/usr/share/firebird/3.0/security.sql").read_text() + "\ncommit;\n"
            plugin = "Legacy_UserManager"
        for user in (OWNER, CLERK):
            security += f"create or alter user {user} password '{PASSWORD}' using plugin {plugin};\ncommit;\n"
        self._isql(security, "-user", OWNER)

    def _isql(self, script: str, *arguments: str) -> None:
        self._run(["isql-fb", "-q", "-b", *arguments], script)

    def _run(self, command: list[str], script: str = "") -> None:
        result = subprocess.run(
            command, input=script, text=True, capture_output=True, env=self._environment, cwd=self.folder
        )
        if result.returncode or "error" in result.stderr.lower():
            raise RuntimeError(result.stderr or result.stdout)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
