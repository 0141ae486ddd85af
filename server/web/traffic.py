"""Whether somebody waits for an answer of this process just now: work that has time lets them pass.

A request is under way until its answer begins, so that a stream that stays open holds nobody up.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

PATIENCE_SECONDS = 0.25


class Traffic:
    def __init__(self) -> None:
        self._under_way = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    def enter(self) -> Callable[[], None]:
        """One more; it leaves by calling what is returned, and doing that again changes nothing."""
        self._under_way += 1
        self._quiet.clear()
        is_gone = False

        def leave() -> None:
            nonlocal is_gone
            if is_gone:
                return
            is_gone = True
            self._under_way -= 1
            if not self._under_way:
                self._quiet.set()

        return leave

    async def quiet(self, patience_seconds: float) -> None:
        """Returns when nobody waits, or after that long: what waits behind people must get its turn, too."""
        if self._quiet.is_set():
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._quiet.wait(), patience_seconds)


TRAFFIC = Traffic()


async def give_way() -> None:
    """Between the steps of work that has time. A step must be short: who comes meanwhile waits for it."""
    await TRAFFIC.quiet(PATIENCE_SECONDS)
