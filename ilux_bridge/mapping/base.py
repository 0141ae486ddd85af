"""What a Firebird base says of itself, which a mapping is checked against; read by `ilux_bridge.metadata`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ColumnType(StrEnum):
    SMALLINT = "smallint"
    INTEGER = "integer"
    BIGINT = "bigint"
    NUMERIC = "numeric"  # fixed point; dialect 1 stores it as a double
    FLOAT = "float"
    DOUBLE = "double"
    CHAR = "char"
    VARCHAR = "varchar"
    DATE = "date"
    TIME = "time"
    TIMESTAMP = "timestamp"  # also dialect 1's DATE
    BOOLEAN = "boolean"
    TEXT = "text"  # BLOB SUB_TYPE TEXT
    BINARY = "binary"  # any other BLOB, and CHAR or VARCHAR of OCTETS
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Column:
    """`length` is in characters, for texts; `scale` is the number of decimals, for fixed point."""

    name: str
    type: ColumnType
    length: int | None = None
    scale: int = 0
    is_nullable: bool = True
    is_computed: bool = False
    charset: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """`rights` are the letters S, I, U, D that the login has on it."""

    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    rights: frozenset[str] = frozenset()
    rows: int | None = None

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True)
class Base:
    """`version` is the server's, as (3, 0); `charset` the base's default, `NONE` where it has none."""

    version: tuple[int, int]
    dialect: int
    charset: str
    tables: Mapping[str, Table]
    generators: frozenset[str] = frozenset()
    page_size: int = 0
    pages: int = 0
