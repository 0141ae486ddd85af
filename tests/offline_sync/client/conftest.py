"""A server of todo lists on a socket, and Ana's line to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from offline_sync.service import Service
from server.sync.poke import poke
from server.web.live import live_updates
from tests.offline_sync.client.phones import http
from tests.offline_sync.server import People, create_app, person, serving


@pytest.fixture
def people() -> People:
    everybody = People()
    everybody.add(person("ana"))
    everybody.add(person("bia"))
    return everybody


@pytest.fixture
def service(service: Service) -> Service:
    """With the portal's own poke, and pages as small as in the other tests."""
    return replace(service, poke=poke)


@pytest.fixture
async def address(service: Service, people: People) -> AsyncIterator[str]:
    async with live_updates(), serving(create_app(service, people)) as url:
        yield url


@pytest.fixture
async def line(address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with http(address) as client:
        yield client
