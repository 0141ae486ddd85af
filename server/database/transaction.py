"""Transactions that nest, with the same rules on both databases.

The outermost one begins and commits; an inner one is a savepoint, so that a caught failure takes back
its own writes and nothing else. A commit that the database turned into a rollback raises. Work that must not
happen before the commit (a poke, a notification to the worker) is left with `on_commit`.
"""

from __future__ import annotations

import asyncio
import inspect
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Token
from enum import Enum
from types import TracebackType
from typing import Any, Literal, Protocol, cast

from piccolo.engine.base import BaseTransaction

Hook = Callable[[], Awaitable[None] | None]


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
        return await self.session.fetch(sql, args)

    async def execute(self, sql: str, *args: Any) -> int:
        """Run a statement; how many rows it touched."""
        return await self.session.execute(sql, args)

    async def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """The same statement for every row of arguments, in one round trip."""
        if rows:
            await self.session.execute_many(sql, rows)

    def on_commit(self, hook: Hook) -> None:
        """Call `hook` after the outermost commit, or never."""
        self.hooks.append(hook)

    @property
    def root(self) -> Transaction:
        """The outermost one. Its `kept` is for rows that this transaction has locked, so that the next act on
        them need not read them again; whoever writes such a row drops it there, and so does every rollback.
        """
        return self if self._outer is None else self._outer.root

    async def __aenter__(self) -> Transaction:
        outer: Transaction | None = self.engine.current_transaction.get()
        self._task = asyncio.current_task()
        if outer is not None and outer._task is self._task:
            self._outer = outer
            self._depth = outer._depth + 1
            self._session = outer.session
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
        session, self._session = self._session, None
        assert session is not None
        assert self._token is not None
        self.engine.current_transaction.reset(self._token)
        if self._outer is not None:
            await self._leave_savepoint(session, failed=exception is not None)
            return False
        try:
            if exception is None:
                await session.commit()
            else:
                await session.rollback()
        finally:
            await session.close()
        if exception is None:
            for hook in self.hooks:
                result = hook()
                if inspect.isawaitable(result):
                    await result
        return False

    async def _leave_savepoint(self, session: Session, *, failed: bool) -> None:
        assert self._outer is not None
        if failed:
            self.root.kept.clear()
            await session.command(f"ROLLBACK TO SAVEPOINT s{self._depth}")
        await session.command(f"RELEASE SAVEPOINT s{self._depth}")
        if not failed:
            self._outer.hooks.extend(self.hooks)


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
