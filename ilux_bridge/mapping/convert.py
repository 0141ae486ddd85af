"""Rows between the base and the wire. Data never raises: what cannot pass comes back as a `Refusal`.

Laws: what `to_columns` made of a wire value, `to_wire` reads as that value again, unless it was flagged; and
the same row always gives the same data, so that a hash of it tells whether anything changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ilux_bridge.mapping.bound import BoundTable
from ilux_bridge.mapping.charset import decode
from ilux_bridge.mapping.keys import format_key
from ilux_bridge.mapping.mapped import MappedField, WireValue
from ilux_bridge.mapping.outcome import (
    Alteration,
    ColumnValues,
    Flag,
    Reason,
    Refusal,
    Refused,
    WireRow,
)
from ilux_bridge.mapping.value_read import read_value
from ilux_bridge.mapping.value_write import write_value


def row_key(bound: BoundTable, row: Mapping[str, object]) -> str | None:
    """None where a part of the key is NULL or absent."""
    return format_key([row.get(column.name) for column in bound.key])


def to_wire(bound: BoundTable, row: Mapping[str, object]) -> WireRow | Refusal:
    """`row` by column name, as the driver gave it."""
    key = row_key(bound, row)
    if key is None:
        return Refusal(Reason.BAD_KEY, "chave", "a linha não tem chave; preencha-a no ILUX.")
    data: dict[str, WireValue] = {}
    flags: list[Flag] = []
    for mapped in bound.mapped.fields:
        try:
            data[mapped.field.name] = _read(bound, mapped, row, flags)
        except Refused as refused:
            return Refusal(refused.code, mapped.field.word, refused.text)
    return WireRow(key, data, tuple(flags))


def field_to_wire(bound: BoundTable, mapped: MappedField, row: Mapping[str, object]) -> WireValue | Refusal:
    """One field alone, as `to_wire` has it."""
    try:
        return _read(bound, mapped, row, [])
    except Refused as refused:
        return Refusal(refused.code, mapped.field.word, refused.text)


def to_columns(
    bound: BoundTable, fields: Iterable[MappedField], data: Mapping[str, object]
) -> ColumnValues | Refusal:
    """The values to write of those fields (a write's `fields`) that `data`, by the wire's names, holds.

    A field that the data leaves out is left alone; data for a field that is not among them is flagged.
    """
    wanted = tuple(fields)
    found = to_guard(bound, wanted, data)
    if isinstance(found, Refusal):
        return found
    for mapped in wanted:
        for name in mapped.columns:
            if name in found.values and found.values[name] is None and not bound.column(name).is_nullable:
                text = f"{name} não aceita vazio, e o portal não mandou valor."
                return Refusal(Reason.REQUIRED_EMPTY, mapped.field.word, text)
    return found


def to_guard(
    bound: BoundTable, fields: Iterable[MappedField], data: Mapping[str, object]
) -> ColumnValues | Refusal:
    """The values that a row must still have (a write's `expected`): None means that the column is NULL."""
    flags: list[Flag] = []
    values: dict[str, object] = {}
    wanted = {mapped.field.name: mapped for mapped in fields}
    for name, value in data.items():
        mapped = wanted.get(name)
        if mapped is None:
            _note_unwritten(bound, name, value, flags)
            continue
        try:
            written = write_value(bound, mapped, value, flags)
            _merge(values, dict(zip(mapped.columns, written, strict=True)))
        except Refused as refused:
            return Refusal(refused.code, mapped.field.word, refused.text)
    return ColumnValues(values, tuple(flags))


def history_to_wire(bound: BoundTable, column: str, value: object) -> Mapping[str, WireValue] | Refusal:
    """An older value of one column, by the names of the fields that are read from that column alone.

    `value` as the outbox keeps it, which is text: a date or an instant is refused.
    """
    flags: list[Flag] = []
    data: dict[str, WireValue] = {}
    for mapped in bound.mapped.fields:
        if mapped.columns == (column,):
            try:
                data[mapped.field.name] = _read(bound, mapped, {column: value}, flags)
            except Refused as refused:
                return Refusal(refused.code, mapped.field.word, refused.text)
    return data


def _merge(values: dict[str, object], more: Mapping[str, object]) -> None:
    """Composite keys share columns (the company's, mostly): an absent contract must not empty the company."""
    for name, value in more.items():
        there = values.get(name)
        if there is not None and value is not None and there != value:
            text = f"outro campo desta escrita já pôs {there!r:.30} em {name}, e este pede {value!r:.30}."
            raise Refused(Reason.CONTRADICTION, text)
        values[name] = value if there is None else there


def _read(bound: BoundTable, mapped: MappedField, row: Mapping[str, object], flags: list[Flag]) -> WireValue:
    if mapped.has_constant:
        return mapped.constant
    try:
        raw = [row[name] for name in mapped.columns]
    except KeyError as missing:
        text = f"a coluna {missing.args[0]} não veio na linha; confira se ainda existe no banco."
        raise Refused(Reason.COLUMN_MISSING, text) from None
    for at, each in enumerate(raw):
        if isinstance(each, (bytes, bytearray)):
            raw[at] = decode(bytes(each), bound.charset_of(bound.column(mapped.columns[at])))
    value = read_value(mapped, raw, flags)
    if value is None:
        value = mapped.default
    if value is None and mapped.field.is_required:
        raise Refused(
            Reason.REQUIRED_EMPTY,
            f"{', '.join(mapped.columns)} está vazio e o portal precisa dele; preencha-o ou use padrao.",
        )
    return value


def _note_unwritten(bound: BoundTable, name: str, value: object, flags: list[Flag]) -> None:
    mapped = bound.mapped.field(name)
    if value is None or (mapped is not None and mapped.has_constant):
        return
    word = mapped.field.word if mapped is not None else name
    flags.append(Flag(Alteration.NOT_WRITTEN, word, "o mapeamento não escreve este campo no banco."))
