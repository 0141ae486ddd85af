"""Versions are drawn in one order and committed in another: a pull between the two misses nothing."""

from __future__ import annotations

import asyncio

from piccolo_conf import DB
from server.service_orders.tables import ServiceOrder
from tests.conftest import ON_POSTGRES
from tests.service_orders.world import World
from tests.sync_technician.phone import Phone

if ON_POSTGRES:  # SQLite has one writer, who commits in the order of drawing

    async def test_a_change_that_was_committed_late_under_an_early_version_is_told(
        world: World, tiago: Phone
    ) -> None:
        slow, quick = await world.dispatched_order(), await world.dispatched_order()
        is_written, may_commit = asyncio.Event(), asyncio.Event()

        async def write_slowly() -> None:
            async with DB.transaction():
                await ServiceOrder.update({ServiceOrder.description: "devagar"}).where(
                    ServiceOrder.id == slow
                )
                is_written.set()
                await may_commit.wait()

        writer = asyncio.create_task(write_slowly())
        await is_written.wait()
        await ServiceOrder.update({ServiceOrder.description: "depressa"}).where(ServiceOrder.id == quick)
        await tiago.pull()
        assert tiago.row("order", quick)["description"] == "depressa"
        assert tiago.row("order", slow)["description"] != "devagar"
        may_commit.set()
        await writer
        await tiago.pull()
        assert tiago.row("order", slow)["description"] == "devagar"
        assert tiago.vers[f"order/{slow}"] < tiago.vers[f"order/{quick}"]
