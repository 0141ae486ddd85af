from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from offline_sync.service import Service
from server.database import Database, tenant
from tests.service_orders.world import World, add_reading, found_reseller
from tests.sync_technician.phone import Clock, Phone, portal


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    world = await found_reseller()
    with tenant(world.reseller_id):
        await add_reading(world, 12_000, days_ago=10)
        await add_reading(world, 11_000, days_ago=40)
        yield world


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(clock: Clock) -> Service:
    return portal(clock)


@pytest.fixture
async def tiago(world: World, service: Service, clock: Clock) -> Phone:
    phone = Phone(service, world.tiago, clock)
    await phone.enrol()
    return phone


@pytest.fixture
async def vera(world: World, service: Service, clock: Clock) -> Phone:
    phone = Phone(service, world.vera, clock)
    await phone.enrol()
    return phone
