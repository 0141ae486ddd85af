"""Rows that a transaction holds: read once, written once, and never seen otherwise than as written."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from server.accounts.tables import Reseller
from server.database import Database, held, platform


@pytest.fixture
async def ana(database: Database) -> AsyncIterator[Reseller]:
    with platform():
        reseller = Reseller(name="Ana", slug="ana")
        await reseller.save()
        yield reseller


async def saved(reseller: Reseller) -> tuple[str, str]:
    rows = await Reseller.select(Reseller.name, Reseller.slug).where(Reseller.id == reseller.id)
    return rows[0]["name"], rows[0]["slug"]


async def test_what_is_written_is_seen_at_once_and_saved_at_the_commit(
    database: Database, ana: Reseller
) -> None:
    async with database.transaction() as tx:
        before = await held.hold(tx, Reseller, ana.id)
        held.write(tx, Reseller, ana.id, {"name": "Bia"})
        held.write(tx, Reseller, ana.id, {"slug": "bia", "name": "Bia Lima"})
        now = await held.hold(tx, Reseller, ana.id)
        assert before is not None
        assert now is not None
        assert (before["name"], now["name"], now["slug"]) == ("Ana", "Bia Lima", "bia")
        assert tx.owed == {("reseller", ana.id): {"name": "Bia Lima", "slug": "bia"}}
    assert await saved(ana) == ("Bia Lima", "bia")


async def test_a_statement_that_names_the_table_sees_it(database: Database, ana: Reseller) -> None:
    async with database.transaction() as tx:
        await held.hold(tx, Reseller, ana.id)
        held.write(tx, Reseller, ana.id, {"name": "Bia"})
        await tx.fetch("SELECT count(*) FROM app_user")
        assert tx.owed
        assert [tuple(row) for row in await tx.fetch("SELECT name FROM reseller")] == [("Bia",)]
        assert not tx.owed


async def test_a_query_of_piccolo_sees_it_and_what_it_writes_is_not_hidden(
    database: Database, ana: Reseller
) -> None:
    async with database.transaction() as tx:
        await held.hold(tx, Reseller, ana.id)
        held.write(tx, Reseller, ana.id, {"name": "Bia"})
        assert await saved(ana) == ("Bia", "ana")
        held.write(tx, Reseller, ana.id, {"slug": "bia"})
        await Reseller.update({Reseller.name: "Clara"}).where(Reseller.id == ana.id)
        row = await held.hold(tx, Reseller, ana.id)
        assert row is not None
        assert (row["name"], row["slug"]) == ("Clara", "bia")
        await Reseller.update({Reseller.name: "Dora"}).where(Reseller.id == ana.id)
        held.write(tx, Reseller, ana.id, {"slug": "dora"})  # of a row that is not kept any more
        row = await held.hold(tx, Reseller, ana.id)
        assert row is not None
        assert (row["name"], row["slug"]) == ("Dora", "dora")


async def test_a_savepoint_takes_back_its_own_writes_and_no_others(database: Database, ana: Reseller) -> None:
    async with database.transaction() as tx:
        await held.hold(tx, Reseller, ana.id)
        held.write(tx, Reseller, ana.id, {"name": "Bia"})
        with pytest.raises(LookupError):
            async with database.transaction() as inner:
                held.write(inner, Reseller, ana.id, {"name": "Clara", "slug": "clara"})
                raise LookupError
        row = await held.hold(tx, Reseller, ana.id)
        assert row is not None
        assert row["name"] == "Bia"
        async with database.transaction() as inner:
            held.write(inner, Reseller, ana.id, {"slug": "bia"})
    assert await saved(ana) == ("Bia", "bia")


async def test_a_write_that_the_database_refuses_fails_where_it_was_asked_for(
    database: Database, ana: Reseller
) -> None:
    """In its savepoint, or the transaction: never as a commit of the half."""
    await Reseller(name="Bia", slug="bia").save()
    async with database.transaction() as tx:
        await held.hold(tx, Reseller, ana.id)
        held.write(tx, Reseller, ana.id, {"name": "Ana Maria"})
        with pytest.raises(Exception, match=r"(?i)unique"):
            async with database.transaction() as inner:
                held.write(inner, Reseller, ana.id, {"slug": "bia"})
    assert await saved(ana) == ("Ana Maria", "ana")
    with pytest.raises(Exception, match=r"(?i)unique"):
        async with database.transaction() as tx:
            await held.hold(tx, Reseller, ana.id)
            held.write(tx, Reseller, ana.id, {"slug": "bia", "name": "Outra"})
    assert await saved(ana) == ("Ana Maria", "ana")


async def test_a_failed_transaction_saves_nothing(database: Database, ana: Reseller) -> None:
    with pytest.raises(LookupError):
        async with database.transaction() as tx:
            await held.hold(tx, Reseller, ana.id)
            held.write(tx, Reseller, ana.id, {"name": "Bia"})
            raise LookupError
    assert await saved(ana) == ("Ana", "ana")
