"""Small writes of many clients in one transaction: a commit waits for the disk, whoever it is for.

What comes while one transaction commits, and in a pause after it, is gathered and written in the next, with a
few statements for all. The pause grows with how many there were: who sends alone hardly waits, a thousand
phones are written four times a second. When that fails, nothing of it is written, and each is tried again by
itself: what one client sends cannot refuse what another does.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar
from uuid import UUID

from offline_sync.ports import Connection, Database
from offline_sync.retry import retrying

MOST = 100  # items a transaction
EACH_S, PAUSE_S = 0.02, 0.25

Item = TypeVar("Item")
Answer = TypeVar("Answer")
# For each item its answer, or why it is refused; a refused one has written nothing.
Write = Callable[[Connection, Sequence[Item]], Awaitable[Sequence[Answer | Exception]]]


class Gathering(Generic[Item, Answer]):
    """One transaction at a time for each tenant, whose rows alone its connection sees."""

    def __init__(self) -> None:
        self._waiting: dict[UUID, list[tuple[Item, asyncio.Future[Answer]]]] = defaultdict(list)
        self._tasks: dict[UUID, asyncio.Task[None]] = {}

    async def run(self, db: Database, tenant: UUID, item: Item, write: Write[Item, Answer]) -> Answer:
        """The answer, committed; raises what the item was refused for."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[tenant].append((item, future))
        if tenant not in self._tasks:
            # In this caller's context: the same tenant, and no transaction of anybody's.
            self._tasks[tenant] = asyncio.create_task(self._write_all(db, tenant, write))
        return await future

    async def _write_all(self, db: Database, tenant: UUID, write: Write[Item, Answer]) -> None:
        waiting = self._waiting[tenant]
        try:
            while waiting:
                some = waiting[:MOST]
                del waiting[:MOST]
                # Also for a caller that went away meanwhile: its client asks again, and that is harmless.
                answers = await _answers(db, [item for item, _ in some], write)
                for (_, future), answer in zip(some, answers, strict=True):
                    _settle(future, answer)
                await asyncio.sleep(min(len(some) * EACH_S, PAUSE_S))
        finally:
            del self._tasks[tenant], self._waiting[tenant]
            for _, future in waiting:
                future.cancel()


async def _answers(
    db: Database, items: Sequence[Item], write: Write[Item, Answer]
) -> list[Answer | Exception]:
    async def together(some: Sequence[Item]) -> list[Answer | Exception]:
        async with db.transaction() as conn:
            return list(await write(conn, some))

    if len(items) > 1:
        try:
            return await together(items)
        except Exception:  # noqa: S110 - whose it was is found, and told, below
            pass
    answers: list[Answer | Exception] = []
    for item in items:
        try:
            answers += await retrying(lambda item=item: together([item]))  # type: ignore[misc]
        except Exception as error:
            answers.append(error)
    return answers


def _settle(future: asyncio.Future[Any], answer: Any) -> None:
    if future.done():
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
