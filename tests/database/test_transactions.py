"""What the engines promise, on either database."""

from __future__ import annotations

import asyncio

import pytest

from server.accounts.tables import Reseller
from server.database import Database, platform, tenant


@pytest.fixture(autouse=True)
def as_platform():
    with platform():
        yield


async def names(database: Database) -> list[str]:
    return sorted(await Reseller.select(Reseller.name).output(as_list=True))


async def test_a_caught_failure_takes_back_its_own_writes_and_no_others(database: Database) -> None:
    async with database.transaction():
        await Reseller(name="Ana", slug="ana").save()
        with pytest.raises(LookupError):
            async with database.transaction():
                await Reseller(name="Bia", slug="bia").save()
                raise LookupError
    assert await names(database) == ["Ana"]


async def test_a_failure_outside_rolls_everything_back(database: Database) -> None:
    with pytest.raises(LookupError):
        async with database.transaction():
            await Reseller(name="Ana", slug="ana").save()
            raise LookupError
    assert await names(database) == []


async def test_a_unique_violation_inside_a_savepoint_leaves_the_rest_usable(database: Database) -> None:
    async with database.transaction() as tx:
        await Reseller(name="Ana", slug="ana").save()
        with pytest.raises(Exception, match=r"(?i)unique"):
            async with database.transaction():
                await Reseller(name="Bia", slug="ana").save()
        await tx.execute("UPDATE reseller SET name = $1 WHERE slug = $2", "Ana Maria", "ana")
    assert await names(database) == ["Ana Maria"]


async def test_hooks_run_after_the_outermost_commit_and_never_after_a_rollback(database: Database) -> None:
    ran: list[str] = []
    async with database.transaction() as outer:
        outer.on_commit(lambda: ran.append("outer"))
        async with database.transaction() as inner:
            inner.on_commit(lambda: ran.append("inner"))
        with pytest.raises(LookupError):
            async with database.transaction() as failed:
                failed.on_commit(lambda: ran.append("failed"))
                raise LookupError
        assert ran == []
    assert ran == ["outer", "inner"]


async def test_read_then_write_from_twenty_tasks_loses_none(database: Database) -> None:
    reseller = Reseller(name="0", slug="ana")
    await reseller.save()
    lock = " FOR UPDATE" if database.dialect == "postgres" else ""

    async def add_one() -> None:
        async with database.transaction() as tx:
            rows = await tx.fetch(f"SELECT name FROM reseller WHERE id = $1{lock}", reseller.id)
            await tx.execute(
                "UPDATE reseller SET name = $1 WHERE id = $2", str(int(rows[0][0]) + 1), reseller.id
            )

    await asyncio.gather(*(add_one() for _ in range(20)))
    assert await names(database) == ["20"]


async def test_a_child_task_cannot_use_its_parents_transaction(database: Database) -> None:
    async with database.transaction() as tx:
        with pytest.raises(RuntimeError, match="child task"):
            await asyncio.create_task(tx.fetch("SELECT 1"))


async def test_a_failed_begin_or_commit_leaks_no_connection(database: Database) -> None:
    for _ in range(20):
        with pytest.raises(Exception, match=r"(?i)syntax"):
            async with database.transaction() as tx:
                await tx.fetch("SELEKT 1")
    await Reseller(name="Ana", slug="ana").save()
    assert await names(database) == ["Ana"]


async def test_a_snapshot_does_not_see_later_commits(database: Database) -> None:
    await Reseller(name="Ana", slug="ana").save()
    async with database.reading() as tx:
        before = await tx.fetch("SELECT name FROM reseller")

        async def rename() -> None:
            async with database.transaction():
                await Reseller.update({Reseller.name: "Bia"}, force=True)

        await asyncio.create_task(rename())
        after = await tx.fetch("SELECT name FROM reseller")
    assert [tuple(row) for row in before] == [tuple(row) for row in after] == [("Ana",)]
    assert await names(database) == ["Bia"]


@pytest.mark.parametrize("turns", range(4))
async def test_a_task_cancelled_while_it_begins_leaves_a_usable_connection(
    database: Database, turns: int
) -> None:
    """A reader's leaving cancels its stream's task wherever that may stand."""

    async def look() -> None:
        async with database.reading() as tx:
            await tx.fetch("SELECT 1")

    for _ in range(8):
        task = asyncio.create_task(look())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await asyncio.gather(*(look() for _ in range(8)))
    async with database.transaction():
        await Reseller(name="Ana", slug="ana").save()
    assert await names(database) == ["Ana"]


async def test_who_only_asks_goes_before_the_writers_that_wait(database: Database) -> None:
    """When a network comes back, hundreds push; a pull must not wait for all of them."""
    reseller = Reseller(name="Ana", slug="ana")
    await reseller.save()
    order: list[str] = []

    async def push() -> None:
        async with database.transaction():
            order.append("push")
            await asyncio.sleep(0.01)

    async def pull() -> None:
        await asyncio.sleep(0)
        async with database.snapshot() as tx:
            order.append("pull")
            await tx.fetch("SELECT 1")

    with tenant(reseller.id):
        await asyncio.gather(*(push() for _ in range(40)), pull())
    assert len(order) == 41
    assert order.index("pull") < 20
