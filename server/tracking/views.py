"""What pages show of technicians on the road: frozen, complete, and free of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.tracking.duty import DUTY_NAMES, Duty

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class LastSeen:
    """The newest fix of a technician; metres of accuracy, where the phone said them."""

    latitude: float
    longitude: float
    accuracy_m: float | None
    fixed_at: datetime


@dataclass(frozen=True, slots=True)
class Destination:
    """The order that somebody is on the way to, or at; None of it for who may not see that order."""

    order_id: UUID
    web_number: int
    customer_name: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class TechnicianRow:
    """`stopped_at`: on the way, and no position came since then; of who shares none that says nothing."""

    id: UUID
    name: str
    company_name: str
    duty: Duty
    visit_id: UUID | None
    stopped_at: datetime | None
    seen: LastSeen | None
    destination: Destination | None
    is_sharing: bool = True

    @property
    def duty_name(self) -> str:
        return DUTY_NAMES[self.duty]


@dataclass(frozen=True, slots=True)
class TrackDay:
    """One travel of which the portal keeps positions, for its technician to see."""

    visit_id: UUID
    started_at: datetime
    customer_name: str
    positions: int
    is_thinned: bool


@dataclass(frozen=True, slots=True)
class OwnPositions:
    """All that is stored of where a technician was."""

    seen: LastSeen | None
    tracks: tuple[TrackDay, ...]
    keep_days: int
    is_sharing: bool
