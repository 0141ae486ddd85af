from __future__ import annotations

from collections.abc import Iterator

import pytest

from server.accounts.actor import Actor
from tests.geocoding.nominatim import CITY, FLOWERS, Nominatim, nominatim
from tests.master_data.office import admin_of
from tests.service_orders.conftest import world  # noqa: F401
from tests.service_orders.world import World


@pytest.fixture
def osm() -> Iterator[Nominatim]:
    """Knows one house and the city."""
    with nominatim() as server:
        server.places = {"12 Rua das Flores": FLOWERS, "": CITY}
        yield server


@pytest.fixture
def bruna(world: World) -> Actor:  # noqa: F811
    return admin_of(world)
