"""The first schema: tables, row versions, and row-level security on PostgreSQL."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from offline_sync.tables import INDEXES
from server.database.schema import protect, run_sql, version_rows

ID = "0001_schema"
VERSION = "1.38.0"
DESCRIPTION = "the first schema"

SYNCED = (
    "reseller", "app_user", "company", "customer", "equipment", "part", "meter_reading", "checklist_version",
    "service_order", "triage_message", "visit",
)  # fmt: skip
# A write of the child is a write of the row it is shown in.
PARTS_OF = {
    "visit_event": ("visit", "visit_id"),
    "part_usage": ("visit", "visit_id"),
    "photo": ("visit", "visit_id"),
    "signature": ("visit", "visit_id"),
    "meter_reading": ("visit", "visit_id"),
    "part_request": ("visit", "visit_id"),
    "discrepancy": ("visit", "visit_id"),
    "reseller": ("app_user", "reseller_id"),
}
# Of these parts only some columns are shown in the whole: a new order's number must not touch every user.
SHOWN = {"reseller": ("name", "timezone", "arrival_near_m")}
# Not versioned, but what a client sees depends on them.
PULSING = ("sync_file", "user_company")
GLOBAL = ("row_counter", "attempt", "sync_epoch", "staff_user", "staff_session", "migration")


async def forwards() -> MigrationManager:
    """Registers the schema's statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0001_schema.sql")
        for statement in INDEXES:
            await run_sql(statement)
        await version_rows(SYNCED, PARTS_OF, PULSING, SHOWN)
        await protect(exempt=GLOBAL)

    manager.add_raw(run)
    return manager
