"""What drivers record of invoices, its files and discrepancies, and what a reseller asks of a proof."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import protect_table, run_sql, version_more_rows

ID = "0006_deliveries"
VERSION = "1.38.0"
DESCRIPTION = "deliveries, their files, discrepancies and policy"

SYNCED = ("delivery", "delivery_policy")
PARTS_OF = {
    "delivery_file": ("delivery", "delivery_id"),
    "delivery_discrepancy": ("delivery", "delivery_id"),
}
TABLES = (*SYNCED, *PARTS_OF)


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0006_deliveries.sql")
        await version_more_rows(SYNCED, PARTS_OF)
        for table in TABLES:
            await protect_table(table)

    manager.add_raw(run)
    return manager
