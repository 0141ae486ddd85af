"""The poke: "the view may have changed", to every phone of a reseller that listens, without content.

A push pokes at its commit, and so does the desk when it changes an order or a visit. Whatever else changes
what phones see (master data, piccolo-admin) moves the reseller's pulse by trigger; one query every two
seconds finds that while anybody listens.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID

import structlog
from litestar.types import Receive, Scope, Send

from offline_sync.ports import Database
from server.database import platform
from server.service_orders.notices import phones_topic
from server.web.events import EventStream, event
from server.web.live import HUB, publish

log = structlog.get_logger("pws.sync")

LOOK_EVERY_S = 2.0
POKE = event("poke")


async def poke(reseller_id: UUID) -> None:
    """In the transaction that changes what phones see."""
    await publish(phones_topic(reseller_id))


class PulseWatch:
    """Looks at the pulses while somebody listens."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._listeners = 0
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def watching(self) -> Iterator[None]:
        self._listeners += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        try:
            yield
        finally:
            self._listeners -= 1
            if not self._listeners:
                self._task.cancel()
                self._task = None

    async def _look(self) -> None:
        last: Mapping[UUID, int] | None = None
        while True:
            try:
                now = await self._pulses()
            except Exception:
                log.exception("pulses_unread")
            else:
                for reseller_id, n in now.items():
                    if last is not None and last.get(reseller_id) != n:
                        HUB.tell(phones_topic(reseller_id))
                last = now
            await asyncio.sleep(LOOK_EVERY_S)

    async def _pulses(self) -> Mapping[UUID, int]:
        with platform():
            async with self._db.reading() as conn:
                rows = await conn.fetch("select reseller_id, n from sync_pulse")
        return {row[0]: row[1] for row in rows}


class PokeStream(EventStream):
    """The stream of one client. It begins with a poke, for what changed while nobody listened."""

    def __init__(self, watch: PulseWatch, reseller_id: UUID) -> None:
        super().__init__(phones_topic(reseller_id), render=lambda _: POKE, greeting=POKE)
        self._watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._watch.watching():
            await super().__call__(scope, receive, send)
