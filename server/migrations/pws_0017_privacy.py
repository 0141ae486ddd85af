"""Policy documents and their versions, what people answered to them, and what they ask about their data."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import protect_table, run_sql

ID = "0017_privacy"
VERSION = "1.38.0"
DESCRIPTION = "policies, consents, requests about one's data"

TABLES = ("policy_document", "policy_version", "consent", "data_request")


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0017_privacy.sql")
        for table in TABLES:
            await protect_table(table)

    manager.add_raw(run)
    return manager
