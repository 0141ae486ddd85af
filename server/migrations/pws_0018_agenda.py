"""How long a visit takes, for the agenda; an index of return calls."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.database.schema import run_sql

ID = "0018_agenda"
VERSION = "1.38.0"
DESCRIPTION = "how long a visit takes, and return calls"


async def forwards() -> MigrationManager:
    """Registers the statements."""
    manager = MigrationManager(migration_id=ID, app_name="pws", description=DESCRIPTION)

    async def run() -> None:
        await run_sql(Path(__file__).parent / "sql" / "0018_agenda.sql")

    manager.add_raw(run)
    return manager
