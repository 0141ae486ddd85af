"""What Firebird says while it backs up, restores and validates, read for what it is worth.

A job that was cut short ends like one that was not: a truncated backup is restored without an error, only
rows are missing. What tells them apart is the last line, and the rows of each table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_BACKUP_END = "closing file, committing, and finishing"
_RESTORE_END = "adjusting the ONLINE and FORCED WRITES flags"
_VALIDATION_END = "Validation finished"
_TABLE = re.compile(r"gbak:\s*writing data for table (.+)")
_WRITTEN = re.compile(r"gbak:\s*(\d+) records written")
_FAULT = re.compile(r"\b(error|warning|errors|warnings)\b", re.IGNORECASE)


def is_whole_backup(lines: Sequence[str]) -> bool:
    return bool(lines) and _BACKUP_END in lines[-1]


def is_whole_restore(lines: Sequence[str]) -> bool:
    return bool(lines) and _RESTORE_END in lines[-1]


def rows_written(lines: Iterable[str]) -> dict[str, int]:
    """By table. Of a table the last number counts: the others say how far it was."""
    rows: dict[str, int] = {}
    table = ""
    for line in lines:
        if named := _TABLE.match(line):
            table = named[1].strip()
            rows[table] = 0
        elif table and (counted := _WRITTEN.match(line)):
            rows[table] = int(counted[1])
    return rows


def validation_faults(lines: Sequence[str]) -> list[str]:
    """Empty for a base without a fault."""
    said = [line.strip() for line in lines if line.strip()]
    faults = [line for line in said if _FAULT.search(line)]
    if not said or not said[-1].endswith(_VALIDATION_END):
        faults.append("a validação não chegou ao fim")
    return faults


def table_named(line: str) -> str | None:
    """The table that this line of a backup or of a restore begins with, for whoever waits."""
    found = re.match(r"gbak:\s*(?:writing|restoring) data for table (.+)", line)
    return found[1].strip() if found else None
