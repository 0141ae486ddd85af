"""What a filter can say. Every test has a column on its left, which gives its parameters a type in SQL.

A bare literal pair (`1 = 1`) cannot be said: Firebird knows no type for `? = ?`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias


class Operator(StrEnum):
    EQUAL = "="
    DIFFERENT = "<>"
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


LiteralValue: TypeAlias = str | int | Decimal | bool | date | datetime


@dataclass(frozen=True, slots=True)
class ColumnName:
    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    value: LiteralValue


Operand: TypeAlias = ColumnName | Literal


@dataclass(frozen=True, slots=True)
class Comparison:
    column: ColumnName
    operator: Operator
    operand: Operand


@dataclass(frozen=True, slots=True)
class In:
    column: ColumnName
    options: tuple[Literal, ...]
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Between:
    column: ColumnName
    low: Operand
    high: Operand
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Like:
    column: ColumnName
    pattern: str
    escape: str | None = None
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class IsNull:
    column: ColumnName
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    term: Expression


@dataclass(frozen=True, slots=True)
class And:
    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    terms: tuple[Expression, ...]


Expression: TypeAlias = Comparison | In | Between | Like | IsNull | Not | And | Or


def parts(expression: Expression) -> Iterator[Expression]:
    """The expression and everything inside it, outermost first."""
    yield expression
    match expression:
        case Not(term):
            yield from parts(term)
        case And(terms) | Or(terms):
            for term in terms:
                yield from parts(term)
        case _:
            pass


def columns_of(expression: Expression) -> tuple[str, ...]:
    """Every column that the expression reads, once each, in order of appearance."""
    names: dict[str, None] = {}
    for part in parts(expression):
        match part:
            case Comparison(column, _, operand):
                found: tuple[Operand, ...] = (column, operand)
            case Between(column, low, high):
                found = (column, low, high)
            case In(column) | Like(column) | IsNull(column):
                found = (column,)
            case _:
                found = ()
        names.update((each.name, None) for each in found if isinstance(each, ColumnName))
    return tuple(names)
