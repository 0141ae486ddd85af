"""A mapped table held together with what the base says of it: what conversion and SQL need to know."""

from __future__ import annotations

from dataclasses import dataclass

from ilux_bridge.mapping.base import Base, Column, Table
from ilux_bridge.mapping.filter import columns_of
from ilux_bridge.mapping.mapped import MappedField, MappedTable, MappingFile


@dataclass(frozen=True, slots=True)
class BoundTable:
    """`key` is the mapping's or the primary key, never empty; `charset` is for columns without their own."""

    mapped: MappedTable
    table: Table
    key: tuple[Column, ...]
    charset: str
    dialect: int

    def column(self, name: str) -> Column:
        """Raises KeyError for a column that the base lacks: `check` finds those first."""
        column = self.table.column(name)
        if column is None:
            raise KeyError(name)
        return column

    def columns(self, field: MappedField) -> tuple[Column, ...]:
        return tuple(self.column(name) for name in field.columns)

    def charset_of(self, column: Column) -> str:
        return column.charset or self.charset

    @property
    def columns_read(self) -> tuple[str, ...]:
        """What a SELECT must name: key, fields, filter and history, each once."""
        names = [column.name for column in self.key]
        names += [name for field in self.mapped.fields for name in field.columns]
        names += columns_of(self.mapped.filter) if self.mapped.filter is not None else ()
        names += self.mapped.history
        return tuple(dict.fromkeys(names))


def bind(mapping: MappingFile, base: Base) -> tuple[BoundTable, ...]:
    """For a mapping that `check` found without errors; raises KeyError for an absent table or column."""
    return tuple(_bound(mapped, mapping, base) for mapped in mapping.tables)


def _bound(mapped: MappedTable, mapping: MappingFile, base: Base) -> BoundTable:
    table = base.tables[mapped.name]
    names = key_names(mapped, table)
    if not names:
        raise KeyError(f"{mapped.name} has no key")
    charset = mapping.firebird.charset or base.charset
    bound = BoundTable(mapped, table, (), charset, base.dialect)
    key = tuple(bound.column(name) for name in names)
    return BoundTable(mapped, table, key, charset, base.dialect)


def key_names(mapped: MappedTable, table: Table) -> tuple[str, ...]:
    return mapped.key or table.primary_key
