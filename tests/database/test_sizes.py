"""What SQLite's planner knows of the data. PostgreSQL looks by itself."""

from __future__ import annotations

from server.database import Database

ASKED = "SELECT n FROM heap WHERE owner = 1 AND n IN (7, 8)"


async def test_after_a_look_at_the_data_every_open_connection_takes_the_narrower_index(
    database: Database,
) -> None:
    if database.dialect == "postgres":  # its autovacuum does that, and nobody else
        await database.learn_sizes()
        asked = "SELECT relname FROM pg_stat_user_tables WHERE last_analyze IS NOT NULL"
        assert await database.fetch(asked) == []
        return
    async with database.transaction() as tx:
        await tx.execute("CREATE TABLE heap (owner INTEGER, n INTEGER)")
        await tx.execute_many("INSERT INTO heap VALUES (1, $1)", [(n,) for n in range(500)])
        await tx.execute("CREATE INDEX heap_owner ON heap (owner)")
        await tx.execute("CREATE INDEX heap_n ON heap (n)")

    assert "heap_owner" in await plan_of(database, 1)
    await database.learn_sizes()
    assert "heap_n" in await plan_of(database, 2)


async def plan_of(database: Database, limit: int) -> str:
    """`limit` differs, for an explanation is kept like any prepared statement."""
    await database.fetch(ASKED)  # a connection hears of a changed schema when it reads
    rows = await database.fetch(f"EXPLAIN QUERY PLAN {ASKED} LIMIT {limit}")
    return str(rows[0][3])
