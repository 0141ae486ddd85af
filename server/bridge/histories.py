"""What an order went through in ILUX, as the bridge tells it beside the row; read at the edge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from server.service_orders.statuses import Status
from server.service_orders.steps import Step

_ENTITY = "service_order"  # nothing else has a timeline


class _Values(Struct, frozen=True):
    status: Status | None = None


class _Told(Struct, frozen=True):
    n: int
    at: Annotated[datetime, Meta(tz=True)]
    after: _Values
    before: _Values | None = None


def read(entity: str, history: Sequence[Any]) -> tuple[Step, ...]:
    """What says no change of a status is left out: it is beside the point of the row that it came with."""
    return tuple(step for one in history if (step := _step(one)) is not None) if entity == _ENTITY else ()


def join(earlier: Iterable[Step], later: Iterable[Step]) -> tuple[Step, ...]:
    """Each once, however often it was told."""
    return tuple(dict.fromkeys([*earlier, *later]))


def to_text(steps: Sequence[Step]) -> str:
    return msgspec.json.encode(steps).decode()


def from_text(text: str) -> tuple[Step, ...]:
    return msgspec.json.decode(text, type=tuple[Step, ...])


def _step(told: Mapping[str, Any]) -> Step | None:
    try:
        read = msgspec.convert(told, _Told)
        at = read.at.astimezone(UTC)
    except (msgspec.ValidationError, OverflowError):
        return None
    if read.after.status is None:
        return None
    before = read.before.status if read.before else None
    return Step(read.n, at, before, read.after.status, is_opening=read.before is None)
