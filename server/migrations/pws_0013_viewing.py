"""What a session looks at: one company or registration, or the portal as somebody else sees it."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import run_sql

ID = "0013_viewing"
VERSION = "1.38.0"
DESCRIPTION = "narrowed sessions and viewing as somebody"


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0013_viewing.sql")

    manager.add_raw(run)
    return manager
