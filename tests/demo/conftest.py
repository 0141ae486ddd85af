"""A small demo, loaded once for each test that looks at it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from obstore.store import MemoryStore

from server.database import Database, platform
from server.demo.load import load
from server.demo.scale import SCALES

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


@pytest.fixture
async def demo(database: Database) -> Demo:
    files = MemoryStore()
    rows = await load(database, files, now=NOW, password_hash="hash", scale=SCALES["small"])
    return Demo(database, files, rows)
