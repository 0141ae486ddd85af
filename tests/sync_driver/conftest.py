from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from offline_sync.service import Service
from server.database import Database, tenant
from tests.deliveries.world import Depot, open_depot
from tests.service_orders.world import found_reseller
from tests.sync_driver.phone import DriversPhone
from tests.sync_technician.conftest import clock, service
from tests.sync_technician.phone import Clock

__all__ = ["clock", "service"]


@pytest.fixture
async def depot(database: Database) -> AsyncIterator[Depot]:
    world = await found_reseller()
    with tenant(world.reseller_id):
        yield await open_depot(world)


@pytest.fixture
async def diego(depot: Depot, service: Service, clock: Clock) -> DriversPhone:
    phone = DriversPhone(service, depot.diego, clock)
    await phone.enrol()
    return phone


@pytest.fixture
async def rui(depot: Depot, service: Service, clock: Clock) -> DriversPhone:
    phone = DriversPhone(service, depot.rui, clock)
    await phone.enrol()
    return phone
