"""A private Firebird 3 to try the bridge on: own folder, loopback, own passwords, gone afterwards.

It needs Debian's `firebird3.0-server` and `firebird3.0-utils`.
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
OWNER, PASSWORD = "SYSDBA", "mestre01"  # nobody else can reach it; old logins look at 8 letters
CLOCKS = "America/Sao_Paulo"
CLERK = "BALCAO"  # who works in ILUX, and has heard of nothing else

_CONFIGURATION = """RemoteBindAddress = 127.0.0.1
RemoteServicePort = {port}
RemoteAuxPort = {aux}
SecurityDatabase = {folder}/security3.fdb
DatabaseAccess = Restrict {folder}/db
TempDirectories = {folder}/tmp
ServerMode = Super
{login}"""


class PrivateFirebird:
    """`start`, `create` a base, `stop`. The subclasses of the tests log in in other ways, and die."""

    login = "AuthServer = Srp256, Srp\nWireCrypt = Enabled\n"
    plugin = "Srp"
    security = ""  # what its base of users must hold beforehand
    is_legacy = False

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pws-firebird-"))
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = os.environ | {
            "FIREBIRD": str(self.folder),
            "FIREBIRD_LOCK": str(self.folder / "lock"),
            "FIREBIRD_TMP": str(self.folder / "tmp"),
            "FIREBIRD_MSG": str(self.folder),
            "TZ": CLOCKS,  # where the reference mapping says that the clocks are
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
            start_new_session=True,  # a Ctrl+C is for whoever started it, who stops it last
        )
        deadline = time.monotonic() + 120
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise RuntimeError("Firebird did not start") from None
                time.sleep(0.05)

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
        """Nothing is kept, so nobody waits for it to end in order."""
        if self._process is not None and self._process.poll() is None:
            self.kill()
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
            self.run(["gfix", "-write", "async", f"127.0.0.1/{self.port}:{path}", *login])
        return path

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
            _CONFIGURATION.format(port=self.port, aux=_free_port(), folder=self.folder, login=self.login)
        )
        script = f"create database '{self.folder}/security3.fdb';\ncommit;\n{self.security}"
        for user in (OWNER, CLERK):
            script += (
                f"create or alter user {user} password '{PASSWORD}' using plugin {self.plugin};\ncommit;\n"
            )
        self._isql(script, "-user", OWNER)

    def _isql(self, script: str, *arguments: str) -> None:
        self.run(["isql-fb", "-q", "-b", *arguments], script)

    def run(self, command: list[str], script: str = "") -> None:
        """One of Firebird's own programs."""
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
