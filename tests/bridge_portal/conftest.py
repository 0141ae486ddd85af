from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.database import Database, tenant
from tests.bridge_portal.bridge import Bridge, connect
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
async def bridge(office: Office, tmp_path: Path) -> AsyncIterator[Bridge]:
    bridge = await connect(office.transport, office.settings, "ilha", tmp_path)
    yield bridge
    await bridge.http.aclose()
    bridge.replica.close()
