"""Statements that reach a database beside its server: to prepare, to change, to look."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from typing import Any

import asyncpg

connect: Any = asyncpg.connect


async def run_sql(url: str, sql: str, rows: Sequence[Sequence[Any]] | None = None) -> list[tuple[Any, ...]]:
    """One statement, or one for each of `rows`; sees every tenant."""
    if url.startswith("sqlite"):
        database = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)
        with database:
            text = re.sub(r"\$(\d+)", r"?\1", sql)
            found = database.execute(text).fetchall() if rows is None else []
            if rows:
                database.executemany(text, rows)
        database.close()
        return found
    connection = await connect(url)
    try:
        await connection.execute("SELECT set_config('pws.tenant', '*', false)")
        if rows is None:
            return [tuple(row) for row in await connection.fetch(sql)]
        await connection.executemany(sql, rows)
        return []
    finally:
        await connection.close()
