"""Hours, holidays and promised times of a reseller, and what each order was promised by."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import protect_table, run_sql

ID = "0016_calendar"
VERSION = "1.38.0"
DESCRIPTION = "the business calendar and what it promised"

TABLES = ("calendar", "calendar_holiday", "order_promise")


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0016_calendar.sql")
        for table in TABLES:
            await protect_table(table)

    manager.add_raw(run)
    return manager
