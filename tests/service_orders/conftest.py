from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from server.database import Database, tenant
from tests.service_orders.world import World, found_reseller


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    world = await found_reseller()
    with tenant(world.reseller_id):
        yield world
