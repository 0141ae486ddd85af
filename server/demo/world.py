"""What the parts of the generator share: the dice, the clock, the rows, and who was made already."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from server.demo.catalogue import Model
from server.demo.places import Place, Point
from server.demo.rows import Rows
from server.demo.scale import Scale

TIMEZONE = ZoneInfo("America/Sao_Paulo")


@dataclass(frozen=True, slots=True)
class Firm:
    """A company of the reseller and the areas it serves."""

    id: UUID
    name: str
    areas: tuple[str, ...]
    base: Place


@dataclass(frozen=True, slots=True)
class Worker:
    """A technician, with the login and the phone."""

    id: UUID
    user_id: UUID
    client_id: UUID
    name: str
    firm: Firm
    area: str


@dataclass(slots=True)
class Machine:
    """A machine, with its counters as a straight line: `mono` pages at `since`, `daily` more each day."""

    id: UUID
    model: Model
    serial_number: str
    contract_id: UUID | None
    contract_number: str
    contract_kind: str
    since: datetime
    mono: int
    daily: float
    color_share: float

    def counters(self, moment: datetime) -> tuple[int, int | None]:
        """Mono and colour pages at a moment."""
        pages = self.mono + int(self.daily * (moment - self.since).total_seconds() / 86_400)
        color = int(pages * self.color_share) if self.model.is_color else None
        return pages, color


@dataclass(slots=True)
class Client:
    """A customer and what stands there."""

    id: UUID
    name: str
    firm: Firm
    place: Place
    position: Point
    known: Point | None
    contact: str
    phone: str
    machines: list[Machine] = field(default_factory=list)
    arrivals: list[Point] = field(default_factory=list)


@dataclass(slots=True)
class World:
    """One reseller in the making. `moment`s are UTC; nothing here reads the clock."""

    rng: Random
    now: datetime
    scale: Scale
    rows: Rows
    reseller_id: UUID
    slug: str
    password_hash: str
    firms: list[Firm] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)
    users: dict[str, UUID] = field(default_factory=dict)
    callers: dict[UUID, tuple[UUID, str]] = field(default_factory=dict)
    """By customer: who opens its calls here, by id and name."""
    served: list[tuple[UUID, UUID, UUID, datetime]] = field(default_factory=list)
    """What may be rated: customer, order, visit, end."""
    carriers: dict[str, UUID] = field(default_factory=dict)
    defects: list[tuple[UUID, str, str]] = field(default_factory=list)
    parts: list[tuple[UUID, str]] = field(default_factory=list)
    checklists: dict[str, tuple[UUID, list[dict[str, Any]]]] = field(default_factory=dict)
    next_web_number: int = 1
    next_supply_number: int = 1

    def id_at(self, moment: datetime) -> UUID:
        """A UUIDv7 that was born then."""
        return id_at(self.rng, moment)

    def add(self, table: str, **columns: Any) -> None:
        """A row of this reseller."""
        self.rows.add(table, reseller_id=self.reseller_id, **columns)

    def on_day(self, day: date, hours: float) -> datetime:
        """A local time of day in UTC; `hours` is 8.5 for half past eight."""
        midnight = datetime.combine(day, clock_time(), TIMEZONE)
        return (midnight + timedelta(hours=hours)).astimezone(UTC)

    @property
    def today(self) -> date:
        """The reseller's date."""
        return self.now.astimezone(TIMEZONE).date()


def id_at(rng: Random, moment: datetime) -> UUID:
    """RFC 9562, version 7, with its randomness from `rng`."""
    milliseconds = int(moment.timestamp() * 1000)
    bits = rng.getrandbits(74)
    return UUID(
        int=(milliseconds & 0xFFFFFFFFFFFF) << 80
        | 0x7 << 76
        | (bits >> 62) << 64
        | 0b10 << 62
        | bits & 0x3FFFFFFFFFFFFFFF
    )


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
