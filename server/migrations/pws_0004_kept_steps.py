"""What a row of ILUX went through waits with it while it cannot be taken."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import run_sql

ID = "0004_kept_steps"
VERSION = "1.38.0"
DESCRIPTION = "the status changes of a refused row of ILUX"


async def forwards() -> MigrationManager:
    """Registers the statement."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql("ALTER TABLE ilux_refusal ADD COLUMN history TEXT NOT NULL DEFAULT '[]';")

    manager.add_raw(run)
    return manager
