from __future__ import annotations

import pytest

from server.accounts.actor import Actor
from tests.master_data.office import admin_of
from tests.service_orders.world import World
from tests.sync_technician.conftest import clock, service, tiago, world  # noqa: F401  the phone's fixtures


@pytest.fixture
def bruna(world: World) -> Actor:  # noqa: F811
    return admin_of(world)
