from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from server.database import Database, platform
from tests.service_orders.world import World, found_reseller


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    with platform():
        yield await found_reseller()
