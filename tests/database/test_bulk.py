"""Many rows in one statement; and what of them the database refuses is refused alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from offline_sync.ids import uuid7
from server.accounts.tables import Reseller
from server.database import Database, bulk, platform
from server.equipment.tables import Part


async def reseller() -> UUID:
    row = Reseller(name="Ilha", slug="ilha")
    await row.save()
    row_id: UUID = row.id
    return row_id


async def codes() -> list[str]:
    return list(await Part.select(Part.code).order_by(Part.code).output(as_list=True))


async def test_one_statement_inserts_and_writes_what_is_there(database: Database) -> None:
    columns = ("id", "reseller_id", "code", "name")
    with platform():
        owner = await reseller()
        rows = [(uuid7(), owner, f"{number:04}", "x") for number in range(3_000)]
        async with database.transaction() as tx:
            await bulk.upsert(tx, Part, columns, rows[:2_000])
            changed = [(row_id, owner, code, "y") for row_id, _, code, _ in rows[1_000:]]
            await bulk.upsert(tx, Part, columns, changed, kept=frozenset({"reseller_id", "code"}))
        assert len(await codes()) == 3_000
        assert await Part.count().where(Part.name == "y") == 2_000


async def test_what_the_database_refuses_is_refused_alone(database: Database) -> None:
    with platform():
        owner = await reseller()
        items = [(uuid7(), owner, code, "x") for code in ("a", "b", "a", "c", "b", "d")]
        async with database.transaction() as tx:

            async def write(some: Sequence[Any]) -> None:
                await bulk.insert(tx, Part, ("id", "reseller_id", "code", "name"), some)

            refused = await bulk.isolated(items, write)
        assert [code for _, _, code, _ in refused] == ["a", "b"]
        assert await codes() == ["a", "b", "c", "d"]


async def test_a_defect_is_no_refusal(database: Database) -> None:
    async def write(some: Sequence[Any]) -> None:
        raise LookupError

    with platform(), pytest.raises(LookupError):
        async with database.transaction():
            await bulk.isolated([1, 2], write)
