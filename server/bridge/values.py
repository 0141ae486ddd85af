"""A row of ILUX as it arrives → its values in the portal's types, or what is wrong with it; pure.

A field that a row does not have is left as it is in the portal; one that is null is emptied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from server.bridge.entities import BY_NAME, Entity, Field, Kind

LONGEST_KEY = 200
_LEAST, _MOST = -(2**31), 2**31 - 1

_TYPES: dict[Kind, Any] = {
    Kind.INTEGER: Annotated[int, Meta(ge=_LEAST, le=_MOST)],
    Kind.DECIMAL: Decimal,
    Kind.BOOLEAN: bool,
    Kind.DATE: date,
    Kind.INSTANT: Annotated[datetime, Meta(tz=True)],
    Kind.REFERENCE: Annotated[str, Meta(min_length=1, max_length=LONGEST_KEY)],
}
_LARGEST_TOTAL = Decimal(10) ** 13


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be taken: a code of `wording.REFUSALS`, and the field that it is about."""

    code: str
    field: str = ""
    wants: tuple[str, str] | None = None


def parse(entity: Entity, data: Mapping[str, Any]) -> dict[str, Any] | Fault:
    """The values of the fields that the row has, by name."""
    try:
        read = msgspec.convert(data, _struct(entity.name))
    except msgspec.ValidationError:
        return _fault(entity, data)
    values = {
        field.name: value for field in entity.fields if (value := getattr(read, field.name)) is not UNSET
    }
    for name, value in values.items():
        if type(value) is str:
            values[name] = value = value.replace("\x00", "").strip() if "\x00" in value else value.strip()
        elif type(value) is datetime:
            try:
                values[name] = value.astimezone(UTC)
            except OverflowError:  # an offset can lead over the edge of the calendar
                return Fault("bad_value", name)
        elif type(value) is Decimal and not (value.is_finite() and abs(value) < _LARGEST_TOTAL):
            return Fault("bad_value", name)
    for field in entity.fields:
        if field.is_required and not values[field.name]:
            return Fault("missing", field.name)
    return values


@lru_cache
def _struct(name: str) -> type[Struct]:
    entity = BY_NAME[name]
    required = [(field.name, _type_of(field)) for field in entity.fields if field.is_required]
    optional = [
        (field.name, _type_of(field) | None | UnsetType, UNSET)
        for field in entity.fields
        if not field.is_required
    ]
    return msgspec.defstruct(name, [*required, *optional])


def _type_of(field: Field) -> Any:
    if field.kind is Kind.TEXT:
        return str if field.length is None else Annotated[str, Meta(max_length=field.length)]
    if field.kind is Kind.CHOICE:
        return Literal[field.choices]
    return _TYPES[field.kind]


def _fault(entity: Entity, data: Mapping[str, Any]) -> Fault:
    """The first field that is wrong, and how; asked only of rows that are."""
    for field in entity.fields:
        value = data.get(field.name)
        if value is None:
            if field.is_required:
                return Fault("missing", field.name)
            continue
        try:
            msgspec.convert(value, _type_of(field))
        except msgspec.ValidationError:
            is_long = field.length is not None and isinstance(value, str) and len(value) > field.length
            return Fault("too_long" if is_long else "bad_value", field.name)
    return Fault("bad_value")
