"""Open pages are told that something changed, and ask again within their own scope."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests.desk.office import Office


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
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": address,
        "raw_path": address.encode(),
        "root_path": "",
        "query_string": b"",
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
    async with reading(office, ana, "/service-orders/live") as page:
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
    async with reading(office, ana, f"/visits/{visit.id}/live") as page:
        await ana.post(f"/visits/{other.id}/discrepancies/{another}/acceptance", data={"note": "Visto"})
        assert not await page.hears("event: changed", within=0.8)
        await ana.post(f"/visits/{visit.id}/discrepancies/{mine}/acceptance", data={"note": "Visto"})
        assert await page.hears("event: changed")
