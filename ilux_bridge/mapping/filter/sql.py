"""A filter written out again: as SQL with bound parameters, or as the text that a mapping file holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from ilux_bridge.mapping.filter.tree import (
    And,
    Between,
    ColumnName,
    Comparison,
    Expression,
    In,
    IsNull,
    Like,
    LiteralValue,
    Not,
    Operand,
    Or,
)

Parameter: TypeAlias = LiteralValue

_REGULAR = re.compile(r"[A-Z][A-Z0-9_$]*", re.ASCII)


def as_sql(expression: Expression, *, dialect: int = 3) -> tuple[str, tuple[Parameter, ...]]:
    """The condition with `?` for every value, in order.

    In dialect 1 double quotes mean a text, so that names go bare there; raises ValueError for one that
    would need quotes, which no table of a dialect 1 base can have.
    """
    parameters: list[Parameter] = []

    def bind(value: LiteralValue) -> str:
        parameters.append(value)
        return "?"

    return _Writer(lambda name: quoted(name, dialect=dialect), bind).write(expression), tuple(parameters)


def as_text(expression: Expression) -> str:
    """Text that `parse` reads back as the same tree."""
    return _Writer(lambda name: quoted(name, dialect=3), _spelled).write(expression)


def quoted(name: str, *, dialect: int) -> str:
    if dialect != 1:
        return '"' + name.replace('"', '""') + '"'
    if not is_regular(name):
        raise ValueError(f"the name {name!r} cannot be written in dialect 1")
    return name


def is_regular(name: str) -> bool:
    """Whether a name means itself without quotes."""
    return _REGULAR.fullmatch(name) is not None


class _Writer:
    def __init__(self, name: Callable[[str], str], value: Callable[[LiteralValue], str]) -> None:
        self._name = name
        self._value = value

    def write(self, expression: Expression) -> str:
        match expression:
            case Comparison(column, operator, operand):
                return f"{self._name(column.name)} {operator} {self._operand(operand)}"
            case In(column, options, is_negated):
                listed = ", ".join(self._operand(option) for option in options)
                return f"{self._name(column.name)} {_not(is_negated)}IN ({listed})"
            case Between(column, low, high, is_negated):
                bounds = f"{self._operand(low)} AND {self._operand(high)}"
                return f"{self._name(column.name)} {_not(is_negated)}BETWEEN {bounds}"
            case Like(column, pattern, escape, is_negated):
                # The escape is one character that the parser let through; as a parameter it has no type.
                ending = "" if escape is None else f" ESCAPE {_spelled(escape)}"
                return f"{self._name(column.name)} {_not(is_negated)}LIKE {self._value(pattern)}{ending}"
            case IsNull(column, is_negated):
                return f"{self._name(column.name)} IS {_not(is_negated)}NULL"
            case Not(term):
                return f"NOT {self._term(term)}"
            case And(terms):
                return " AND ".join(self._term(term) for term in terms)
            case Or(terms):
                return " OR ".join(self._term(term) for term in terms)

    def _term(self, term: Expression) -> str:
        written = self.write(term)
        return f"({written})" if isinstance(term, (And, Or)) else written

    def _operand(self, operand: Operand) -> str:
        return self._name(operand.name) if isinstance(operand, ColumnName) else self._value(operand.value)


def _not(is_negated: bool) -> str:
    return "NOT " if is_negated else ""


def _spelled(value: LiteralValue) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int):
        return str(value)
    return f"TIMESTAMP '{value}'" if isinstance(value, datetime) else f"DATE '{value}'"


__all__ = ["Parameter", "as_sql", "as_text", "quoted"]
