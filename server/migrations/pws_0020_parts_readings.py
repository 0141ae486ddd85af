"""How requested parts stand, for phones too, and the readings that customers are asked for every month."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import protect_table, run_sql, version_more_rows

ID = "0020_parts_readings"
VERSION = "1.38.0"
DESCRIPTION = "states of requested parts, monthly readings"

SYNCED = ("part_request",)
TABLES = ("reading_schedule", "reading_request", "reading_request_item")


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0020_parts_readings.sql")
        await version_more_rows(SYNCED)
        # What was asked for before is seen by phones, too: each of those rows draws its version.
        await run_sql("UPDATE part_request SET quantity = quantity;")
        for table in TABLES:
            await protect_table(table)

    manager.add_raw(run)
    return manager
