"""Calls as customers live them: attachments, kept filters, canned answers, ratings."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import protect_table, run_sql

ID = "0012_calls"
VERSION = "1.38.0"
DESCRIPTION = "attachments, kept filters, canned answers, ratings"

TABLES = ("attachment", "saved_filter", "canned_answer", "rating")


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0012_calls.sql")
        for table in TABLES:
            await protect_table(table)

    manager.add_raw(run)
    return manager
