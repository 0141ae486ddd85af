"""A running portal on a fresh database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from server.database import Database
from tests.web.portal import client, running_portal, settings_for


@pytest.fixture
async def portal(database: Database, tmp_path: Path) -> AsyncIterator[httpx.ASGITransport]:
    async with running_portal(settings_for(tmp_path)) as transport:
        yield transport


@pytest.fixture
async def visitor(portal: httpx.ASGITransport) -> AsyncIterator[httpx.AsyncClient]:
    async with client(portal) as someone:
        yield someone
