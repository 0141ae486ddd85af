"""What passes by itself, told apart from what is a defect."""

from __future__ import annotations

import sqlite3

import asyncpg
import pytest

from offline_sync.retry import is_temporary


def busy() -> sqlite3.Error:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (busy(), True),
        (asyncpg.DeadlockDetectedError("deadlock"), True),
        (asyncpg.InterfaceError("cannot perform operation: connection is closed"), True),
        (asyncpg.InterfaceError("cannot perform operation: another operation is in progress"), False),
        (asyncpg.UniqueViolationError("twice"), False),
        (sqlite3.OperationalError("no such table"), False),
        (ZeroDivisionError(), False),
    ],
    ids=repr,
)
def test_what_passes_by_itself(error: Exception, passes: bool) -> None:
    assert is_temporary(error) is passes
