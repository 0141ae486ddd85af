"""A table whose changes the bridge watches: by which key, and of which columns it keeps a history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ilux_bridge.mapping.base import Base, Column, ColumnType, Table
from ilux_bridge.outbox import keys

KEY_LENGTH = 255
HISTORY_LENGTH = 500
_HISTORY_EACH = 60


class NotMonitorable(Exception):
    """The table cannot be watched; the text says why, for a person."""


@dataclass(frozen=True, slots=True)
class Monitored:
    """`columns` are read when a change is sent, the key's among them."""

    table: Table
    key: tuple[Column, ...]
    columns: tuple[Column, ...]
    history: tuple[Column, ...] = ()

    @property
    def name(self) -> str:
        return self.table.name


def monitored(
    base: Base,
    name: str,
    *,
    key: Sequence[str] = (),
    columns: Sequence[str] = (),
    history: Sequence[str] = (),
) -> Monitored:
    """Without `key` the primary key; without `columns` all of them. Raises `NotMonitorable`."""
    table = base.tables.get(name)
    if table is None:
        raise NotMonitorable(f"A tabela {name} não existe na base.")
    names = tuple(key) or table.primary_key
    if not names:
        raise NotMonitorable(f"A tabela {name} não tem chave primária; indique uma chave única.")
    parts = _columns(table, names)
    for part in parts:
        if part.type not in keys.USABLE:
            raise NotMonitorable(f"{name}.{part.name}: uma coluna {part.type} não serve de chave.")
    if sum(keys.longest(part) + 1 for part in parts) > KEY_LENGTH:
        raise NotMonitorable(f"A chave de {name} passa de {KEY_LENGTH} caracteres.")
    kept = _columns(table, history)
    for column in kept:
        if column.type not in keys.USABLE or keys.longest(column) > _HISTORY_EACH:
            raise NotMonitorable(
                f"{name}.{column.name} não serve de histórico: é {column.type} ou longa demais."
            )
    if sum(len(column.name) + 2 * keys.longest(column) + 3 for column in kept) > HISTORY_LENGTH:
        raise NotMonitorable(f"O histórico de {name} passa de {HISTORY_LENGTH} caracteres.")
    wanted = _columns(table, columns) or tuple(c for c in table.columns if c.type is not ColumnType.OTHER)
    return Monitored(table, parts, tuple(dict.fromkeys([*parts, *wanted])), kept)


def _columns(table: Table, names: Sequence[str]) -> tuple[Column, ...]:
    found = [table.column(name) for name in names]
    for name, column in zip(names, found, strict=True):
        if column is None:
            raise NotMonitorable(f"A coluna {table.name}.{name} não existe na base.")
    return tuple(column for column in found if column is not None)
