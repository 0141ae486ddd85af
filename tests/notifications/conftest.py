from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from server.database import Database, tenant
from server.notifications import channels
from tests.notifications.channel import WireChannel
from tests.service_orders.world import World, found_reseller


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    world = await found_reseller()
    with tenant(world.reseller_id):
        yield world


@pytest.fixture
def wire() -> Iterator[WireChannel]:
    """The only channel: it notes what it is given, and breaks as a test asks."""
    before = dict(channels.CHANNELS)
    channels.CHANNELS.clear()
    wire = WireChannel()
    channels.register(wire)
    yield wire
    channels.CHANNELS.clear()
    channels.CHANNELS.update(before)
