"""SQLite: one writer, a few readers, WAL, and answers that were promised are on the disk.

Piccolo's own engine opens a thread and the file for every query, and its transactions begin deferred,
so that two readers who both turn writers lose one at once with "database is locked". Here writes queue in
the process for the single writer and begin IMMEDIATE; other processes wait by `busy_timeout`.
`synchronous=FULL`, because a phone that was told "saved" forgets its copy. What a pull notes of its client is
another matter: lost with the power, it makes the client begin anew. It has a connection with
`synchronous=NORMAL`, whose commits wait for no disk and so run in the loop; and it goes before the pushes
that wait, which may be a thousand when a network comes back.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import sqlite3
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

import aiosqlite
from piccolo.engine.sqlite import SQLiteEngine, convert_timestamptz_out, dict_factory
from piccolo.querystring import QueryString

from server.database.transaction import Mode, Transactional, current_of

READERS = 4
BUSY_TIMEOUT_MS = 10_000
LOCK_PATIENCE_S = BUSY_TIMEOUT_MS / 1000
LOCK_LOOK_S = 0.01
ANALYZED_ROWS = 1000  # of each index
STATEMENTS = 512  # prepared, for each connection
# Every commit of another connection empties a connection's own cache; what is mapped need not be read again.
MAPPED_BYTES = 1 << 31  # SQLite maps 64 KB less at most

T = TypeVar("T")

# Piccolo converts integers by way of Decimal, for every cell.
for _name in ("INTEGER", "BIGINT", "SMALLINT", "SERIAL"):
    sqlite3.register_converter(_name, int)
# What a person does names the same reseller, order and visit again and again.
_remembered = lru_cache(maxsize=1 << 12)
_uuid_text = _remembered(lambda number: str(UUID(int=number)))
sqlite3.register_adapter(UUID, lambda value: _uuid_text(value.int))
sqlite3.register_converter("UUID", _remembered(lambda value: UUID(value.decode())))
sqlite3.register_converter("TIMESTAMPTZ", _remembered(convert_timestamptz_out))

_WRITES = re.compile(
    r"\s*(insert|update|delete|replace|create|alter|drop|with\s.*\b(insert|update|delete)\b)", re.I | re.S
)
_PLACEHOLDER = re.compile(r"\$(\d+)")


@lru_cache(maxsize=1024)
def question_marks(sql: str) -> str:
    """`$1` as PostgreSQL numbers arguments → `?1` as SQLite does."""
    return _PLACEHOLDER.sub(r"?\1", sql)


class SQLiteSession:
    """One connection inside a transaction, or for one statement.

    `is_quick`: statements run in the loop. By key they take some microseconds, and a hop to the connection's
    thread and back costs ten times that. Whatever may take long (a page's query, a commit's fsync) hops.
    """

    def __init__(
        self,
        connection: aiosqlite.Connection,
        gate: asyncio.Semaphore,
        pool: list[aiosqlite.Connection],
        *,
        mode: Mode,
        is_quick: bool,
    ) -> None:
        self.connection = connection
        self._raw = connection._conn
        self._mode = mode
        self._is_quick = is_quick
        self._gate = gate
        self._pool = pool

    async def begin(self) -> None:
        """A writer waits for other processes' locks; those of this process queued for the connection."""
        if self._mode is Mode.READ:
            self._raw.execute("BEGIN")
            return
        deadline = time.monotonic() + LOCK_PATIENCE_S
        while True:
            try:
                self._raw.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
            await asyncio.sleep(LOCK_LOOK_S)

    async def command(self, sql: str) -> None:
        self._raw.execute(sql)

    async def fetch(self, sql: str, args: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        self._raw.row_factory = None
        return await self._all(question_marks(sql), args)

    async def fetch_dicts(self, sql: str, args: list[Any]) -> list[dict[str, Any]]:
        self._raw.row_factory = dict_factory
        return await self._all(sql, args)

    async def execute(self, sql: str, args: tuple[Any, ...]) -> int:
        self._raw.row_factory = None
        if self._is_quick:
            return self._raw.execute(question_marks(sql), args).rowcount
        return await self._in_thread(lambda: self._raw.execute(question_marks(sql), args).rowcount)

    async def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        self._raw.executemany(question_marks(sql), rows)

    async def commit(self) -> None:
        if self._mode is not Mode.WRITE:
            self._raw.execute("COMMIT")
            return
        try:
            await self._in_thread(self._raw.commit)
        except BaseException:
            await self._in_thread(self._raw.rollback)
            raise

    async def rollback(self) -> None:
        await self._in_thread(self._raw.rollback)

    async def close(self) -> None:
        self._pool.append(self.connection)
        self._gate.release()

    async def _all(self, sql: str, args: Sequence[Any]) -> list[Any]:
        if self._is_quick:
            return self._raw.execute(sql, args).fetchall()
        return await self._in_thread(lambda: self._raw.execute(sql, args).fetchall())

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """Waits for the thread even when cancelled: somebody else is given the connection next."""
        task = asyncio.ensure_future(self.connection._execute(work))  # type: ignore[no-untyped-call]
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            while not task.done():
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.wait([task])
            raise


class PooledSQLiteEngine(Transactional, SQLiteEngine):  # type: ignore[misc]
    """A Piccolo engine over one writer and `READERS` readers of the same file."""

    dialect = "sqlite"

    def __init__(self, path: str) -> None:
        super().__init__(path=path)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._readers: list[aiosqlite.Connection] = []
        self._writers: list[aiosqlite.Connection] = []
        self._noters: list[aiosqlite.Connection] = []  # share the writer's gate
        self._every: list[aiosqlite.Connection] = []

    async def check_version(self) -> None:
        """Debian 12's SQLite is new enough; asking would open a connection at import."""

    async def start_connection_pool(self, **kwargs: Any) -> None:
        self._loop = asyncio.get_running_loop()
        self._write_gate = asyncio.Semaphore(1)
        self._line_of_writers = asyncio.Lock()  # only its first stands at the gate
        self._read_gate = asyncio.Semaphore(READERS)
        self._start_lock = asyncio.Lock()
        self._writers = [await self._open(Mode.WRITE)]
        self._noters = [await self._open(Mode.SNAPSHOT)]
        self._readers = [await self._open(Mode.READ) for _ in range(READERS)]
        self._every = [*self._writers, *self._noters, *self._readers]

    async def close_connection_pool(self) -> None:
        for connection in self._every:
            await connection.close()
        self._loop, self._every = None, []
        self._readers, self._writers, self._noters = [], [], []

    async def learn_sizes(self) -> None:
        """Tell the planner how many rows a key has; without, a reseller's are as few to it as a customer's.

        A sample of each index, 50 ms. The table of sizes is made anew, for the schema's change is what makes
        every other connection read it, those of other processes too.
        """
        async with self.transaction() as tx:
            for sql in (
                f"PRAGMA analysis_limit = {ANALYZED_ROWS}",
                "DROP TABLE IF EXISTS sqlite_stat1",
                "ANALYZE",
            ):
                await tx.execute(sql)

    def connections(self) -> tuple[int, int]:
        """How many connections are in use, and how many idle."""
        idle = len(self._readers) + len(self._writers) + len(self._noters)
        return len(self._every) - idle, idle

    async def _open(self, mode: Mode) -> aiosqlite.Connection:
        connection = await aiosqlite.connect(
            **self.connection_kwargs, check_same_thread=False, cached_statements=STATEMENTS
        )
        # A writer asks for the lock itself, so that the loop does not wait with it.
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS if mode is Mode.READ else 0}",
            "journal_mode = WAL",
            f"synchronous = {'NORMAL' if mode is Mode.SNAPSHOT else 'FULL'}",
            # the log is brought into the file by commits that run in a thread
            f"wal_autocheckpoint = {1000 if mode is Mode.WRITE else 0}",
            "foreign_keys = 1",
            "cache_size = -16000",
            f"mmap_size = {MAPPED_BYTES}",
            "temp_store = MEMORY",
            f"query_only = {int(mode is Mode.READ)}",
        ):
            await connection.execute_fetchall(f"PRAGMA {pragma}")
        return connection

    async def open_session(self, mode: Mode) -> SQLiteSession:
        session = await self._check_out(mode, is_quick=mode is not Mode.READ)
        try:
            await session.begin()
        except BaseException:
            await session.close()
            raise
        return session

    async def fetch(self, sql: str, *args: Any) -> list[tuple[Any, ...]]:
        session = await self._check_out(Mode.READ, is_quick=True)
        try:
            return await session.fetch(sql, args)
        finally:
            await session.close()

    async def _check_out(self, mode: Mode, *, is_quick: bool) -> SQLiteSession:
        if self._loop is not asyncio.get_running_loop():
            await self.start_connection_pool()
        pool = {Mode.READ: self._readers, Mode.WRITE: self._writers, Mode.SNAPSHOT: self._noters}[mode]
        gate = self._read_gate if mode is Mode.READ else self._write_gate
        async with self._line_of_writers if mode is Mode.WRITE else contextlib.nullcontext():
            await gate.acquire()
        return SQLiteSession(pool.pop(), gate, pool, mode=mode, is_quick=is_quick)

    async def _run(self, sql: str, args: list[Any]) -> list[dict[str, Any]]:
        current = current_of(self)
        if current is not None:
            session = current.session
            assert isinstance(session, SQLiteSession)
            await current.pay()
            if _WRITES.match(sql):
                current.root.kept.clear()
            return await session.fetch_dicts(sql, args)
        session = await self._check_out(Mode.WRITE if _WRITES.match(sql) else Mode.READ, is_quick=False)
        try:
            return await session.fetch_dicts(sql, args)
        finally:
            await session.close()

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> list[dict[str, Any]]:
        sql, args = querystring.compile_string(engine_type=self.engine_type)
        return await self._run(sql, args)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> list[dict[str, Any]]:
        return await self._run(ddl, [])
