"""SQLite: one writer, a few readers, WAL, and answers that were promised are on the disk.

Piccolo's own engine opens a thread and the file for every query, and its transactions begin deferred,
so that two readers who both turn writers lose one at once with "database is locked". Here writes queue in
the process for the single writer and begin IMMEDIATE; other processes wait by `busy_timeout`.
`synchronous=FULL`, because a phone that was told "saved" forgets its copy.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from functools import lru_cache
from typing import Any

import aiosqlite
from piccolo.engine.sqlite import SQLiteEngine, dict_factory
from piccolo.querystring import QueryString

from server.database.transaction import Mode, Transactional, current_of

READERS = 4
BUSY_TIMEOUT_MS = 10_000

# Piccolo converts integers by way of Decimal, for every cell.
for _name in ("INTEGER", "BIGINT", "SMALLINT", "SERIAL"):
    sqlite3.register_converter(_name, int)

_WRITES = re.compile(
    r"\s*(insert|update|delete|replace|create|alter|drop|with\s.*\b(insert|update|delete)\b)", re.I | re.S
)
_PLACEHOLDER = re.compile(r"\$(\d+)")


@lru_cache(maxsize=1024)
def question_marks(sql: str) -> str:
    """`$1` as PostgreSQL numbers arguments → `?1` as SQLite does."""
    return _PLACEHOLDER.sub(r"?\1", sql)


class SQLiteSession:
    """One connection inside a transaction, or for one statement."""

    def __init__(
        self, connection: aiosqlite.Connection, gate: asyncio.Semaphore, pool: list[aiosqlite.Connection]
    ) -> None:
        self.connection = connection
        self._gate = gate
        self._pool = pool

    async def command(self, sql: str) -> None:
        await self.connection.execute_fetchall(sql)

    async def fetch(self, sql: str, args: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        self.connection.row_factory = None
        return list(await self.connection.execute_fetchall(question_marks(sql), args))  # type: ignore[arg-type]

    async def fetch_dicts(self, sql: str, args: list[Any]) -> list[dict[str, Any]]:
        self.connection.row_factory = dict_factory  # type: ignore[assignment]
        return list(await self.connection.execute_fetchall(sql, args))  # type: ignore[arg-type]

    async def execute(self, sql: str, args: tuple[Any, ...]) -> int:
        async with self.connection.execute(question_marks(sql), args) as cursor:
            return cursor.rowcount

    async def commit(self) -> None:
        try:
            await self.connection.commit()
        except BaseException:
            await self.connection.rollback()
            raise

    async def rollback(self) -> None:
        await self.connection.rollback()

    async def close(self) -> None:
        self._pool.append(self.connection)
        self._gate.release()


class PooledSQLiteEngine(Transactional, SQLiteEngine):  # type: ignore[misc]
    """A Piccolo engine over one writer and `READERS` readers of the same file."""

    dialect = "sqlite"

    def __init__(self, path: str) -> None:
        super().__init__(path=path)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._readers: list[aiosqlite.Connection] = []
        self._writers: list[aiosqlite.Connection] = []
        self._every: list[aiosqlite.Connection] = []

    async def check_version(self) -> None:
        """Debian 12's SQLite is new enough; asking would open a connection at import."""

    async def start_connection_pool(self, **kwargs: Any) -> None:
        self._loop = asyncio.get_running_loop()
        self._write_gate = asyncio.Semaphore(1)
        self._read_gate = asyncio.Semaphore(READERS)
        self._start_lock = asyncio.Lock()
        writer = await self._open(read_only=False)
        self._writers = [writer]
        self._readers = [await self._open(read_only=True) for _ in range(READERS)]
        self._every = [writer, *self._readers]

    async def close_connection_pool(self) -> None:
        for connection in self._every:
            await connection.close()
        self._loop, self._every, self._readers, self._writers = None, [], [], []

    def connections(self) -> tuple[int, int]:
        """How many connections are in use, and how many idle."""
        idle = len(self._readers) + len(self._writers)
        return len(self._every) - idle, idle

    async def _open(self, *, read_only: bool) -> aiosqlite.Connection:
        connection = await aiosqlite.connect(**self.connection_kwargs)
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = 1",
            "cache_size = -16000",
            "temp_store = MEMORY",
            f"query_only = {int(read_only)}",
        ):
            await connection.execute_fetchall(f"PRAGMA {pragma}")
        return connection

    async def open_session(self, mode: Mode) -> SQLiteSession:
        session = await self._check_out(write=mode is not Mode.READ)
        try:
            await session.command("BEGIN" if mode is Mode.READ else "BEGIN IMMEDIATE")
        except BaseException:
            # Cancelled while it waited: the connection's thread begins all the same, so it must also end.
            await session.rollback()
            await session.close()
            raise
        return session

    async def _check_out(self, *, write: bool) -> SQLiteSession:
        if self._loop is not asyncio.get_running_loop():
            await self.start_connection_pool()
        gate, pool = (self._write_gate, self._writers) if write else (self._read_gate, self._readers)
        await gate.acquire()
        return SQLiteSession(pool.pop(), gate, pool)

    async def _run(self, sql: str, args: list[Any]) -> list[dict[str, Any]]:
        current = current_of(self)
        if current is not None:
            session = current.session
            assert isinstance(session, SQLiteSession)
            return await session.fetch_dicts(sql, args)
        session = await self._check_out(write=_WRITES.match(sql) is not None)
        try:
            return await session.fetch_dicts(sql, args)
        finally:
            await session.close()

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> list[dict[str, Any]]:
        sql, args = querystring.compile_string(engine_type=self.engine_type)
        return await self._run(sql, args)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> list[dict[str, Any]]:
        return await self._run(ddl, [])
