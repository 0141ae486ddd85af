"""The key of a row as one text: its parts joined by `|`, with `|` and `\\` escaped by `\\`.

This is the one spelling of a key outside of the base: on the wire, in references, and in what the capture
reads (`outbox.keys` reads what the triggers write in SQL, not always alike, and spells it here). Numbers go
without trailing zeros, texts without trailing spaces (neither counts in Firebird's comparisons).

>>> format_key((1, "A|B"))
'1|A\\\\|B'
>>> parse_key("1|A\\\\|B")
('1', 'A|B')
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal

from ilux_bridge.mapping.base import Column, ColumnType

_WHOLE = {ColumnType.SMALLINT: 16, ColumnType.INTEGER: 32, ColumnType.BIGINT: 64}


def format_key(parts: Sequence[object]) -> str | None:
    """None where a part is NULL or of a kind that no key has: such a row has no name."""
    spelled = [_spelled(part) for part in parts]
    if not spelled or None in spelled:
        return None
    return "|".join((part or "").replace("\\", "\\\\").replace("|", "\\|") for part in spelled)


def parse_key(text: str) -> tuple[str, ...] | None:
    """None for a text that `format_key` cannot have written."""
    parts, part, rest = [], "", iter(text)
    for character in rest:
        if character == "|":
            parts.append(part)
            part = ""
        elif character == "\\":
            escaped = next(rest, "")
            if escaped not in ("|", "\\"):
                return None
            part += escaped
        else:
            part += character
    return (*parts, part)


def key_values(text: str, columns: Sequence[Column]) -> tuple[object, ...] | None:
    """The parts as values for those columns; None where number or type do not match."""
    parts = parse_key(text)
    if parts is None or len(parts) != len(columns):
        return None
    values = tuple(_value(part, column) for part, column in zip(parts, columns, strict=True))
    return None if None in values else values


def _spelled(part: object) -> str | None:
    match part:
        case str():
            return part.rstrip(" ")
        case bool():
            return "true" if part else "false"
        case int():
            return str(part)
        case float() | Decimal():
            return _plain(Decimal(repr(part)) if isinstance(part, float) else part)
        case datetime():
            return f"{part.date()} {part:%H:%M:%S}.{part.microsecond // 100:04d}"
        case date():
            return part.isoformat()
        case time():
            return f"{part:%H:%M:%S}.{part.microsecond // 100:04d}"
        case _:
            return None


def _plain(number: Decimal) -> str | None:
    if not number.is_finite() or number.adjusted() > 40:
        return None
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _value(part: str, column: Column) -> object:
    try:
        match column.type:
            case ColumnType.CHAR | ColumnType.VARCHAR:
                return part if column.length is None or len(part) <= column.length else None
            case ColumnType.SMALLINT | ColumnType.INTEGER | ColumnType.BIGINT:
                number, limit = int(part), 1 << (_WHOLE[column.type] - 1)
                return number if str(number) == part and -limit <= number < limit else None
            case ColumnType.NUMERIC | ColumnType.DOUBLE | ColumnType.FLOAT:
                decimal = Decimal(part)
                return decimal if decimal.is_finite() else None
            case ColumnType.TIMESTAMP:
                return datetime.fromisoformat(_six_digits(part))
            case ColumnType.DATE:
                return date.fromisoformat(part)
            case ColumnType.TIME:
                return time.fromisoformat(_six_digits(part))
            case ColumnType.BOOLEAN:
                return {"true": True, "false": False}.get(part)
            case _:
                return None
    except (ValueError, ArithmeticError):
        return None


def _six_digits(moment: str) -> str:
    """Python 3.11 reads 3 or 6 decimals of a second; Firebird writes 4."""
    whole, dot, decimals = moment.partition(".")
    return f"{whole}.{decimals:0<6}" if dot else whole
