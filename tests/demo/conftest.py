"""A small demo, loaded once for all tests that only look at it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from obstore.store import MemoryStore

from piccolo_conf import DB
from server.database import Database, platform
from server.demo.load import load
from server.demo.scale import SCALES
from tests.conftest import NOWHERE, point_at

# A Monday at 10:00 in Florianópolis.
NOW = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)


class Demo:
    """What was loaded, to be asked."""

    def __init__(self, database: Database, files: Any, rows: int) -> None:
        self.database = database
        self.files = files
        self.rows = rows

    async def rows_of(self, sql: str, *args: Any) -> list[tuple[Any, ...]]:
        with platform():
            async with self.database.reading() as tx:
                return [tuple(row) for row in await tx.fetch(sql, *args)]

    async def value_of(self, sql: str, *args: Any) -> Any:
        return (await self.rows_of(sql, *args))[0][0]


@pytest.fixture(scope="module")
def loaded(lasting_database_url: str) -> tuple[Any, int]:
    """The files of the demo, and how many rows it has."""
    files = MemoryStore()

    async def fill() -> int:
        rows = await load(DB, files, now=NOW, password_hash="hash", scale=SCALES["small"])
        await DB.close_connection_pool()
        return rows

    point_at(lasting_database_url)
    return files, asyncio.run(fill())


@pytest.fixture
async def demo(lasting_database_url: str, loaded: tuple[Any, int]) -> AsyncIterator[Demo]:
    point_at(lasting_database_url)
    await DB.start_connection_pool()
    yield Demo(DB, *loaded)
    await DB.close_connection_pool()
    point_at(NOWHERE)
