"""The postman: takes what is due to its channel, and writes down what became of it.

A parcel is claimed for a lease by a commit, and only then sent. `attempts` is the fence: whoever lost the
lease can write nothing. Where a channel dies after `touch` without an answer nobody knows whether it arrived:
`rules.may_leave_again` lets it leave once more, under the same id, and then a person must look.
"""

from __future__ import annotations

import asyncio
from collections import deque
from datetime import UTC, datetime, timedelta

import structlog

from server.database import platform, tenant
from server.jobs.shift import Shift
from server.notifications.approaches import OVER, came_too_late
from server.notifications.channels import CHANNELS, Permanent, Temporary, Unreachable, Withheld
from server.notifications.notices import POSTMAN_TOPIC
from server.notifications.parcels import Claimed, claim, finish, put_back, release
from server.notifications.rules import State, may_leave_again, wait_after
from server.web.metrics import NOTIFICATIONS_SENT
from server.web.traffic import give_way

log = structlog.get_logger("pws.notifications")

LONGEST_SENDING_SECONDS = 90.0  # shorter than the lease
CLAIMED_AT_ONCE = 8  # a commit less for each of them, and a database's lock held for as little
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=5)
UNCERTAIN = "não se sabe se chegou; não foi repetido"


class Postman:
    """Any number may work, in any number of processes."""

    def __init__(self) -> None:
        self._shift = Shift("postman", POSTMAN_TOPIC)
        self._claimed: deque[Claimed] = deque()
        self._paused: dict[str, tuple[datetime, timedelta]] = {}

    def stop(self) -> None:
        """Take nothing more; what is on its way is finished."""
        self._shift.end()

    async def run(self) -> None:
        await self._shift.work(self._go_round)
        for claimed in self._claimed:
            with tenant(claimed.reseller_id):
                await release(claimed, datetime.now(UTC))
        await self._rest()

    async def _go_round(self) -> bool:
        await give_way()
        has_worked = await self.deliver_one(datetime.now(UTC))
        if not has_worked:
            await self._rest()
        return has_worked

    async def deliver_one(self, now: datetime) -> bool:
        """Bring one parcel to its end, of a few that are claimed at once; False when none was due."""
        if not self._claimed:
            with platform():
                self._claimed.extend(await claim(now, self._open_channels(now), CLAIMED_AT_ONCE))
            await give_way()
        if not self._claimed:
            return False
        claimed = self._claimed.popleft()
        with tenant(claimed.reseller_id):
            outcome = await self._send(claimed)
        NOTIFICATIONS_SENT.labels(claimed.channel, outcome).inc()
        return True

    async def _send(self, claimed: Claimed) -> str:
        if claimed.is_lost:
            await finish(claimed, State.DEAD, datetime.now(UTC), UNCERTAIN)
            return "dead"
        channel = CHANNELS[claimed.channel]
        try:
            async with asyncio.timeout(LONGEST_SENDING_SECONDS):
                if await came_too_late([line.path for line in claimed.parcel.lines], datetime.now(UTC)):
                    raise Withheld(OVER)
                await give_way()
                await channel.send(claimed.parcel)
        except Withheld as reason:
            return await self._finish(claimed, State.WITHHELD, str(reason))
        except Permanent as reason:
            return await self._finish(claimed, State.DEAD, str(reason), is_address=reason.is_address)
        except Unreachable as reason:
            await self._hold(claimed.channel, datetime.now(UTC))
            return await self._later(claimed, str(reason), reason.after or FIRST_PAUSE)
        except Temporary as reason:
            return await self._retry(claimed, str(reason), reason.after)
        except Exception as error:
            log.warning(
                "notification_failed", channel=claimed.channel, parcel=str(claimed.id), exc_info=error
            )
            return await self._after_fault(claimed, f"{type(error).__name__}: {error}")
        self._paused.pop(claimed.channel, None)
        return await self._finish(claimed, State.SENT, "")

    async def _after_fault(self, claimed: Claimed, reason: str) -> str:
        """Neither taken nor refused: what the wire may know counts as a repeat."""
        if not claimed.is_touched:
            return await self._retry(claimed, reason, None)
        if not may_leave_again(is_touched=True, repeats=claimed.repeats):
            return await self._finish(claimed, State.DEAD, f"{UNCERTAIN} ({reason})")
        return await self._retry(claimed, reason, None, repeats=claimed.repeats + 1)

    async def _retry(
        self, claimed: Claimed, reason: str, after: timedelta | None, *, repeats: int | None = None
    ) -> str:
        wait = wait_after(claimed.parcel.attempt, claimed.created_at, datetime.now(UTC))
        if wait is None:
            return await self._finish(claimed, State.DEAD, reason)
        return await self._later(claimed, reason, max(wait, after or wait), repeats=repeats)

    async def _later(
        self, claimed: Claimed, reason: str, wait: timedelta, *, repeats: int | None = None
    ) -> str:
        await put_back(claimed, reason, datetime.now(UTC) + wait, repeats=repeats)
        return "retried"

    async def _finish(self, claimed: Claimed, state: State, reason: str, *, is_address: bool = False) -> str:
        await finish(claimed, state, datetime.now(UTC), reason, is_address=is_address)
        return state.value

    def _open_channels(self, now: datetime) -> list[str]:
        return [name for name in CHANNELS if name not in self._paused or self._paused[name][0] <= now]

    async def _hold(self, channel: str, now: datetime) -> None:
        """Longer each time, until one gets through. What else was claimed of it waits with the others."""
        _, before = self._paused.get(channel, (now, timedelta(0)))
        pause = min(max(before * 2, FIRST_PAUSE), LONGEST_PAUSE)
        self._paused[channel] = (now + pause, pause)
        for other in [one for one in self._claimed if one.channel == channel]:
            self._claimed.remove(other)
            with tenant(other.reseller_id):
                await release(other, now)

    async def _rest(self) -> None:
        for channel in CHANNELS.values():
            await channel.rest()
