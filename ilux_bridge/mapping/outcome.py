"""What converting a row can end in: its values, with what had to be altered, or a refusal that says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ilux_bridge.mapping.mapped import WireValue


class Alteration(StrEnum):
    """The row went through, but not letter by letter."""

    TRUNCATED = "truncated"
    CONTROL_CHARACTERS = "control_characters"
    UNMAPPABLE_CHARACTERS = "unmappable_characters"
    ROUNDED = "rounded"
    ZERO_DATE = "zero_date"
    AMBIGUOUS_HOUR = "ambiguous_hour"
    UNKNOWN_EMPTIED = "unknown_emptied"
    NOT_WRITTEN = "not_written"


class Reason(StrEnum):
    """The row cannot go through until somebody mends the data or the mapping."""

    COLUMN_MISSING = "column_missing"
    REQUIRED_EMPTY = "required_empty"
    UNKNOWN_VALUE = "unknown_value"
    WRONG_TYPE = "wrong_type"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DATE = "not_a_date"
    OUT_OF_RANGE = "out_of_range"
    TOO_LONG = "too_long"
    BAD_KEY = "bad_key"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True, slots=True)
class Flag:
    """`field` is the mapping's word."""

    code: Alteration
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """`field` is the mapping's word, or `chave` for the row's own key; `text` says what to do."""

    code: Reason
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class WireRow:
    """`data` by the wire's names, ready for JSON; every mapped field is in it."""

    key: str
    data: Mapping[str, WireValue]
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnValues:
    """Values to bind, by column."""

    values: Mapping[str, object]
    flags: tuple[Flag, ...] = ()


class Refused(Exception):
    """How a refusal leaves the depths of a conversion; `convert` lets none out."""

    def __init__(self, code: Reason, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
