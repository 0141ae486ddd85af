"""Second factors, confirmed addresses, logins on their way, and what a reseller's brand is."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import protect_table, run_sql

ID = "0015_users"
VERSION = "1.38.0"
DESCRIPTION = "second factors, confirmed addresses, brand"

TABLES = ("second_factor", "recovery_code", "login_challenge")


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0015_users.sql")
        for table in TABLES:
            await protect_table(table)

    manager.add_raw(run)
    return manager
