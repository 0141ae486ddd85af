"""Rows that were born on a phone: inserted once, with what the database can hold of their texts."""

from __future__ import annotations

from typing import Any

import msgspec

from server.database.transaction import Transaction


async def insert_once(tx: Transaction, table: str, /, **columns: Any) -> bool:
    """Insert a row that was born on a phone; false when it is there already."""
    names = ", ".join(columns)
    marks = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    count = await tx.execute(
        f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING", *columns.values()
    )
    return count == 1


def clean(text: str | None, length: int | None = None) -> str:
    """What the database can hold: no NUL, and no more than the column; the raw mutation keeps the rest."""
    kept = (text or "").replace("\x00", "").strip()
    return kept if length is None else kept[:length]


def clean_json(value: Any) -> str:
    """JSON that PostgreSQL takes: it has no NUL in a text."""
    return msgspec.json.encode(value).decode().replace("\\u0000", "")
