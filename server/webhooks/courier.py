"""The courier: takes deliveries to their endpoints, a few at once, and lives through whatever they answer.

Apart from the worker's jobs: an endpoint that lets everybody wait must not hold up a distance or a mail.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from datetime import UTC, datetime

import aiohttp
import structlog

from server import settings as settings_module
from server.database import platform, tenant
from server.settings import Settings
from server.web.live import HUB
from server.web.metrics import WEBHOOKS_SENT
from server.webhooks.deliveries import claim, note
from server.webhooks.leaving import COURIER_TOPIC
from server.webhooks.sending import connection, send

log = structlog.get_logger("pws.webhooks")

LANES = 4
LOOK_EVERY_SECONDS = 1.0  # the first lane, for what became due; the others are woken by what is new
LOOK_RARELY_SECONDS = 10.0
PAUSE_AFTER_FAULT_SECONDS = 5.0


class Courier:
    """Any number may work, in any number of processes."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._given = settings
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Take nothing more; what is on its way is finished."""
        self._stopping.set()

    async def run(self) -> None:
        settings = self._given or settings_module.current()
        async with connection(settings) as session, asyncio.TaskGroup() as group:
            for number in range(LANES):
                seconds = LOOK_RARELY_SECONDS if number else LOOK_EVERY_SECONDS
                group.create_task(self._lane(session, settings, seconds))

    async def _lane(self, session: aiohttp.ClientSession, settings: Settings, seconds: float) -> None:
        with HUB.listening(COURIER_TOPIC) as listener:
            while not self._stopping.is_set():
                try:
                    has_worked = await deliver_one(session, settings, datetime.now(UTC))
                except Exception:
                    log.exception("courier_interrupted")
                    await self._pause(PAUSE_AFTER_FAULT_SECONDS)
                    continue
                if has_worked:
                    continue
                if listener.is_closed:
                    await self._pause(seconds)
                else:
                    await listener.next(seconds)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


async def deliver_one(session: aiohttp.ClientSession, settings: Settings, now: datetime) -> bool:
    """Take one delivery to its endpoint; False when none was due."""
    with platform():
        claimed = await claim(now)
    if claimed is None:
        return False
    with tenant(claimed.reseller_id):
        answer = await send(session, claimed, settings, now)
        chance = random.random()  # noqa: S311 - it guards nothing
        state = await note(claimed, answer, max(now, datetime.now(UTC)), chance)
    WEBHOOKS_SENT.labels(state.value if state else "lost").inc()
    return True
