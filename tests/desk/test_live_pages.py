"""Open pages are told that something changed, and ask again within their own scope."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from piccolo_conf import DB
from server.database import tenant
from server.service_orders.notices import tell_desk
from server.web.live import publish
from tests.desk.office import Office
from tests.service_orders.world import found_reseller


class Reader:
    """What an open page has heard so far."""

    def __init__(self) -> None:
        self.chunks: asyncio.Queue[str] = asyncio.Queue()

    async def hears(self, text: str, within: float = 5) -> bool:
        try:
            async with asyncio.timeout(within):
                while text not in await self.chunks.get():
                    pass
        except TimeoutError:
            return False
        return True

    async def settle(self) -> None:
        """Past what a fresh connection is told in any case."""
        await asyncio.sleep(0.6)
        while not self.chunks.empty():
            self.chunks.get_nowait()


@asynccontextmanager
async def reading(office: Office, browser: httpx.AsyncClient, address: str) -> AsyncIterator[Reader]:
    """An EventSource of that person; httpx's own transport would wait for the stream's end."""
    reader, gone = Reader(), asyncio.Event()
    path, _, query = address.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", b"portal.test"), (b"cookie", f"session={browser.cookies['session']}".encode())],
        "client": ("127.0.0.1", 1),
        "server": ("portal.test", 80),
    }

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        await reader.chunks.put(bytes(message.get("body", b"")).decode())

    running = asyncio.create_task(office.transport.app(scope, receive, send))  # type: ignore[arg-type]
    try:
        assert await reader.hears(": ok")
        await reader.settle()
        yield reader
    finally:
        gone.set()
        await running


async def test_the_order_list_hears_of_a_dispatch(office: Office, ana: httpx.AsyncClient) -> None:
    order_id = await office.world.open_order()
    async with reading(office, ana, "/live?watch=orders") as page:
        await ana.post(
            f"/service-orders/{order_id}/dispatches",
            data={"technician_id": str(office.world.tiago.technician_id)},
        )
        assert await page.hears("event: changed")


async def test_a_visit_hears_of_its_discrepancy_and_of_no_other_visits(
    office: Office, ana: httpx.AsyncClient
) -> None:
    visit, other = await office.visit(), await office.visit()
    mine, another = await office.doubt(visit), await office.doubt(other)
    async with reading(office, ana, f"/live?watch=visit:{visit.id}") as page:
        await ana.post(f"/visits/{other.id}/discrepancies/{another}/acceptance", data={"note": "Visto"})
        assert not await page.hears("event: changed", within=0.8)
        await ana.post(f"/visits/{visit.id}/discrepancies/{mine}/acceptance", data={"note": "Visto"})
        assert await page.hears("event: changed")


async def test_one_stream_carries_all_of_a_page_and_says_what_changed(
    office: Office, ana: httpx.AsyncClient
) -> None:
    visit = await office.visit()
    doubt = await office.doubt(visit)
    async with reading(office, ana, f"/live?watch=deliveries&watch=visit:{visit.id}&watch=orders") as page:
        await ana.post(f"/visits/{visit.id}/discrepancies/{doubt}/acceptance", data={"note": "Visto"})
        assert await page.hears(f"event: changed\ndata: visit:{visit.id}\n")


async def test_what_one_may_not_see_is_left_out_and_a_stream_of_nothing_does_not_exist(
    office: Office, ana: httpx.AsyncClient, carla: httpx.AsyncClient
) -> None:
    stranger = Office(await found_reseller("outra"), office.settings, office.transport)
    foreign = await stranger.visit()
    under_way = await office.visit(state="working")  # customers see what was done, not where somebody is
    for browser, watch in (
        (ana, f"visit:{foreign.id}"),
        (ana, "synchronization"),
        (ana, "visit"),
        (ana, "visit:1"),
        (ana, "secrets"),
        (ana, "positions:1"),
        (carla, f"visit:{under_way.id}"),
        (carla, "positions"),
        (carla, "technicians"),
    ):
        assert (await browser.get(f"/live?watch={watch}")).status_code == 404, watch
    async with reading(office, carla, f"/live?watch=visit:{under_way.id}&watch=orders") as page:
        with tenant(office.world.reseller_id):
            async with DB.transaction():
                await publish(f"visit:{under_way.id}")
            assert not await page.hears("event: changed", within=0.5)
            async with DB.transaction():
                await tell_desk(office.world.reseller_id)
        assert await page.hears("event: changed\ndata: orders\n")
