"""Waiting until this process hears what is published."""

from __future__ import annotations

import asyncio

from server.database import Database

LISTENS = "query LIKE 'LISTEN%' AND state = 'idle' AND datname = current_database()"


async def until_listening(database: Database) -> None:
    """The LISTEN connection has told everybody to look; nothing to wait for in one process."""
    while database.dialect == "postgres":
        await asyncio.sleep(0.05)
        if await database.run_ddl(f"SELECT pid FROM pg_stat_activity WHERE {LISTENS}"):
            await asyncio.sleep(0.2)
            return
