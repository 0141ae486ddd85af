"""A shift: works through what is due until its end; asleep until a commit wakes it or a while has passed.

The worker's jobs, the postman's parcels and the courier's deliveries are gone through alike.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

from server.web.live import HUB

LOOK_EVERY_SECONDS = 1.0  # for what became due, and on SQLite for what another process wrote
PAUSE_AFTER_FAULT_SECONDS = 5.0

log = structlog.get_logger("pws.jobs")


class Shift:
    """`topic` is told when there is something new to do; `name` is who stopped at a fault, in the log."""

    def __init__(self, name: str, topic: str) -> None:
        self._name = name
        self._topic = topic
        self._stopping = asyncio.Event()

    def end(self) -> None:
        """Begin nothing more; what is under way is finished."""
        self._stopping.set()

    async def work(
        self, do_one: Callable[[], Awaitable[bool]], look_every_seconds: float = LOOK_EVERY_SECONDS
    ) -> None:
        """Until the end; `do_one` says whether there was something to do."""
        with HUB.listening(self._topic) as listener:
            while not self._stopping.is_set():
                try:
                    has_worked = await do_one()
                except Exception:
                    log.exception("shift_interrupted", who=self._name)
                    await self._pause(PAUSE_AFTER_FAULT_SECONDS)
                    continue
                if has_worked:
                    continue
                if listener.is_closed:
                    await self._pause(look_every_seconds)
                else:
                    await listener.next(look_every_seconds)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
