"""One field's value of the wire into the columns that hold it, ready to bind."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from ilux_bridge.mapping.base import Column, ColumnType
from ilux_bridge.mapping.bound import BoundTable
from ilux_bridge.mapping.keys import key_values
from ilux_bridge.mapping.mapped import MappedField, Type
from ilux_bridge.mapping.outcome import Alteration, Flag, Reason, Refused
from ilux_bridge.mapping.prose import cleaned, encodable, shortened, shortest, without_mask
from ilux_bridge.mapping.value_read import ZERO_DATE
from ilux_bridge.mapping.vocabulary import Kind
from ilux_bridge.mapping.zone import parse_instant, to_instant, to_local

_BITS = {ColumnType.SMALLINT: 16, ColumnType.INTEGER: 32, ColumnType.BIGINT: 64}
_TEXTS = (ColumnType.CHAR, ColumnType.VARCHAR, ColumnType.TEXT)


def write_value(
    bound: BoundTable, mapped: MappedField, value: object, flags: list[Flag]
) -> tuple[object, ...]:
    """One value for each column of the field. Raises Refused for what the columns cannot hold."""
    columns = bound.columns(mapped)
    if isinstance(value, str):
        value = cleaned(value, mapped.field.word, flags) or None
    return (None,) * len(columns) if value is None else _values(bound, mapped, columns, value, flags)


def _values(
    bound: BoundTable, mapped: MappedField, columns: tuple[Column, ...], value: object, flags: list[Flag]
) -> tuple[object, ...]:
    column, kind = columns[0], mapped.field.kind
    if kind is Kind.REFERENCE:
        values = key_values(_texted(value), columns)
        if values is None:
            raise Refused(Reason.BAD_KEY, f"a chave {value!r:.60} não cabe em {', '.join(mapped.columns)}.")
        return values
    if kind is Kind.INSTANT:
        return _moment(mapped, columns, _texted(value), flags)
    if mapped.values is not None or kind is Kind.CHOICE:
        return (_stored(mapped, column, value),)
    match kind:
        case Kind.TEXT:
            return (_text(bound, mapped, column, _texted(value), flags),)
        case Kind.INTEGER:
            if isinstance(value, bool) or not isinstance(value, int):
                raise _wrong(value)
            return (_number(column, Decimal(value), mapped.field.word, flags),)
        case Kind.DECIMAL:
            return (_number(column, _decimal(_texted(value)), mapped.field.word, flags),)
        case Kind.BOOLEAN:
            return (_truth(column, value),)
        case Kind.DATE:
            day = _day(_texted(value))
            return (datetime.combine(day, time()) if column.type is ColumnType.TIMESTAMP else day,)


def _text(bound: BoundTable, mapped: MappedField, column: Column, text: str, flags: list[Flag]) -> object:
    if mapped.type is Type.DOCUMENT:
        text = without_mask(text)
    if column.type not in _TEXTS:
        return _number(column, _decimal(text), mapped.field.word, flags)
    word = mapped.field.word
    text = encodable(text, bound.charset_of(column), word, flags)
    room = None if column.type is ColumnType.TEXT else column.length
    return shortened(text, shortest(mapped.length, mapped.field.length, room), word, flags) or None


def _stored(mapped: MappedField, column: Column, value: object) -> object:
    known = mapped.values or {choice: choice for choice in mapped.field.choices}
    # By type too: True equals 1.
    found = [key for key, wire in known.items() if wire == value and type(wire) is type(value)]
    if not found:
        raise Refused(
            Reason.UNKNOWN_VALUE, f"nada no mapa leva a {value!r:.60}; acrescente-o em {mapped.place}.mapa."
        )
    return stored_as(found[0], column)


def stored_as(word: str, column: Column) -> object:
    """What a value map's key is in the column. Raises Refused where the column cannot hold it."""
    if word == "":
        return None
    if column.type is ColumnType.BOOLEAN:
        if word not in ("true", "false"):
            raise Refused(
                Reason.UNKNOWN_VALUE, f'"{word}" não é true nem false, que é o que a coluna guarda.'
            )
        return word == "true"
    if column.type in _TEXTS:
        if column.type is not ColumnType.TEXT and column.length is not None and len(word) > column.length:
            raise Refused(Reason.TOO_LONG, f'"{word}" não cabe em {column.name} ({column.length}).')
        return word
    return _number(column, _decimal(word), "", [])


def _truth(column: Column, value: object) -> object:
    if not isinstance(value, bool):
        raise _wrong(value)
    if column.type is ColumnType.BOOLEAN:
        return value
    if column.type in _TEXTS:
        return "S" if value else "N"
    return int(value)


def _number(column: Column, number: Decimal, word: str, flags: list[Flag]) -> object:
    if column.type in _TEXTS:
        text = f"{number:f}"
        if column.type is not ColumnType.TEXT and column.length is not None and len(text) > column.length:
            raise Refused(Reason.TOO_LONG, f"{text} não cabe em {column.name} ({column.length}).")
        return text
    if column.type in (ColumnType.DOUBLE, ColumnType.FLOAT):
        return float(number)
    if column.type not in (*_BITS, ColumnType.NUMERIC):
        raise Refused(Reason.WRONG_TYPE, f"{column.name} não guarda números.")
    # NUMERIC is kept as a whole number of its smallest unit, in 64 bits at most.
    scale, bits = (0, _BITS[column.type]) if column.type in _BITS else (column.scale, 64)
    try:
        rounded = number.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
    except InvalidOperation:
        rounded = Decimal("Infinity")
    if not rounded.is_finite() or not -(1 << (bits - 1)) <= rounded.scaleb(scale) < 1 << (bits - 1):
        raise Refused(Reason.OUT_OF_RANGE, f"{number:.20g} é grande demais para {column.name}.")
    if rounded != number:
        flags.append(Flag(Alteration.ROUNDED, word, f"arredondado para {scale} casa(s)."))
    return int(rounded) if column.type in _BITS else rounded


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused(Reason.NOT_A_DATE, f"{text!r:.60} não é uma data.") from None
    if day == ZERO_DATE:
        raise Refused(Reason.OUT_OF_RANGE, "30/12/1899 quer dizer sem data no ILUX.")
    return day


def _moment(
    mapped: MappedField, columns: tuple[Column, ...], text: str, flags: list[Flag]
) -> tuple[object, ...]:
    instant = parse_instant(text)
    if instant is None:
        raise Refused(Reason.NOT_A_DATE, f"{text!r:.60} não é uma data e hora com fuso.")
    local = to_local(instant, mapped.zone)
    if local is None or local.date() == ZERO_DATE:
        raise Refused(Reason.OUT_OF_RANGE, "a data está fora do que o banco guarda.")
    back = to_instant(local, mapped.zone)
    if back is None or not timedelta() <= instant - back < timedelta(milliseconds=1):
        text = "a hora caiu na volta do horário de verão; o ILUX a lerá como a primeira das duas."
        flags.append(Flag(Alteration.AMBIGUOUS_HOUR, mapped.field.word, text))
    if len(columns) == 2:
        hour = local.time()
        return _date_for(columns[0], local), _time_for(columns[1], hour)
    if columns[0].type is ColumnType.TIMESTAMP and mapped.type is not Type.DATE:
        return (local,)
    if local.time() != time():
        flags.append(
            Flag(Alteration.ROUNDED, mapped.field.word, "a coluna só guarda o dia; a hora se perdeu.")
        )
    return (_date_for(columns[0], local),)


def _date_for(column: Column, local: datetime) -> date:
    day = local.date()
    return datetime.combine(day, time()) if column.type is ColumnType.TIMESTAMP else day


def _time_for(column: Column, hour: time) -> object:
    if column.type in _TEXTS:
        spelled = hour.strftime("%H:%M:%S")
        return spelled[:5] if column.length is not None and column.length < 8 else spelled
    if column.type is ColumnType.TIMESTAMP:
        return datetime.combine(ZERO_DATE, hour)
    return hour


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except (InvalidOperation, ValueError):
        raise Refused(Reason.NOT_A_NUMBER, f"{text!r:.60} não é um número.") from None
    if not number.is_finite() or number.adjusted() > 300:
        raise Refused(Reason.OUT_OF_RANGE, f"{text!r:.60} não é um número que o banco guarde.")
    return number


def _texted(value: object) -> str:
    if not isinstance(value, str):
        raise _wrong(value)
    return value


def _wrong(value: object) -> Refused:
    return Refused(Reason.WRONG_TYPE, f"o portal mandou {value!r:.60}, de outro tipo que o deste campo.")
