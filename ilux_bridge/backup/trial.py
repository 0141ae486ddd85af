"""A trial restore: the only proof that a backup is one.

"Restored without an error" means nothing by itself (`gbak`). The copy must be open for work, hold as many
rows in each table as were written, and be valid in every page.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ilux_bridge import firebird
from ilux_bridge.backup import gbak
from ilux_bridge.backup.folder import Folder, remove
from ilux_bridge.firebird import Address
from ilux_bridge.problems import FirebirdDown, FirebirdProblem
from ilux_bridge.services import SILENCE_S, Line, Services

_ONLINE = 0
_CAN_VALIDATE = (3, 0)
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """`faults` is empty for a good backup; `is_validated` is False where the server cannot do it."""

    faults: tuple[str, ...]
    is_validated: bool

    @property
    def text(self) -> str:
        return "; ".join(self.faults[:_SHOWN])


@dataclass(frozen=True, slots=True)
class Trial:
    """`said` hears every line, and may raise to break off. Raises `FirebirdDown` alone."""

    services: Services
    folder: Folder
    said: Line

    def of(self, file: Path, rows: Mapping[str, int]) -> Verdict:
        """`rows` are those that the backup says it wrote. The copy is gone afterwards."""
        copy = self.folder.trial_path()
        try:
            return self._judged(file, copy, rows)
        except FirebirdDown:
            raise
        except FirebirdProblem as problem:
            return Verdict((str(problem),), is_validated=False)
        finally:
            _drop(self._address(copy), copy)

    def _judged(self, file: Path, copy: Path, rows: Mapping[str, int]) -> Verdict:
        lines: list[str] = []
        self.services.restore(str(file), str(copy), _both(lines.append, self.said))
        faults = [] if gbak.is_whole_restore(lines) else ["a restauração parou no meio"]
        with firebird.connect(self._address(copy)) as connection:
            with connection.reading() as work:
                if work.one("SELECT MON$SHUTDOWN_MODE FROM MON$DATABASE") != (_ONLINE,):
                    faults.append("a cópia restaurada não ficou pronta para o uso")
            for table, written in rows.items():
                self.said(f"conferindo {table}")
                try:
                    with connection.reading() as work:
                        row = work.one(f"SELECT COUNT(*) FROM {connection.quoted(table)}")
                except FirebirdDown:
                    raise
                except FirebirdProblem:
                    faults.append(f"{table} não está na cópia")
                else:
                    if row != (written,):
                        faults.append(f"{table} tem {row and row[0]} linhas em vez de {written}")
            can_validate = connection.version >= _CAN_VALIDATE
        if can_validate:
            lines = []
            self.services.validate(str(copy), _both(lines.append, self.said))
            faults += gbak.validation_faults(lines)
        return Verdict(tuple(faults), can_validate)

    def _address(self, copy: Path) -> Address:
        # The names of tables are UTF-8 in every base, whatever its own charset.
        return replace(self.services.address, database=str(copy), charset="UTF8", timeout_s=SILENCE_S)


def _drop(address: Address, copy: Path) -> None:
    """By the server, which may have it open; by hand, if it could not open what it made."""
    if copy.exists():
        with contextlib.suppress(FirebirdProblem), firebird.connect(address) as connection:
            connection.drop_base()
    remove(copy)


def _both(first: Line, second: Line) -> Callable[[str], None]:
    def said(line: str) -> None:
        first(line)
        second(line)

    return said
