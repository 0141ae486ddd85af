"""Who waits for an answer is let past by what has time, and what has time gets its turn."""

from __future__ import annotations

import asyncio

from litestar import Litestar, get
from litestar.response import ServerSentEvent
from litestar.testing import AsyncTestClient

from server.settings import Settings
from server.web.edge import Edge
from server.web.traffic import TRAFFIC, Traffic

LONG = 60.0


async def test_nobody_waits_when_no_request_is_under_way() -> None:
    traffic = Traffic()
    await asyncio.wait_for(traffic.quiet(LONG), 5)
    leave = traffic.enter()
    leave()
    await asyncio.wait_for(traffic.quiet(LONG), 5)


async def test_the_last_of_two_requests_ends_the_wait() -> None:
    traffic = Traffic()
    first, second = traffic.enter(), traffic.enter()
    waiting = asyncio.create_task(traffic.quiet(LONG))
    first()
    first()  # the end of an answer is told again by its connection
    await asyncio.sleep(0)
    assert not waiting.done()
    second()
    await asyncio.wait_for(waiting, 5)


async def test_patience_ends_before_an_endless_rush_does() -> None:
    traffic = Traffic()
    traffic.enter()
    await asyncio.wait_for(traffic.quiet(0.01), 5)


async def test_a_request_is_under_way_until_its_answer_begins() -> None:
    seen: list[bool] = []

    @get("/page")
    async def page() -> str:
        waiting = asyncio.create_task(TRAFFIC.quiet(LONG))
        await asyncio.sleep(0)
        seen.append(waiting.done())
        waiting.cancel()
        return "there"

    @get("/stream")
    async def stream() -> ServerSentEvent:
        async def events():  # type: ignore[no-untyped-def]
            waiting = asyncio.create_task(TRAFFIC.quiet(LONG))
            await asyncio.sleep(0)
            seen.append(waiting.done() or TRAFFIC._quiet.is_set())
            yield "still open"

        return ServerSentEvent(events())

    app = Litestar([page, stream])
    app.asgi_handler = Edge(app.asgi_handler, Settings())
    async with AsyncTestClient(app) as client:
        await client.get("/page")
        await client.get("/stream")
        assert (await client.get("/nowhere")).status_code == 404
    assert seen == [False, True]
    await asyncio.wait_for(TRAFFIC.quiet(LONG), 5)
