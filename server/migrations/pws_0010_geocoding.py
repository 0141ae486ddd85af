"""How a customer's position is known, what was proposed instead, and what a geocoder answered."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import protect_table, run_sql

ID = "0010_geocoding"
VERSION = "1.38.0"
DESCRIPTION = "positions of customers, their proposals, and the geocoder's answers"

# The geocoder's answers and its lane belong to no reseller: addresses without who is there.
TENANT = ("customer_position", "position_proposal")


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0010_geocoding.sql")
        for table in TENANT:
            await protect_table(table)

    manager.add_raw(run)
    return manager
