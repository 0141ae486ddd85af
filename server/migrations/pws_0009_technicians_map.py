"""How a reseller follows its technicians, links for a customer who waits for one, and tracks that were thinned."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import protect_table, run_sql

ID = "0009_technicians_map"
VERSION = "1.38.0"
DESCRIPTION = "tracking policy, approach links, thinned tracks"

TABLES = ("tracking_policy", "approach_link")


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0009_technicians_map.sql")
        for table in TABLES:
            await protect_table(table)

    manager.add_raw(run)
    return manager
