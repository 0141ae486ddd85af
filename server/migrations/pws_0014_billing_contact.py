"""Billing files that customers download, and what they write by the contact form."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import protect_table, run_sql

ID = "0014_billing_contact"
VERSION = "1.38.0"
DESCRIPTION = "billing files, who opened them, and contact messages"

TABLES = ("billing_batch", "billing_file", "billing_opening", "contact_message", "contact_answer")


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0014_billing_contact.sql")
        for table in TABLES:
            await protect_table(table)

    manager.add_raw(run)
    return manager
