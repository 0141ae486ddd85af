"""What a bridge says of the last time both sides were compared."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import run_sql

ID = "0005_reconciliation"
VERSION = "1.38.0"
DESCRIPTION = "the last reconciliation of a bridge"


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0005_reconciliation.sql")

    manager.add_raw(run)
    return manager
