"""Several portals on one database, what goes wrong with them, and the load balancer before them."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import asyncpg
import httpx

from tests.conftest import ON_POSTGRES
from tests.e2e.portal import Portal

OFFICE = "office"  # the application name of connections that are to live
KILL_S = (1.0, 3.0)
SERVED_BETWEEN = 12
RESTART_S = (0.2, 1.0)
_TERMINATE = f"""
select count(pg_terminate_backend(pid)) from (
    select pid from pg_stat_activity
    where usename = 'pws' and application_name <> '{OFFICE}' and pid <> pg_backend_pid()
    order by (state <> 'idle' and $2) desc, random() limit $1
) unlucky
"""


class Portals:
    """Processes of one portal: four on PostgreSQL; SQLite serves with one."""

    def __init__(self, folder: Path, database_url: str) -> None:
        settings = {
            "PWS_DATABASE_URL": database_url,
            "PWS_DATA_DIR": str(folder),
            "PWS_WORKER_INSIDE": "false",
            "PWS_LOG_LEVEL": "warning",
        }
        self.all: list[Portal] = []
        for number in range(4 if ON_POSTGRES else 1):
            home = folder / f"portal-{number}"
            home.mkdir(parents=True)
            self.all.append(Portal(home, settings))
        self.kills = 0
        self._restart: asyncio.Future[None] | None = None

    async def start(self) -> None:
        await asyncio.gather(*(asyncio.to_thread(portal.start) for portal in self.all))

    async def stop(self) -> None:
        """Also the one that is just coming up, which a failing test would leave behind."""
        if self._restart is not None:
            await asyncio.wait([self._restart])
        await asyncio.gather(*(asyncio.to_thread(portal.kill) for portal in self.all))

    async def kill_now_and_then(
        self, dice: random.Random, is_over: asyncio.Event, served: Callable[[], int]
    ) -> None:
        """`kill -9`, each time another one, and up again a little later. A slow machine gets its time: the
        next one falls when some more was served."""
        goal = 0
        while not await _wait(is_over, dice.uniform(*KILL_S)):
            if served() < goal:
                continue
            goal = served() + SERVED_BETWEEN
            portal = dice.choice(self.all)
            await asyncio.to_thread(portal.kill)
            self.kills += 1
            await asyncio.sleep(dice.uniform(*RESTART_S))
            self._restart = asyncio.ensure_future(asyncio.to_thread(portal.start))
            await asyncio.shield(self._restart)


class Terminator:
    """Ends connections of the portals from the database's side, busy ones rather than idle ones."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.ended = 0

    async def end_now_and_then(self, dice: random.Random, is_over: asyncio.Event) -> None:
        connection = await asyncpg.connect(self._url, user="postgres")
        try:
            while not await _wait(is_over, dice.uniform(0.1, 0.6)):
                count, busy_first = dice.randint(1, 3), dice.random() < 0.7
                self.ended += await connection.fetchval(_TERMINATE, count, busy_first)
        finally:
            await connection.close()


class Balancer(httpx.AsyncBaseTransport):
    """Any portal that answers the telephone. What breaks after that is the client's to bear."""

    def __init__(self, portals: Sequence[Portal], dice: random.Random) -> None:
        self._inner = httpx.AsyncHTTPTransport()
        self._portals = portals
        self._dice = dice
        self.asked_at = 0.0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked_at = time.monotonic()
        refused: httpx.ConnectError | None = None
        for portal in self._dice.sample(self._portals, len(self._portals)):
            request.url = request.url.copy_with(port=portal.port)
            try:
                return await self._inner.handle_async_request(request)
            except httpx.ConnectError as error:
                refused = error
        assert refused is not None
        raise refused

    async def aclose(self) -> None:
        await self._inner.aclose()


async def _wait(is_over: asyncio.Event, seconds: float) -> bool:
    """Whether it is over; otherwise after so many seconds."""
    try:
        await asyncio.wait_for(is_over.wait(), seconds)
    except TimeoutError:
        return False
    return True
