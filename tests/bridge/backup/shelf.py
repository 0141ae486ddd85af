"""Where a test's backups are: below the only folder that its Firebird may touch."""

from __future__ import annotations

import shutil
import tempfile
from datetime import time
from pathlib import Path
from types import TracebackType
from typing import Any

from ilux_bridge.backup.folder import folder_of
from ilux_bridge.backup.making import Making
from ilux_bridge.mapping.mapped import Backup
from ilux_bridge.services import Services
from tests.bridge.office import Office

ZONE = "America/Sao_Paulo"


def plan(folder: Path, **changes: Any) -> Backup:
    known: dict[str, Any] = {"times": (time(12, 30), time(20)), "recent": 14, "weekly": 8, "monthly": 12}
    return Backup(folder=str(folder), **(known | changes))


class Shelf:
    def __init__(self, office: Office) -> None:
        self.office = office
        self.path = Path(tempfile.mkdtemp(dir=office.path.parent))

    def __enter__(self) -> Shelf:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.path)

    def making(self, **changes: Any) -> Making:
        address = self.office.server.address(self.office.path)
        folder = folder_of(str(self.path), address.database)
        return Making(plan(self.path, **changes), ZONE, Services(address), folder)

    def names(self, *suffixes: str) -> list[str]:
        """Everything but the lock, or what ends so."""
        found = sorted(path.name for path in self.path.iterdir() if not path.name.endswith(".lock"))
        return [name for name in found if name.endswith(suffixes)] if suffixes else found
