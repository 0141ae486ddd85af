"""The client view record as one value a client (docs/adr/0007-view-record.md)."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import protect_table, run_sql

ID = "0002_view_record"
VERSION = "1.38.0"
DESCRIPTION = "the client view record as one value"


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0002_view_record.sql")
        await protect_table("sync_view")

    manager.add_raw(run)
    return manager
