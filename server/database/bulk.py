"""Many rows in one statement, whatever their number: arrays on PostgreSQL, one prepared statement on SQLite.

The statement's text depends on the columns alone, so that both databases prepare it once.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

import asyncpg
from piccolo.columns import UUID as UUIDColumn
from piccolo.columns import (
    BigInt,
    Boolean,
    Date,
    DoublePrecision,
    ForeignKey,
    Integer,
    Numeric,
    Timestamptz,
)
from piccolo.columns.column_types import JSONB
from piccolo.table import Table

from offline_sync.retry import is_temporary
from piccolo_conf import DB
from server.database.transaction import Transaction

ROWS_AT_ONCE = 200
_TYPES: tuple[tuple[type[Any], str], ...] = (
    (ForeignKey, "uuid"),
    (UUIDColumn, "uuid"),
    (Boolean, "boolean"),
    (BigInt, "bigint"),
    (Integer, "integer"),
    (DoublePrecision, "double precision"),
    (Timestamptz, "timestamptz"),
    (Date, "date"),
    (Numeric, "numeric"),
    (JSONB, "jsonb"),
)
_NOT_STORED: Any = (
    sqlite3.Error,
    asyncpg.PostgresError,  # type: ignore[attr-defined]
    asyncpg.InterfaceError,  # type: ignore[attr-defined]
    OverflowError,
)


async def upsert(
    tx: Transaction,
    table: type[Table],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    key: Sequence[str] = ("id",),
    kept: frozenset[str] = frozenset(),
) -> None:
    """Insert, or write all columns but `key` and `kept` of the rows that are there."""
    if not rows:
        return
    sql = _upsert(table, tuple(columns), tuple(key), kept, DB.dialect)
    if DB.dialect == "postgres":
        await tx.execute(sql, *(list(values) for values in zip(*rows, strict=True)))
        return
    for start in range(0, len(rows), ROWS_AT_ONCE):
        await tx.execute_many(sql, rows[start : start + ROWS_AT_ONCE])
        await asyncio.sleep(0)  # these run in the loop: whoever only reads is answered in between


async def insert(
    tx: Transaction, table: type[Table], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    await upsert(tx, table, columns, rows, key=())


async def isolated(items: Sequence[Any], write: Callable[[Sequence[Any]], Awaitable[None]]) -> list[Any]:
    """Write all that the database takes; those that it does not. Nothing of a refused one remains."""
    if not items:
        return []
    try:
        async with DB.transaction():
            await write(items)
    except _NOT_STORED as error:
        if is_temporary(error):
            raise
        if len(items) == 1:
            return list(items)
        half = len(items) // 2
        return await isolated(items[:half], write) + await isolated(items[half:], write)
    return []


def among(column: str, number: int, type_: str = "uuid") -> str:
    """`column` is one of the values of argument `$number`, made by `values`."""
    if DB.dialect == "postgres":
        return f"{column} = any(${number}::{type_}[])"
    return f"{column} in (select value from json_each(${number}))"


def values(items: Iterable[UUID | str]) -> Any:
    """An argument for `among`."""
    if DB.dialect == "postgres":
        return list(items)
    return json.dumps([str(item) for item in items])


@lru_cache(maxsize=256)
def _upsert(
    table: type[Table], columns: tuple[str, ...], key: tuple[str, ...], kept: frozenset[str], dialect: str
) -> str:
    name, names = table._meta.tablename, ", ".join(columns)
    if dialect == "postgres":
        arrays = ", ".join(f"${n}::{type_of(table, column)}[]" for n, column in enumerate(columns, start=1))
        source = f"SELECT * FROM unnest({arrays})"
    else:
        source = "VALUES (" + ", ".join(f"${n}" for n in range(1, len(columns) + 1)) + ")"
    sql = f"INSERT INTO {name} ({names}) {source}"
    if not key:
        return sql
    written = [column for column in columns if column not in kept and column not in key]
    changes = ", ".join(f"{column} = excluded.{column}" for column in written)
    return f"{sql} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"


def type_of(table: type[Table], column: str) -> str:
    """PostgreSQL's name for a column's type, as an array can have it."""
    typed = table._meta.get_column_by_name(column)
    return next((name for kind, name in _TYPES if isinstance(typed, kind)), "text")


def as_text(column: str) -> str:
    """A key as a text: where results of two tables are joined, SQLite forgets the type."""
    return f"{column}::text" if DB.dialect == "postgres" else f"'' || {column}"
