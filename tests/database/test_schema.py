"""Row versions, pulses, row-level security, and that tables.py says what the database has."""

from __future__ import annotations

import pytest
from piccolo.columns import ForeignKey, Secret, Varchar
from piccolo.table import Table

from server.accounts.tables import Reseller, User
from server.database import Database, platform, tenant
from server.piccolo_app import TABLES
from tests.conftest import ON_POSTGRES


async def ana_and_bia() -> tuple[Reseller, Reseller]:
    ana, bia = Reseller(name="Ana", slug="ana"), Reseller(name="Bia", slug="bia")
    with platform():
        await ana.save()
        await bia.save()
    return ana, bia


async def pulse(database: Database, reseller: Reseller) -> int:
    async with database.reading() as tx:
        rows = await tx.fetch("SELECT n FROM sync_pulse WHERE reseller_id = $1", reseller.id)
    return rows[0][0] if rows else 0


async def test_every_write_gets_a_version_never_used_before(database: Database) -> None:
    ana, _ = await ana_and_bia()
    seen = set()
    with platform():
        for name in ("Ana 1", "Ana 2", "Ana 2"):
            await Reseller.update({Reseller.name: name}).where(Reseller.id == ana.id)
            seen |= set(await Reseller.select(Reseller.ver).output(as_list=True))
    assert len(seen) == 4, "two resellers, of which one was written three times"


async def test_a_version_written_by_hand_does_not_stick(database: Database) -> None:
    ana, _ = await ana_and_bia()
    with platform():
        before = await Reseller.select(Reseller.ver).where(Reseller.id == ana.id).first()
        await Reseller.update({Reseller.ver: 1}).where(Reseller.id == ana.id)
        after = await Reseller.select(Reseller.ver).where(Reseller.id == ana.id).first()
    assert before is not None
    assert after is not None
    assert after["ver"] > before["ver"]


async def test_a_write_moves_the_pulse_of_its_reseller_alone(database: Database) -> None:
    ana, bia = await ana_and_bia()
    with platform():
        before = await pulse(database, ana), await pulse(database, bia)
        await User(reseller_id=ana.id, email="carla@ana", name="Carla", role="admin").save()
        after = await pulse(database, ana), await pulse(database, bia)
    assert after[0] > before[0]
    assert after[1] == before[1]


async def test_a_rolled_back_write_moves_no_pulse(database: Database) -> None:
    ana, _ = await ana_and_bia()
    with platform():
        before = await pulse(database, ana)
        with pytest.raises(LookupError):
            async with database.transaction():
                await Reseller.update({Reseller.name: "x"}).where(Reseller.id == ana.id)
                raise LookupError
        assert await pulse(database, ana) == before


if ON_POSTGRES:  # SQLite has no row-level security: there the scoping of queries stands alone

    async def test_row_level_security_hides_what_no_query_scoped(database: Database) -> None:
        ana, bia = await ana_and_bia()
        with platform():
            await User(reseller_id=ana.id, email="carla@ana", name="Carla", role="admin").save()
            await User(reseller_id=bia.id, email="dora@bia", name="Dora", role="admin").save()
        assert await User.count() == 0, "nobody in particular sees nobody"
        with tenant(ana.id):
            assert await User.select(User.name).output(as_list=True) == ["Carla"]
            assert await Reseller.select(Reseller.name).output(as_list=True) == ["Ana"]
            await User.update({User.name: "Ninguém"}, force=True)
            with pytest.raises(Exception, match="row-level security"):
                await User(reseller_id=bia.id, email="eva@bia", name="Eva", role="admin").save()
        with tenant(bia.id):
            assert await User.select(User.name).output(as_list=True) == ["Dora"]

    async def test_after_a_rollback_the_tenant_is_set_anew(database: Database) -> None:
        """The rollback took the setting back, too: the connection must not believe otherwise."""
        ana, bia = await ana_and_bia()
        with tenant(bia.id):
            assert await Reseller.count() == 1
        with pytest.raises(LookupError), tenant(bia.id):
            async with database.transaction():
                with tenant(ana.id):
                    await Reseller.count()
                raise LookupError
        with tenant(ana.id):
            for _ in range(20):
                assert await Reseller.select(Reseller.name).output(as_list=True) == ["Ana"]


async def test_a_rollback_does_not_leave_the_connection_with_another_tenant(database: Database) -> None:
    ana, bia = await ana_and_bia()
    with pytest.raises(LookupError), platform():
        async with database.transaction():
            with tenant(ana.id):
                await Reseller.count()
            raise LookupError
    with tenant(bia.id):
        for _ in range(20):
            rows = await Reseller.select(Reseller.name).where(Reseller.id == bia.id).output(as_list=True)
            assert rows == ["Bia"]


async def columns_of(database: Database, table: str) -> dict[str, bool]:
    """Each column's name, and whether it may be null."""
    if ON_POSTGRES:
        rows = await database.run_ddl(
            "SELECT column_name AS name, is_nullable = 'YES' AS nullable FROM information_schema.columns"
            f" WHERE table_name = '{table}'"
        )
        return {row["name"]: row["nullable"] for row in rows}
    rows = await database.run_ddl(f"PRAGMA table_info({table})")
    return {row["name"]: not row["notnull"] and not row["pk"] for row in rows}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table._meta.tablename)
async def test_tables_say_what_the_migrations_made(database: Database, table: type[Table]) -> None:
    declared = {column._meta.db_column_name: column._meta.null for column in table._meta.columns}
    assert await columns_of(database, table._meta.tablename) == declared


def test_texts_have_the_width_of_their_columns() -> None:
    for table in TABLES:
        for column in table._meta.columns:
            assert not isinstance(column, Varchar | Secret) or column.length
            assert not isinstance(column, ForeignKey) or column._meta.name.endswith("_id")
