"""The private Firebird as the tests need it: two ways of logging in, a power cut, a restored backup."""

from __future__ import annotations

from pathlib import Path

from ilux_bridge.reference.server import CLERK, OWNER, PASSWORD
from ilux_bridge.reference.server import PrivateFirebird as Firebird

__all__ = ["CLERK", "OWNER", "PASSWORD", "PrivateFirebird"]

_LEGACY = """AuthServer = Legacy_Auth
AuthClient = Legacy_Auth
UserManager = Legacy_UserManager
WireCrypt = Disabled
"""


class PrivateFirebird(Firebird):
    """SRP, or Legacy_Auth as Firebird 2.5 has it."""

    def __init__(self, *, is_legacy: bool = False, must_encrypt: bool = False) -> None:
        """`must_encrypt` is what a server does that nobody configured."""
        super().__init__()
        self.is_legacy = is_legacy
        if is_legacy:
            self.login, self.plugin = _LEGACY, "Legacy_UserManager"
            self.security = Path("/usr/share/firebird/3.0/security.sql").read_text() + "\ncommit;\n"
        elif must_encrypt:
            self.login = self.login.replace("Enabled", "Required")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def restore(self, path: Path) -> Path:
        """A backup of the base by gbak, restored beside it, as after a broken disk."""
        backup, copy = path.with_suffix(".fbk"), path.with_name(f"{path.stem}_restored.fdb")
        login = ["-user", OWNER, "-password", PASSWORD]
        host = f"127.0.0.1/{self.port}"
        self.run(["gbak", "-b", f"{host}:{path}", str(backup), *login])
        self.run(["gbak", "-c", str(backup), f"{host}:{copy}", *login])
        backup.unlink()
        return copy
