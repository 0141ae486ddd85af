"""A real Firebird base, a real portal, and the bridge between them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from server.database import Database, tenant
from tests.bridge.conftest import Templates, _office, fragile_office, templates
from tests.bridge.office import FLAVOURS
from tests.bridge.office import Office as Ilux
from tests.bridge_end.bridge import End, meet
from tests.conftest import ON_POSTGRES
from tests.desk.office import Office
from tests.service_orders.world import found_reseller
from tests.web.portal import running_portal, settings_for

__all__ = ["fragile_office", "templates"]

# The portal of the first is a process with a file of its own, which the test reads: once, on SQLite, is all
# there is. The second is about the bridge's side; the portal's is in tests/bridge_portal, on both databases.
collect_ignore = ["test_processes.py", "test_reconciliation.py"] if ON_POSTGRES else []

SOME = [flavour for flavour in FLAVOURS if flavour.name in ("win1252", "none_dialect_1")]


@pytest.fixture(params=SOME, ids=lambda flavour: flavour.name)
def ilux(request: pytest.FixtureRequest, templates: Templates) -> Iterator[Ilux]:
    yield from _office(templates, request.param)


@pytest.fixture
def one_ilux(templates: Templates) -> Iterator[Ilux]:
    yield from _office(templates, FLAVOURS[0])


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    world = await found_reseller()
    settings = settings_for(tmp_path)
    async with running_portal(settings) as transport:
        with tenant(world.reseller_id):
            yield Office(world, settings, transport)


@pytest.fixture
async def both(ilux: Ilux, office: Office, tmp_path: Path) -> AsyncIterator[End]:
    async with meet(ilux, office, tmp_path) as end:
        yield end


@pytest.fixture
async def end(one_ilux: Ilux, office: Office, tmp_path: Path) -> AsyncIterator[End]:
    async with meet(one_ilux, office, tmp_path) as met:
        yield met
