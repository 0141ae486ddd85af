"""Small writes of many clients in one transaction: a commit waits for the disk, whoever it is for.

What comes while one transaction commits, and within a moment after it, is gathered and written in the next.
When something of that fails, nothing of it is written, and each is tried again by itself: what one client
sends cannot refuse what another does.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

from offline_sync.ports import Connection, Database
from offline_sync.retry import retrying

MOST = 50  # writes a transaction
MOMENT_S = 0.03

T = TypeVar("T")
Work = Callable[[Connection], Awaitable[Any]]
Waiting = tuple[Work, "asyncio.Future[Any]"]


class Gathering:
    """One transaction at a time for each tenant, whose rows alone its connection sees."""

    def __init__(self) -> None:
        self._waiting: dict[UUID, list[Waiting]] = defaultdict(list)
        self._tasks: dict[UUID, asyncio.Task[None]] = {}

    async def run(self, db: Database, tenant: UUID, work: Callable[[Connection], Awaitable[T]]) -> T:
        """What `work` returns, committed; or what it raises, alone."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting[tenant].append((work, future))
        if tenant not in self._tasks:
            # In this caller's context: the same tenant, and no transaction of anybody's.
            self._tasks[tenant] = asyncio.create_task(self._write_all(db, tenant))
        return await future

    async def _write_all(self, db: Database, tenant: UUID) -> None:
        waiting = self._waiting[tenant]
        try:
            while waiting:
                some = waiting[:MOST]
                del waiting[:MOST]
                # Also for a caller that went away meanwhile: its client asks again, and that is harmless.
                await _write(db, some)
                await asyncio.sleep(MOMENT_S)
        finally:
            del self._tasks[tenant], self._waiting[tenant]
            for _, future in waiting:
                future.cancel()


async def _write(db: Database, some: list[Waiting]) -> None:
    if len(some) > 1:
        try:
            results = await _together(db, [work for work, _ in some])
        except Exception:  # noqa: S110 - whose it was is found, and told, below
            pass
        else:
            for (_, future), result in zip(some, results, strict=True):
                _settle(future, result)
            return
    for work, future in some:
        try:
            (result,) = await retrying(lambda work=work: _together(db, [work]))  # type: ignore[misc]
        except Exception as error:
            if not future.done():
                future.set_exception(error)
        else:
            _settle(future, result)


async def _together(db: Database, works: list[Work]) -> list[Any]:
    async with db.transaction() as conn:
        return [await work(conn) for work in works]


def _settle(future: asyncio.Future[Any], result: Any) -> None:
    if not future.done():
        future.set_result(result)
