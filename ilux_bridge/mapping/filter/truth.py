"""Whether a row is inside a filter, decided as SQL decides: true, false, or unknown (`None`).

The bridge asks this of rows it has already read: one that left the filter is sent as a delete. Texts are
compared without their trailing spaces, as Firebird pads them, and by code point: order by a collation
(`<`, BETWEEN on accented texts) may differ from the server's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from ilux_bridge.mapping.filter.tree import (
    And,
    Between,
    ColumnName,
    Comparison,
    Expression,
    In,
    IsNull,
    Like,
    Not,
    Operand,
    Operator,
    Or,
)

_Ordered = TypeVar("_Ordered", str, datetime, Decimal)


def holds(expression: Expression | None, row: Mapping[str, object]) -> bool:
    """Whether WHERE would let the row through; a table without filter shows every row."""
    return expression is None or truth(expression, row) is True


def truth(expression: Expression, row: Mapping[str, object]) -> bool | None:
    """A column missing from the row counts as NULL; values that cannot be compared are unknown."""
    match expression:
        case Comparison(column, operator, operand):
            return _compared(_value(column, row), operator, _value(operand, row))
        case In(column, options, is_negated):
            value = _value(column, row)
            found = _any([_compared(value, Operator.EQUAL, option.value) for option in options])
            return _negated(found, is_negated)
        case Between(column, low, high, is_negated):
            value = _value(column, row)
            inside = _all(
                [
                    _compared(value, Operator.AT_LEAST, _value(low, row)),
                    _compared(value, Operator.AT_MOST, _value(high, row)),
                ]
            )
            return _negated(inside, is_negated)
        case Like(column, pattern, escape, is_negated):
            text = _value(column, row)
            if not isinstance(text, str):
                return None
            return _negated(_pattern(pattern, escape).fullmatch(text) is not None, is_negated)
        case IsNull(column, is_negated):
            return (_value(column, row) is None) is not is_negated
        case Not(term):
            return _negated(truth(term, row), True)
        case And(terms):
            return _all([truth(term, row) for term in terms])
        case Or(terms):
            return _any([truth(term, row) for term in terms])


def _value(operand: Operand, row: Mapping[str, object]) -> object:
    return row.get(operand.name) if isinstance(operand, ColumnName) else operand.value


def _negated(value: bool | None, is_negated: bool) -> bool | None:
    return value if value is None or not is_negated else not value


def _all(values: list[bool | None]) -> bool | None:
    return False if False in values else None if None in values else True


def _any(values: list[bool | None]) -> bool | None:
    return True if True in values else None if None in values else False


def _compared(left: object, operator: Operator, right: object) -> bool | None:
    order = _order(left, right)
    if order is None:
        return None
    match operator:
        case Operator.EQUAL:
            return order == 0
        case Operator.DIFFERENT:
            return order != 0
        case Operator.LESS:
            return order < 0
        case Operator.AT_MOST:
            return order <= 0
        case Operator.MORE:
            return order > 0
        case Operator.AT_LEAST:
            return order >= 0


def _order(left: object, right: object) -> int | None:
    """Negative, zero or positive as left is below, at or above right."""
    if isinstance(left, bool) or isinstance(right, bool):
        are_both = isinstance(left, bool) and isinstance(right, bool)
        return int(left is True) - int(right is True) if are_both else None
    if isinstance(left, str) and isinstance(right, str):
        return _sign(left.rstrip(" "), right.rstrip(" "))
    if isinstance(left, date) or isinstance(right, date):
        return _sign(_moment(left), _moment(right))
    return _sign(_number(left), _number(right))


def _sign(left: _Ordered | None, right: _Ordered | None) -> int | None:
    if left is None or right is None:
        return None
    return int(left > right) - int(left < right)


def _number(value: object) -> Decimal | None:
    """A float by its shortest spelling: dialect 1 hands 0.1 over as a double."""
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, (int, float, str)):
        try:
            number = Decimal(str(value).strip())
        except InvalidOperation:
            return None
        return number if number.is_finite() else None
    return None


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value.strip()).replace(tzinfo=None)
        except ValueError:
            return None
    return None


def _pattern(pattern: str, escape: str | None) -> re.Pattern[str]:
    written, is_escaped = "", False
    for character in pattern:
        if character == escape and not is_escaped:
            is_escaped = True
            continue
        wild = "" if is_escaped else {"%": ".*", "_": "."}.get(character, "")
        written += wild or re.escape(character)
        is_escaped = False
    return re.compile(written, re.DOTALL)
