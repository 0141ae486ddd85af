"""What the ILUX bridge brings and takes, and the tables for what had none."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import protect_table, run_sql, version_more_rows

ID = "0003_ilux_bridge"
VERSION = "1.38.0"
DESCRIPTION = "links, loads, refusals and messages of the ILUX bridge"

SYNCED = ("model", "supply", "supply_request", "invoice", "ilux_message")
PARTS_OF = {"supply_request_item": ("supply_request", "supply_request_id")}
TABLES = (
    *SYNCED, *PARTS_OF, "ilux_link", "ilux_load", "ilux_refusal", "bridge_status",
)  # fmt: skip


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0003_ilux_bridge.sql")
        await version_more_rows(SYNCED, PARTS_OF)
        for table in TABLES:
            await protect_table(table)

    manager.add_raw(run)
    return manager
