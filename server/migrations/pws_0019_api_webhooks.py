"""Tokens of the API, what they asked for once, webhook endpoints, and what was sent to them."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import protect_table, run_sql

ID = "0019_api_webhooks"
VERSION = "1.38.0"
DESCRIPTION = "API tokens, webhook endpoints and deliveries"

TABLES = ("api_token", "api_request", "webhook_endpoint", "webhook_delivery")


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0019_api_webhooks.sql")
        for table in TABLES:
            await protect_table(table)

    manager.add_raw(run)
    return manager
