"""The key of a row as a trigger writes it, in SQL, and how the bridge reads that.

Parts are joined by `|`; in texts `|` and `\\` are escaped by `\\`. A trigger writes moments as plain numbers
(`2026-3-2 8:30:0.0000`), because a cast to text differs between the dialects, and texts of CHAR without the
blanks at their end. `canonical` is the one spelling of it outside of the base, that of `mapping.keys`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from ilux_bridge.mapping.base import Column, ColumnType
from ilux_bridge.mapping.keys import format_key

NULL = "\\N"

_TEXTS = frozenset({ColumnType.CHAR, ColumnType.VARCHAR})
_WHOLE = frozenset({ColumnType.SMALLINT, ColumnType.INTEGER, ColumnType.BIGINT})
_FRACTIONS = frozenset({ColumnType.NUMERIC, ColumnType.DOUBLE})
_MOMENTS = frozenset({ColumnType.DATE, ColumnType.TIME, ColumnType.TIMESTAMP})
USABLE = _TEXTS | _WHOLE | _FRACTIONS | _MOMENTS | {ColumnType.BOOLEAN}

_NUMBER = re.compile(r"\d+")


def expression(column: Column, reference: str) -> str:
    """SQL for one part; `reference` is the column as the trigger names it."""
    match column.type:
        case ColumnType.CHAR:
            return f"REPLACE(REPLACE(TRIM(TRAILING FROM {reference}), '\\', '\\\\'), '|', '\\|')"
        case ColumnType.VARCHAR:
            return f"REPLACE(REPLACE({reference}, '\\', '\\\\'), '|', '\\|')"
        case ColumnType.DATE:
            return _extracts(reference, "YEAR", "-", "MONTH", "-", "DAY")
        case ColumnType.TIME:
            return _extracts(reference, "HOUR", ":", "MINUTE", ":", "SECOND")
        case ColumnType.TIMESTAMP:
            day = _extracts(reference, "YEAR", "-", "MONTH", "-", "DAY")
            return f"{day} || ' ' || " + _extracts(reference, "HOUR", ":", "MINUTE", ":", "SECOND")
        case _:
            return reference


def longest(column: Column) -> int:
    """How many characters a part may need, before its escapes."""
    return column.length or 0 if column.type in _TEXTS else 32


def split(text: str) -> list[str]:
    """The parts, still escaped."""
    parts = [""]
    characters = iter(text)
    for character in characters:
        if character == "|":
            parts.append("")
        else:
            parts[-1] += character + (next(characters, "") if character == "\\" else "")
    return parts


def value(column: Column, part: str) -> Any:
    """A part as the driver would have given the column; raises `ValueError`."""
    if part == NULL:
        return None
    if column.type in _WHOLE:
        return int(part)
    if column.type in _FRACTIONS:
        return _number(part)
    if column.type is ColumnType.BOOLEAN:
        return part.upper() == "TRUE"
    if column.type in _MOMENTS:
        return _moment(column.type, part)
    return re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL)


def parse(columns: Sequence[Column], text: str) -> tuple[Any, ...]:
    """The values of a key that a trigger wrote; raises `ValueError`."""
    parts = split(text)
    if len(parts) != len(columns):
        raise ValueError(f"Chave com {len(parts)} partes, e não {len(columns)}: {text!r}")
    return tuple(value(column, part) for column, part in zip(columns, parts, strict=True))


def canonical(values: Sequence[Any]) -> str:
    """Raises `ValueError` for values that no key has, NULL above all: such a row has no name."""
    text = format_key(values)
    if text is None:
        raise ValueError(f"Linha sem chave: {values!r}")
    return text


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except ArithmeticError:
        raise ValueError(f"Número ilegível: {text!r}") from None
    return number.quantize(Decimal(1)) if number == number.to_integral() else number.normalize()


def _moment(kind: ColumnType, part: str) -> dt.date | dt.time:
    fraction = part.partition(".")[2].ljust(6, "0")[:6]
    numbers = [int(number) for number in _NUMBER.findall(part.partition(".")[0])]
    try:
        micro = int(fraction)
        if kind is ColumnType.DATE:
            year, month, day = numbers
            return dt.date(year, month, day)
        if kind is ColumnType.TIME:
            hour, minute, second = numbers
            return dt.time(hour, minute, second, micro)
        year, month, day, hour, minute, second = numbers
        return dt.datetime(year, month, day, hour, minute, second, micro)
    except ValueError:
        raise ValueError(f"Data ilegível: {part!r}") from None


def _extracts(reference: str, *parts: str) -> str:
    return " || ".join(
        f"EXTRACT({part} FROM {reference})" if part.isalpha() else f"'{part}'" for part in parts
    )
