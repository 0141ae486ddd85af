"""Which failures pass by themselves, and running a transaction again after them."""

from __future__ import annotations

import asyncio
import errno
import random
import sqlite3
from collections.abc import Awaitable, Callable
from typing import TypeVar

from offline_sync.ports import TemporaryError
from offline_sync.problems import SyncProblem

ATTEMPTS = 5
RETRY_AFTER_S = 3

# PostgreSQL: serialization and deadlock, lock and statement time-out, resources, shutdown, connection.
_SQLSTATES = {"40001", "40P01", "55P03", "57014"}
_SQLSTATE_CLASSES = {"08", "53", "57", "58"}
_SQLITE_CODES = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOMEM,
}
_ERRNOS = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM}

T = TypeVar("T")


def is_temporary(error: BaseException) -> bool:
    """Whether the same will succeed later without anybody mending anything."""
    if isinstance(error, TemporaryError | TimeoutError | ConnectionError):
        return True
    sqlstate = getattr(error, "sqlstate", None)
    if isinstance(sqlstate, str):
        return sqlstate in _SQLSTATES or sqlstate[:2] in _SQLSTATE_CLASSES
    if type(error).__name__ == "InterfaceError" and "connection" in str(error):
        return True  # asyncpg's word for a connection that is closed already; it has no SQLSTATE
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        return isinstance(code, int) and code & 0xFF in _SQLITE_CODES
    return isinstance(error, OSError) and error.errno in _ERRNOS


async def retrying(operation: Callable[[], Awaitable[T]]) -> T:
    """Run a whole transaction again after a temporary error; at last raise the problem `busy`."""
    for attempt in range(ATTEMPTS):
        try:
            return await operation()
        except Exception as error:
            if not is_temporary(error):
                raise
            if attempt == ATTEMPTS - 1:
                raise SyncProblem("busy", retry_after=RETRY_AFTER_S) from error
            await asyncio.sleep(random.uniform(0.2, 1) * 0.02 * 2**attempt)  # noqa: S311
    raise AssertionError("unreachable")
