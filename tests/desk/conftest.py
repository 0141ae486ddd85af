from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from server.database import Database, tenant
from tests.desk.office import Office
from tests.service_orders.world import found_reseller
from tests.web.portal import running_portal, settings_for


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    world = await found_reseller()
    settings = settings_for(tmp_path)
    async with running_portal(settings) as transport:
        with tenant(world.reseller_id):
            yield Office(world, settings, transport)


@pytest.fixture
async def ana(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    """Ana of the desk, at her browser."""
    async with await office.browser(office.world.ana) as browser:
        yield browser


@pytest.fixture
async def carla(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    """Carla of the school, at hers."""
    async with await office.browser(office.world.carla) as browser:
        yield browser
