"""The courier: takes deliveries to their endpoints, a few at once, and lives through whatever they answer.

Apart from the worker's jobs: an endpoint that lets everybody wait must not hold up a distance or a mail.
"""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime

import aiohttp

from server import settings as settings_module
from server.database import platform, tenant
from server.jobs.shift import LOOK_EVERY_SECONDS, Shift
from server.settings import Settings
from server.web.metrics import WEBHOOKS_SENT
from server.webhooks.deliveries import claim, note
from server.webhooks.leaving import COURIER_TOPIC
from server.webhooks.sending import connection, send

LANES = 4
LOOK_RARELY_SECONDS = 10.0  # all lanes but the first, which looks for what became due: what is new wakes them


class Courier:
    """Any number may work, in any number of processes."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._given = settings
        self._shift = Shift("courier", COURIER_TOPIC)

    def stop(self) -> None:
        """Take nothing more; what is on its way is finished."""
        self._shift.end()

    async def run(self) -> None:
        settings = self._given or settings_module.current()
        async with connection(settings) as session, asyncio.TaskGroup() as group:
            for number in range(LANES):
                seconds = LOOK_RARELY_SECONDS if number else LOOK_EVERY_SECONDS
                group.create_task(
                    self._shift.work(lambda: deliver_one(session, settings, datetime.now(UTC)), seconds)
                )


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
