"""What happened, whom it is told, and by which way."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import protect_table, run_sql

ID = "0007_notifications"
VERSION = "1.38.0"
DESCRIPTION = "events, notifications, their dispatches and preferences"

TABLES = (
    "notification_event", "notification", "notification_dispatch", "notification_preference",
    "notification_settings", "undeliverable_address",
)  # fmt: skip


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0007_notifications.sql")
        for table in TABLES:
            await protect_table(table)

    manager.add_raw(run)
    return manager
