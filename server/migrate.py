"""Bring the database to the current schema; harmless to repeat."""

from __future__ import annotations

import contextlib
import io

from piccolo.apps.migrations.commands.forwards import run_forwards

from server.database import platform


async def migrate() -> str:
    """Run what has not run yet; what Piccolo had to say. Raises SystemExit when a migration fails."""
    said = io.StringIO()
    with platform(), contextlib.redirect_stdout(said):
        result = await run_forwards(app_name="pws", migration_id="all")
    if not result.success:
        raise SystemExit(f"migration failed: {result.message}\n{said.getvalue()}")
    return said.getvalue()
