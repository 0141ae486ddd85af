from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from offline_sync.service import Service
from server.database import Database, tenant
from tests.deliveries.world import Depot, open_depot
from tests.service_orders.world import found_reseller
from tests.sync_driver.phone import DriversPhone
from tests.sync_technician.phone import Clock, portal


@pytest.fixture
async def depot(database: Database) -> AsyncIterator[Depot]:
    world = await found_reseller()
    with tenant(world.reseller_id):
        yield await open_depot(world)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(clock: Clock) -> Service:
    return portal(clock)


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
