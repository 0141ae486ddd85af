"""Browsers that a push reaches."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import protect_table, run_sql

ID = "0008_push"
VERSION = "1.38.0"
DESCRIPTION = "push subscriptions"


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0008_push.sql")
        await protect_table("push_subscription")

    manager.add_raw(run)
    return manager
