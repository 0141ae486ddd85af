"""An office at work by SQL: it holds its transactions open, so that they commit in another order than that in
which their rows drew their versions, and takes some of them back."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

import asyncpg

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.database import tenant
from tests.conftest import ON_POSTGRES
from tests.processes.history import Added, Assigned, Event, Rewritten
from tests.processes.portals import OFFICE

SLOWLY_S = 0.5 if ON_POSTGRES else 0.02  # how long a transaction may stay open between two statements
REST_S = 0.2 if ON_POSTGRES else 1.0
QUICK_REST_S = 0.02 if ON_POSTGRES else 0.5
_MESSAGE = (
    "insert into triage_message"
    " (id, reseller_id, service_order_id, author_name, author_side, body, created_at)"
    " values ($1, $2, $3, 'Ana', 'desk', $4, $5)"
)


class Writer(Protocol):
    async def execute(self, sql: str, *args: Any) -> object: ...

    async def fetch(self, sql: str, *args: Any) -> Sequence[Any]: ...


class TakenBackError(Exception):
    """The office thinks better of it."""


@dataclass(frozen=True)
class Desk:
    """A reseller's orders by client: the one for messages, and those whose descriptions change together."""

    reseller_id: UUID
    diaries: Mapping[str, UUID]
    pairs: Mapping[str, tuple[UUID, UUID]]
    technicians: Mapping[str, UUID]
    moving: UUID


class Office:
    """Rests in between, because SQLite's one lock is not given out fairly."""

    def __init__(self, desk: Desk, url: str, seed: int, history: list[Event]) -> None:
        self._desk = desk
        self._url = url
        self._dice = random.Random(f"{seed} {desk.reseller_id}")
        self._history = history
        self.commits = 0

    async def work(self, is_over: asyncio.Event) -> None:
        """Everybody at once; two write messages, one of them slowly. Descriptions change without a rest, so
        that hardly a pull is not interrupted."""
        tasks = (self._messages, self._messages_slowly, self._assignments)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_on(self._descriptions, is_over, QUICK_REST_S))
            for task in tasks:
                group.create_task(self._keep_on(task, is_over, REST_S))

    async def _keep_on(self, task: Any, is_over: asyncio.Event, rest: float) -> None:
        async with self._line() as writer:
            while not is_over.is_set():
                await task(writer)
                self.commits += 1
                await asyncio.sleep(self._dice.uniform(0, rest))

    async def _messages(self, writer: Any) -> None:
        await self._add(writer, 1, 0)

    async def _messages_slowly(self, writer: Any) -> None:
        await self._add(writer, 3, SLOWLY_S)

    async def _add(self, writer: Any, count: int, slowly: float) -> None:
        client = self._dice.choice(list(self._desk.diaries))
        ids = [uuid7() for _ in range(count)]

        async def write(conn: Writer) -> None:
            for message_id in ids:
                now = datetime.now(UTC)
                order_id = self._desk.diaries[client]
                await conn.execute(_MESSAGE, message_id, self._desk.reseller_id, order_id, "Levar toner", now)
                await asyncio.sleep(self._dice.uniform(0, slowly))

        began, ended = await self._commit(writer, write)
        rows = tuple(("triage_message", str(message_id)) for message_id in ids)
        self._history.append(Added(client, rows, began, ended))

    async def _descriptions(self, writer: Any) -> None:
        client = self._dice.choice(list(self._desk.pairs))
        text, vers = str(uuid7()), []
        slowly = self._dice.choice((0, 0, 0, SLOWLY_S / 2))

        async def write(conn: Writer) -> None:
            for order_id in self._desk.pairs[client]:
                await conn.execute("update service_order set description = $1 where id = $2", text, order_id)
                rows = await conn.fetch("select ver from service_order where id = $1", order_id)
                vers.append(rows[0][0])
                await asyncio.sleep(self._dice.uniform(0, slowly))

        began, ended = await self._commit(writer, write)
        rows = tuple(("order", str(order_id)) for order_id in self._desk.pairs[client])
        self._history.append(Rewritten(client, rows, text, began, ended, tuple(vers)))

    async def _assignments(self, writer: Any) -> None:
        client = self._dice.choice(list(self._desk.technicians))

        async def write(conn: Writer) -> None:
            await conn.execute(
                "update service_order set technician_id = $1 where id = $2",
                self._desk.technicians[client],
                self._desk.moving,
            )

        began, ended = await self._commit(writer, write, may_fail=False)
        assert ended is not None
        self._history.append(Assigned(client, ("order", str(self._desk.moving)), began, ended))

    async def _commit(self, writer: Any, write: Any, *, may_fail: bool = True) -> tuple[float, float | None]:
        """When it began, and when it was over; None for the end of what was taken back."""
        is_taken_back = may_fail and self._dice.random() < 0.15
        began = time.monotonic()
        try:
            async with writer() as conn:
                await write(conn)
                if is_taken_back:
                    raise TakenBackError
        except TakenBackError:
            return began, None
        return began, time.monotonic()

    @asynccontextmanager
    async def _line(self) -> AsyncIterator[Any]:
        """Opens transactions: on a connection of its own, which nobody ends, or through the one writer."""
        if not ON_POSTGRES:
            with tenant(self._desk.reseller_id):
                yield DB.transaction
            return
        connection = await asyncpg.connect(self._url, server_settings={"application_name": OFFICE})
        try:
            await connection.execute(
                "select set_config('pws.tenant', $1, false)", str(self._desk.reseller_id)
            )

            @asynccontextmanager
            async def transaction() -> AsyncIterator[Writer]:
                async with connection.transaction():
                    yield connection

            yield transaction
        finally:
            await connection.close()
