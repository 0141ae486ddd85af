"""What an order's visits come to, kept with the order."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import run_sql

ID = "0023_order_sums"
VERSION = "1.38.0"
DESCRIPTION = "when an order was attended, and how often"


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0023_order_sums.sql")

    manager.add_raw(run)
    return manager
