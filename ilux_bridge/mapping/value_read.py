"""One field's value out of the columns of a row, as the wire has it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from ilux_bridge.mapping.keys import format_key
from ilux_bridge.mapping.mapped import MappedField, Type, Unknown, WireValue
from ilux_bridge.mapping.outcome import Alteration, Flag, Reason, Refused
from ilux_bridge.mapping.prose import cleaned, shortened, shortest, without_mask
from ilux_bridge.mapping.vocabulary import Kind
from ilux_bridge.mapping.zone import format_instant, to_instant

MAX_WHOLE = 2**53 - 1  # beyond it a JSON number is no longer exact for every reader
CENTS = Decimal("0.01")  # every decimal of the vocabulary is money
ZERO_DATE = date(1899, 12, 30)  # what Delphi writes for no date

_TRUE = {"s", "sim", "1", "-1", "t", "true", "v", "y", "yes"}
_FALSE = {"n", "nao", "não", "0", "f", "false", "no"}


def read_value(mapped: MappedField, values: Sequence[object], flags: list[Flag]) -> WireValue:
    """Raises Refused for a value that the field cannot hold."""
    if mapped.values is not None or mapped.field.kind is Kind.CHOICE:
        return _translated(mapped, values[0], flags)
    match mapped.field.kind:
        case Kind.TEXT | Kind.CHOICE:
            return _text(mapped, values[0], flags)
        case Kind.INTEGER:
            return _whole(values[0])
        case Kind.DECIMAL:
            return _money(values[0], mapped.field.word, flags)
        case Kind.BOOLEAN:
            return _truth(values[0])
        case Kind.DATE:
            day = _day(values[0])
            return None if day is None or _is_zero(day, mapped.field.word, flags) else day.isoformat()
        case Kind.INSTANT:
            return _instant(mapped, values, flags)
        case Kind.REFERENCE:
            return _key(values)


def stored_word(value: object) -> str | None:
    """How a value map spells what a column holds; None for what has no such spelling."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value.strip()
        case int():
            return str(value)
        case float() | Decimal():
            number = _number(value)
            return None if number is None or number != int(number) else str(int(number))
        case _:
            return None


def _translated(mapped: MappedField, value: object, flags: list[Flag]) -> WireValue:
    stored = stored_word(value)
    known = mapped.values or {choice: choice for choice in mapped.field.choices}
    if stored is not None and stored in known:
        return known[stored]
    if stored == "":
        return None
    if mapped.unknown is Unknown.EMPTY:
        text = f'"{stored}" não está no mapa e foi deixado vazio.'
        flags.append(Flag(Alteration.UNKNOWN_EMPTIED, mapped.field.word, text))
        return None
    raise Refused(Reason.UNKNOWN_VALUE, f'"{stored}" não está no mapa; acrescente-o em {mapped.place}.mapa.')


def _text(mapped: MappedField, value: object, flags: list[Flag]) -> str | None:
    match value:
        case None:
            return None
        case str():
            text = value
        case float() | Decimal():
            number = _number(value)
            if number is None:
                raise _wrong(value)
            text = str(int(number)) if number == int(number) else f"{number:f}"
        case bool() | list() | dict():
            raise _wrong(value)
        case int():
            text = str(value)
        case _:
            raise _wrong(value)
    text = cleaned(text, mapped.field.word, flags)
    if mapped.type is Type.DOCUMENT:
        text = without_mask(text)
    return shortened(text, shortest(mapped.length, mapped.field.length), mapped.field.word, flags) or None


def _whole(value: object) -> int | None:
    if _is_empty(value):
        return None
    number = _number(value)
    if number is None or number != int(number):
        raise Refused(Reason.NOT_A_NUMBER, f"{value!r:.60} não é um número inteiro; corrija no ILUX.")
    if abs(number) > MAX_WHOLE:
        raise Refused(Reason.OUT_OF_RANGE, "o número é grande demais; corrija no ILUX.")
    return int(number)


def _money(value: object, word: str, flags: list[Flag]) -> str | None:
    if _is_empty(value):
        return None
    number = _number(value)
    if number is None:
        raise Refused(Reason.NOT_A_NUMBER, f"{value!r:.60} não é um número; corrija no ILUX.")
    try:
        rounded = number.quantize(CENTS, ROUND_HALF_UP)
    except InvalidOperation:
        raise Refused(Reason.OUT_OF_RANGE, "o número é grande demais; corrija no ILUX.") from None
    # A double of dialect 1 is never exact: only what was fixed point has been altered by rounding.
    if rounded != number and not isinstance(value, float):
        flags.append(Flag(Alteration.ROUNDED, word, "arredondado para centavos."))
    return f"{rounded:f}"


def _truth(value: object) -> bool | None:
    if _is_empty(value):
        return None
    if isinstance(value, bool):
        return value
    stored = (stored_word(value) or "").lower()
    if stored in _TRUE or stored in _FALSE:
        return stored in _TRUE
    raise Refused(Reason.UNKNOWN_VALUE, f"{value!r:.60} não é sim nem não; use um mapa neste campo.")


def _day(value: object) -> date | None:
    if _is_empty(value):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    raise Refused(Reason.NOT_A_DATE, f"{value!r:.60} não é uma data; confira a coluna no mapeamento.")


def _instant(mapped: MappedField, values: Sequence[object], flags: list[Flag]) -> str | None:
    moment, day = values[0], _day(values[0])
    if day is None or _is_zero(day, mapped.field.word, flags):
        return None
    if len(values) == 2:
        moment = datetime.combine(day, _time(values[1]))
    elif not isinstance(moment, datetime) or mapped.type is Type.DATE:
        moment = datetime.combine(day, time())
    instant = to_instant(moment, mapped.zone)
    if instant is None:
        raise Refused(Reason.OUT_OF_RANGE, "a data está fora do calendário; corrija no ILUX.")
    return format_instant(instant)


def _time(value: object) -> time:
    match value:
        case None:
            return time()
        case datetime():  # dialect 1 has no TIME
            return value.time()
        case time():
            return value.replace(tzinfo=None)
        case str() if not value.strip():
            return time()
        case str():
            try:
                return time.fromisoformat(value.strip()).replace(tzinfo=None)
            except ValueError:
                pass
    raise Refused(Reason.NOT_A_DATE, f"{value!r:.60} não é uma hora; confira a coluna no mapeamento.")


def _is_zero(day: date, word: str, flags: list[Flag]) -> bool:
    if day != ZERO_DATE:
        return False
    flags.append(Flag(Alteration.ZERO_DATE, word, "30/12/1899 é data vazia no ILUX; enviado sem data."))
    return True


def _key(values: Sequence[object]) -> str | None:
    if any(_is_empty(value) for value in values):
        return None
    key = format_key(values)
    if key is None:
        raise Refused(Reason.BAD_KEY, "a chave do outro registro não pôde ser lida; confira col.")
    return key


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _number(value: object) -> Decimal | None:
    """A float by its shortest spelling, which is what the person typed."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, str)):
        return None
    try:
        number = Decimal(value.strip() if isinstance(value, str) else str(value))
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() and number.adjusted() < 400 else None


def _wrong(value: object) -> Refused:
    text = f"a coluna traz {type(value).__name__}, que não é texto; confira a coluna no mapeamento."
    return Refused(Reason.WRONG_TYPE, text)
