"""When an order is due with the time that it waited, kept with the order."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import run_sql

ID = "0022_paused_due"
VERSION = "1.38.0"
DESCRIPTION = "the promised time with its pauses"


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0022_paused_due.sql")

    manager.add_raw(run)
    return manager
