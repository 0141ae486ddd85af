"""Rows that a transaction works on: locked and read once, changed in memory, written once.

A push brings several acts on one order and one visit. What this transaction has locked nobody else can
change, so it is read once (`Transaction.kept`), and what it changes there is owed until a statement needs it
(`Transaction.owed`). A write by Piccolo anywhere in the transaction, and every rollback, forgets what is
kept.
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
    """The row's columns, locked until the transaction ends; None for no such row, or none in reach.

    `ver` stays the one that this transaction found: nobody has seen what it gave the row since.
    """
    key = (table, row_id)
    if key not in tx.root.kept:
        lock = " FOR NO KEY UPDATE" if DB.dialect == "postgres" else ""
        row = await _read(tx, table, _select(table) + lock, row_id)
        if row is None:
            return None
        tx.root.kept[key] = row
    held: dict[str, Any] = tx.root.kept[key]
    return held


async def glance(tx: Transaction, table: type[Table], row_id: UUID) -> dict[str, Any] | None:
    """The row as this transaction first saw it, without a lock: somebody else may change it."""
    kept = tx.root.kept
    for key in ((table, row_id), (table, row_id, "seen")):
        if key in kept:
            held: dict[str, Any] = kept[key]
            return held
    row = await _read(tx, table, _select(table), row_id)
    if row is not None:
        kept[table, row_id, "seen"] = row
    return row


def write(tx: Transaction, table: type[Table], row_id: UUID, columns: Mapping[str, Any]) -> None:
    """Change the named columns of a held row. Whoever got it before keeps it as it was."""
    root = tx.root
    root.owed.setdefault((table._meta.tablename, row_id), {}).update(columns)
    kept = root.kept.get((table, row_id))
    if kept is not None:
        root.kept[table, row_id] = {**kept, **columns}


async def _read(tx: Transaction, table: type[Table], sql: str, row_id: UUID) -> dict[str, Any] | None:
    """Past what is owed to other rows of the table."""
    if (table._meta.tablename, row_id) in tx.root.owed:
        await tx.pay()
    rows = await tx.session.fetch(sql, (row_id,))
    return dict(zip(columns_of(table), rows[0], strict=True)) if rows else None


@lru_cache
def columns_of(table: type[Table]) -> tuple[str, ...]:
    return tuple(column._meta.db_column_name for column in table._meta.columns)


@lru_cache
def _select(table: type[Table]) -> str:
    return f"SELECT {', '.join(columns_of(table))} FROM {table._meta.tablename} WHERE id = $1"
