"""Drafts of checklists, photos that answer a question, and a reseller's own words of notices."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import protect_table, run_sql

ID = "0021_checklist_editor"
VERSION = "1.38.0"
DESCRIPTION = "drafts of checklists, their photos, own words of notices"


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0021_checklist_editor.sql")
        await protect_table("notification_text")

    manager.add_raw(run)
    return manager
