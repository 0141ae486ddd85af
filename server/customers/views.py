"""What a page shows of customers: frozen, complete, and free of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from server.geocoding.rules import Point, Quality
from server.positions.rules import Answer, Source


class PositionState(StrEnum):
    """How well it is known where a customer is, as the list says and filters it."""

    PLACED = "placed"
    STALE = "stale"
    ROUGH = "rough"
    NONE = "none"


STATE_NAMES = {
    PositionState.PLACED: "No mapa",
    PositionState.STALE: "A conferir",
    PositionState.ROUGH: "Aproximada",
    PositionState.NONE: "Sem posição",
}


def state_of(*, has_point: bool, is_stale: bool, has_rough: bool) -> PositionState:
    if has_point:
        return PositionState.STALE if is_stale else PositionState.PLACED
    return PositionState.ROUGH if has_rough else PositionState.NONE


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """`has_proposal` asks for those where another position waits for a decision."""

    text: str = ""
    state: PositionState | None = None
    has_proposal: bool = False


@dataclass(frozen=True, slots=True)
class CustomerRow:
    id: UUID
    name: str
    trade_name: str
    cnpj_cpf: str
    district: str
    city: str
    phone: str
    is_active: bool
    state: PositionState
    has_proposal: bool


@dataclass(frozen=True, slots=True)
class PositionView:
    """`is_awaited`: the geocoder has not been asked yet."""

    point: Point | None
    rough: Point | None
    state: PositionState
    source: Source | None
    quality: Quality | None
    precision_m: int | None
    answer: Answer | None
    placed_at: datetime | None
    placed_by: str
    is_awaited: bool


@dataclass(frozen=True, slots=True)
class ProposalView:
    """`points` are the arrivals that it was taken from; for a geocoder's there are none."""

    id: UUID
    source: Source
    quality: Quality | None
    point: Point
    distance_m: int | None
    visits: int
    points: tuple[Point, ...]
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class PositionChange:
    """A line of the position's history."""

    at: datetime
    who: str
    source: Source | None
    before: Point | None
    after: Point | None
    is_rejection: bool


@dataclass(frozen=True, slots=True)
class CustomerDetail:
    """`own` are the registration's columns; `history` is the admin's alone."""

    id: UUID
    company_name: str
    own: dict[str, Any]
    is_active: bool
    position: PositionView
    proposals: tuple[ProposalView, ...]
    history: tuple[PositionChange, ...]
