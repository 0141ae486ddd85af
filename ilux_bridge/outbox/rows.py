"""Reads the rows of a monitored table: those that a batch names, or all of them for a first load."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any

from ilux_bridge.firebird import Connection, Work
from ilux_bridge.mapping.base import Column, ColumnType
from ilux_bridge.outbox import keys
from ilux_bridge.outbox.monitored import Monitored

Values = dict[str, Any]
Key = tuple[Any, ...]

_PARAMETERS = 200  # in one statement


def everything(connection: Connection, work: Work, table: Monitored) -> Iterator[tuple[str, Values]]:
    """Each row with its canonical key, streamed; as the snapshot of `work` sees them.

    A row without a key, which a unique index lets be, has no name outside and is left out.
    """
    for row in work.fetch(_select(connection, table)):
        with suppress(ValueError):
            yield _named(table, row)


def existing(
    connection: Connection, work: Work, table: Monitored, wanted: Sequence[Key]
) -> dict[str, Values]:
    """The rows that these keys name, by canonical key; a key without a row is left out."""
    found: dict[str, Values] = {}
    at_once = max(1, _PARAMETERS // len(table.key))
    for start in range(0, len(wanted), at_once):
        found |= _chunk(connection, work, table, wanted[start : start + at_once])
    return found


def _chunk(connection: Connection, work: Work, table: Monitored, wanted: Sequence[Key]) -> dict[str, Values]:
    names = {keys.canonical(key): key for key in wanted}
    one = " AND ".join(f"{connection.quoted(part.name)} = ?" for part in table.key)
    condition = " OR ".join([f"({one})"] * len(names))
    arguments = [value for key in names.values() for value in key]
    rows = work.fetch(f"{_select(connection, table)} WHERE {condition}", *arguments)
    read = dict(_named(table, row) for row in rows)
    # Under a collation without case the base finds "ricoh" where "RICOH" is asked for. The text decides: the
    # row's own, as it now is, stands in the outbox too.
    return {name: read[name] for name in names.keys() & read.keys()}


def _select(connection: Connection, table: Monitored) -> str:
    columns = ", ".join(connection.quoted(column.name) for column in table.columns)
    return f"SELECT {columns} FROM {connection.quoted(table.name)}"


def _named(table: Monitored, row: tuple[Any, ...]) -> tuple[str, Values]:
    values = {column.name: _exact(column, value) for column, value in zip(table.columns, row, strict=True)}
    return keys.canonical([values[part.name] for part in table.key]), values


def _exact(column: Column, value: Any) -> Any:
    """Dialect 1 keeps a NUMERIC as a double: give it back its decimals."""
    if column.type is ColumnType.NUMERIC and isinstance(value, float):
        return round(Decimal(repr(value)), column.scale)
    return value
