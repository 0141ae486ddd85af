"""A table of one mapped field, to send single values through."""

from __future__ import annotations

from ilux_bridge.mapping.base import Table
from ilux_bridge.mapping.bound import BoundTable
from ilux_bridge.mapping.convert import to_columns, to_wire
from ilux_bridge.mapping.mapped import Direction, MappedField, MappedTable, Type, Unknown
from ilux_bridge.mapping.outcome import Alteration, ColumnValues, Refusal, WireRow
from ilux_bridge.mapping.vocabulary import BY_NAME, Field, Kind
from tests.bridge_mapping.bases import ALL_RIGHTS, column

ZONE = "America/Sao_Paulo"


def one_field(field: MappedField, *declared: str, charset: str = "WIN1252") -> BoundTable:
    """A table of a key ID and the columns of one field, called C0 and C1."""
    columns = (column("ID", "integer!"), *(column(f"C{at}", each) for at, each in enumerate(declared)))
    table = Table("T", columns, ("ID",), rights=ALL_RIGHTS)
    mapped = MappedTable("T", BY_NAME["customer"], "T", Direction.BOTH, (field,))
    return BoundTable(mapped, table, (columns[0],), charset, 3)


def mapped(
    kind: Kind,
    *,
    length: int | None = None,
    choices: tuple[str, ...] = (),
    is_required: bool = False,
    columns: int = 1,
    type: Type = Type.TEXT,
    values: dict[str, str | int | bool | None] | None = None,
    unknown: Unknown = Unknown.REFUSE,
    default: str | None = None,
    max: int | None = None,
) -> MappedField:
    field = Field("field", "campo", kind, length, is_required, choices, None)
    names = tuple(f"C{at}" for at in range(columns))
    return MappedField(field, "T.campo", names, type, values, unknown, ZONE, max, default)


def there_and_back(table: BoundTable, value: object) -> tuple[object, tuple[Alteration, ...]]:
    """What the portal would read after writing the value, and how it was altered on the way."""
    written = to_columns(table, table.mapped.fields, {"field": value})
    assert isinstance(written, ColumnValues), written
    read = to_wire(table, {"ID": 1, **written.values})
    assert isinstance(read, WireRow), read
    return read.data["field"], tuple(flag.code for flag in written.flags + read.flags)


def refusal(found: object) -> Refusal:
    assert isinstance(found, Refusal), found
    assert found.text.endswith(".")
    return found


def read(field: MappedField, *raw: object, declared: tuple[str, ...] = ("varchar(20)",)) -> WireRow | Refusal:
    row = {"ID": 1, **{f"C{at}": value for at, value in enumerate(raw)}}
    return to_wire(one_field(field, *declared), row)


def value(found: WireRow | Refusal) -> object:
    assert isinstance(found, WireRow), found
    return found.data["field"]
