"""The index that the agenda finds a day's orders by."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import run_sql

ID = "0022_scheduled_index"
VERSION = "1.38.0"
DESCRIPTION = "orders by their scheduled time"


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0022_scheduled_index.sql")

    manager.add_raw(run)
    return manager
