"""Whether a person shares positions, kept with the person."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import run_sql

ID = "0024_shares_position"
VERSION = "1.38.0"
DESCRIPTION = "who shares positions"


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0024_shares_position.sql")

    manager.add_raw(run)
    return manager
