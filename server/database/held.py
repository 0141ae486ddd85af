"""Rows that a transaction works on: locked and read once, written by column, kept for the next act on them.

A push brings several acts on one order and one visit. What this transaction has locked nobody else can
change, so it is read once (`Transaction.kept`). A write through here forgets the row; a write by Piccolo
anywhere in the transaction, and every rollback, forgets all.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from piccolo.table import Table

from piccolo_conf import DB
from server.database.transaction import Transaction


async def hold(tx: Transaction, table: type[Table], row_id: UUID) -> dict[str, Any] | None:
    """The row's columns, locked until the transaction ends; None for no such row, or none in reach."""
    kept, key = tx.root.kept, (table, row_id)
    if key not in kept:
        names = columns_of(table)
        lock = " FOR NO KEY UPDATE" if DB.dialect == "postgres" else ""
        rows = await tx.fetch(_select(table) + lock, row_id)
        if not rows:
            return None
        kept[key] = dict(zip(names, rows[0], strict=True))
    row: dict[str, Any] = kept[key]
    return row


async def glance(tx: Transaction, table: type[Table], row_id: UUID) -> dict[str, Any] | None:
    """The row as it is, without a lock: somebody may change it until it is held."""
    row: dict[str, Any] | None = tx.root.kept.get((table, row_id))
    if row is None:
        rows = await tx.fetch(_select(table), row_id)
        row = dict(zip(columns_of(table), rows[0], strict=True)) if rows else None
    return row


async def write(tx: Transaction, table: type[Table], row_id: UUID, columns: Mapping[str, Any]) -> None:
    """Change the named columns of a held row. It is read again by whoever asks for its `ver` next."""
    changes = ", ".join(f"{name} = ${number}" for number, name in enumerate(columns, start=2))
    await tx.execute(f"UPDATE {table._meta.tablename} SET {changes} WHERE id = $1", row_id, *columns.values())
    tx.root.kept.pop((table, row_id), None)


@lru_cache
def columns_of(table: type[Table]) -> tuple[str, ...]:
    return tuple(column._meta.db_column_name for column in table._meta.columns)


@lru_cache
def _select(table: type[Table]) -> str:
    return f"SELECT {', '.join(columns_of(table))} FROM {table._meta.tablename} WHERE id = $1"
