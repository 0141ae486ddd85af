"""Supply requests that are made in the portal, their numbers and their history."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import protect_table, run_sql

ID = "0011_supplies"
VERSION = "1.38.0"
DESCRIPTION = "supply requests of the portal and their history"


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0011_supplies.sql")
        await protect_table("supply_request_event")

    manager.add_raw(run)
    return manager
