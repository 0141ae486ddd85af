"""Pokes: whoever changed what phones see, the phones that listen hear of it, and nothing of what it was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from offline_sync.service import Service
from tests.offline_sync.server import OTHER_RESELLER, RESELLER
from tests.sync.conftest import Wire, note


@asynccontextmanager
async def listening(wire: Wire) -> AsyncIterator[asyncio.Queue[str]]:
    """The lines of a phone's stream, from after the greeting."""
    lines: asyncio.Queue[str] = asyncio.Queue()

    async def read() -> None:
        path = f"/sync/v1/poke?client_id={wire.client_id}"
        async with wire.http.stream("GET", path, headers=wire.headers, timeout=None) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            async for line in response.aiter_lines():
                if line:
                    lines.put_nowait(line)

    task = asyncio.create_task(read())
    assert await asyncio.wait_for(lines.get(), 5) == "event: poke"
    assert await asyncio.wait_for(lines.get(), 5) == "data: "
    try:
        yield lines
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_a_push_pokes_colleagues_at_once_and_strangers_never(
    ana: Wire, http: httpx.AsyncClient
) -> None:
    bia, caio = Wire(http, "bia"), Wire(http, "caio")
    await bia.enrol()
    await caio.enrol()
    async with listening(bia) as hers, listening(caio) as his:
        await ana.post("push", ana.pushed(note(1)))
        assert await asyncio.wait_for(hers.get(), 1.5) == "event: poke"
        assert await asyncio.wait_for(hers.get(), 1) == "data: "
        await asyncio.sleep(0.2)
        assert his.empty()


async def test_a_refused_push_pokes_nobody(ana: Wire, http: httpx.AsyncClient) -> None:
    bia = Wire(http, "bia")
    await bia.enrol()
    async with listening(bia) as hers:
        await ana.post("push", ana.pushed(note(7)))
        await asyncio.sleep(0.5)
        assert hers.empty()


async def test_whatever_moves_the_pulse_pokes(
    ana: Wire, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.sync.poke.LOOK_EVERY_S", 0.1)
    async with listening(ana) as hers:
        await asyncio.sleep(0.3)
        for reseller_id in (OTHER_RESELLER, RESELLER):
            assert hers.empty()
            async with service.db.transaction() as conn:
                await conn.execute(
                    "insert into sync_pulse (reseller_id, n) values ($1, 1)"
                    " on conflict (reseller_id) do update set n = sync_pulse.n + 1",
                    reseller_id,
                )
            await asyncio.sleep(0.3)
        assert await asyncio.wait_for(hers.get(), 3) == "event: poke"
