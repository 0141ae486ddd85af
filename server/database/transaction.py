"""Transactions that nest, with the same rules on both databases.

The outermost one begins and commits; an inner one is a savepoint, so that a caught failure takes back
its own writes and nothing else. A commit that the database turned into a rollback raises. Work that must not
happen before the commit (a poke, a notification to the worker) is left with `on_commit`.

Changed columns of a row that is locked anyway may be *owed* (`server.database.held`): they are written once,
before the commit, a savepoint, or the first statement that names their table.
"""

from __future__ import annotations

import asyncio
import inspect
import re
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Token
from enum import Enum
from functools import lru_cache
from types import TracebackType
from typing import Any, Literal, Protocol, cast
from uuid import UUID

from piccolo.engine.base import BaseTransaction

Hook = Callable[[], Awaitable[None] | None]
Row = tuple[str, UUID]  # a table's name and a key


class Mode(Enum):
    """What a transaction reads: the newest commits, or one snapshot; and whether it may write."""

    WRITE = "write"
    SNAPSHOT = "snapshot"
    READ = "read"


class Session(Protocol):
    """One checked-out connection, as an engine hands it to a transaction."""

    async def command(self, sql: str) -> None: ...

    async def fetch(self, sql: str, args: tuple[Any, ...]) -> list[tuple[Any, ...]]: ...

    async def execute(self, sql: str, args: tuple[Any, ...]) -> int: ...

    async def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None: ...

    async def commit(self) -> None: ...

    async def rollback(self) -> None: ...

    async def close(self) -> None: ...


class TransactionOwner(Protocol):
    current_transaction: Any

    async def open_session(self, mode: Mode) -> Session: ...


class Transaction(BaseTransaction):
    """Use as `async with DB.transaction() as tx`; see the module's text for what nesting means."""

    def __init__(self, engine: TransactionOwner, mode: Mode) -> None:
        self.engine = engine
        self.mode = mode
        self.hooks: list[Hook] = []
        self.topics: dict[str, None] = {}
        self.kept: dict[Any, Any] = {}
        self.owed: dict[Row, dict[str, Any]] = {}
        self._outer: Transaction | None = None
        self._depth = 0
        self._task: asyncio.Task[Any] | None = None
        self._token: Token[Any] | None = None
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """The connection; refuses a task that merely inherited this transaction from its parent.

        Two tasks on one connection would mix their statements, and a child may outlive the commit.
        """
        if self._session is None:
            raise RuntimeError("the transaction is not open")
        if asyncio.current_task() is not self._task:
            raise RuntimeError("a child task cannot use its parent's transaction; open one of its own")
        return self._session

    async def fetch(self, sql: str, *args: Any) -> list[tuple[Any, ...]]:
        """Rows as tuples; `$1`, `$2`… stand for the arguments on both databases."""
        await self.pay(sql)
        return await self.session.fetch(sql, args)

    async def execute(self, sql: str, *args: Any) -> int:
        """Run a statement; how many rows it touched."""
        await self.pay(sql)
        return await self.session.execute(sql, args)

    async def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """The same statement for every row of arguments, in one round trip."""
        if rows:
            await self.pay(sql)
            await self.session.execute_many(sql, rows)

    async def pay(self, sql: str | None = None) -> None:
        """Write what is owed; with `sql`, only if that names a table to which something is."""
        owed = self.root.owed
        if not owed or (sql is not None and _words(sql).isdisjoint(table for table, _ in owed)):
            return
        while owed:
            (table, row_id), columns = owed.popitem()
            changes = ", ".join(f"{name} = ${number}" for number, name in enumerate(columns, start=2))
            await self.session.execute(
                f"UPDATE {table} SET {changes} WHERE id = $1", (row_id, *columns.values())
            )

    def on_commit(self, hook: Hook) -> None:
        """Call `hook` after the outermost commit, or never."""
        self.hooks.append(hook)

    @property
    def root(self) -> Transaction:
        """The outermost one. Its `kept` is for what this transaction has locked or found, so that the next
        act need not read it again; a write by Piccolo and every rollback empty it.
        """
        return self if self._outer is None else self._outer.root

    async def __aenter__(self) -> Transaction:
        outer: Transaction | None = self.engine.current_transaction.get()
        self._task = asyncio.current_task()
        if outer is not None and outer._task is self._task:
            self._outer = outer
            self._depth = outer._depth + 1
            self._session = outer.session
            await outer.pay()
            await self._session.command(f"SAVEPOINT s{self._depth}")
        else:
            self._session = await self.engine.open_session(self.mode)
        self._token = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> Literal[False]:
        failed = exception is not None
        try:
            if not failed:
                await self.pay()
        except BaseException:
            failed = True
            raise
        finally:
            await self._leave(failed)
        return False

    async def _leave(self, failed: bool) -> None:
        session, self._session = self._session, None
        assert session is not None
        assert self._token is not None
        self.engine.current_transaction.reset(self._token)
        if self._outer is not None:
            await self._leave_savepoint(session, failed)
            return
        try:
            if failed:
                await session.rollback()
            else:
                await session.commit()
        finally:
            await session.close()
        if failed:
            return
        for hook in self.hooks:
            result = hook()
            if inspect.isawaitable(result):
                await result

    async def _leave_savepoint(self, session: Session, failed: bool) -> None:
        assert self._outer is not None
        if failed:
            self.root.kept.clear()
            self.root.owed.clear()
            await session.command(f"ROLLBACK TO SAVEPOINT s{self._depth}")
        await session.command(f"RELEASE SAVEPOINT s{self._depth}")
        if not failed:
            self._outer.hooks.extend(self.hooks)


@lru_cache(maxsize=1024)
def _words(sql: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", sql))


def current_of(engine: TransactionOwner) -> Transaction | None:
    """The transaction that the running code is inside of."""
    return cast("Transaction | None", engine.current_transaction.get())


class Transactional:
    """What both engines offer beside Piccolo's queries."""

    current_transaction: Any

    @abstractmethod
    async def open_session(self, mode: Mode) -> Session: ...

    @abstractmethod
    async def fetch(self, sql: str, *args: Any) -> list[tuple[Any, ...]]:
        """One short read, by itself and on a snapshot of its own; outside of any transaction."""

    def transaction(self, *_: Any, **__: Any) -> Transaction:
        """Read and write; the newest commits (READ COMMITTED on PostgreSQL)."""
        return Transaction(self, Mode.WRITE)

    def snapshot(self) -> Transaction:
        """Read and write on one snapshot. On PostgreSQL be ready to run again after 40001; on SQLite what it
        writes may be lost with the power."""
        return Transaction(self, Mode.SNAPSHOT)

    def reading(self) -> Transaction:
        """Only read, on one snapshot; never waits for a writer."""
        return Transaction(self, Mode.READ)

    def on_commit(self, hook: Hook) -> None:
        """After the current transaction's commit. Raises RuntimeError outside of one."""
        current = current_of(self)
        if current is None:
            raise RuntimeError("on_commit belongs in a transaction")
        current.on_commit(hook)
