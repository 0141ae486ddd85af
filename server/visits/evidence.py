"""Everything recorded on visits, read in one statement: for a page and report, and for the phone's view.

The parts of a visit live in seven tables. Asked for one by one they would be seven round trips a page; here
each table answers rows of JSON arrays, joined by UNION ALL, and they are typed again in this file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

import msgspec

from server.service_orders.discrepancies import DISCREPANCY_NAMES, DiscrepancyKind, DiscrepancyView
from server.service_orders.views import PartRequestView


class Fetching(Protocol):
    async def fetch(self, sql: str, *args: Any) -> list[tuple[Any, ...]]: ...


@dataclass(frozen=True, slots=True)
class EventRecord:
    id: UUID
    kind: str
    occurred_at: datetime
    received_at: datetime
    clock_offset_ms: int | None
    client_seq: int | None
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None
    note: str


@dataclass(frozen=True, slots=True)
class PhotoRecord:
    id: UUID
    sha256: str
    size: int
    content_type: str
    slot: str
    caption: str
    question_key: str
    taken_at: datetime
    file_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_reason: str


@dataclass(frozen=True, slots=True)
class ReadingRecord:
    id: UUID
    equipment_id: UUID
    mono: int | None
    color: int | None
    read_at: datetime
    is_lower: bool
    is_implausible: bool


@dataclass(frozen=True, slots=True)
class UsageRecord:
    id: UUID
    part_id: UUID | None
    description: str
    quantity: int


@dataclass(frozen=True, slots=True)
class SignatureRecord:
    id: UUID
    signer_name: str
    signer_document: str
    refused_reason: str
    sha256: str
    content_hash: str
    signed_at: datetime
    file_at: datetime | None
    strokes: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class Evidence:
    """What one visit holds, each in the order of its making."""

    events: list[EventRecord] = field(default_factory=list)
    photos: list[PhotoRecord] = field(default_factory=list)
    readings: list[ReadingRecord] = field(default_factory=list)
    parts_used: list[UsageRecord] = field(default_factory=list)
    part_requests: list[PartRequestView] = field(default_factory=list)
    signatures: list[SignatureRecord] = field(default_factory=list)
    discrepancies: list[DiscrepancyView] = field(default_factory=list)

    @property
    def signature(self) -> SignatureRecord | None:
        """The newest; there is one unless a visit was concluded twice."""
        return self.signatures[-1] if self.signatures else None

    @property
    def files(self) -> list[tuple[str, datetime | None]]:
        """Hash and arrival of every file that the visit names and has not withdrawn."""
        photos = [(photo.sha256, photo.file_at) for photo in self.photos if photo.withdrawn_at is None]
        return photos + [(given.sha256, given.file_at) for given in self.signatures if given.sha256]


async def evidence_of(
    conn: Fetching, dialect: str, visit_ids: Sequence[UUID], *, with_strokes: bool = False
) -> dict[UUID, Evidence]:
    """By visit; every asked id has an entry. Strokes of signatures are large and left out unless wanted."""
    found = {visit_id: Evidence() for visit_id in visit_ids}
    if not visit_ids:
        return found
    sql = _statement(dialect, len(visit_ids), with_strokes=with_strokes)
    for visit_id, part, text in await conn.fetch(sql, *visit_ids):
        record = _PARTS[part].parse(msgspec.json.decode(text))
        evidence = found[visit_id if isinstance(visit_id, UUID) else UUID(visit_id)]
        getattr(evidence, part).append(record)
    return found


def _uuid(value: str | None) -> UUID | None:
    return None if value is None else UUID(value)


def _time(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).astimezone(UTC)


def _json(value: Any) -> Any:
    """PostgreSQL nests a JSON column, SQLite quotes it."""
    return msgspec.json.decode(value) if isinstance(value, str) else value


def _discrepancy(**columns: Any) -> DiscrepancyView:
    kind = DiscrepancyKind(columns.pop("kind"))
    return DiscrepancyView(kind=kind, name=DISCREPANCY_NAMES[kind], **columns)


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("id", "visit_id", "part_id", "equipment_id"), _uuid),
    **dict.fromkeys(("is_lower", "is_implausible"), bool),
    **dict.fromkeys(("facts", "strokes"), _json),
}


@dataclass(frozen=True, slots=True)
class _Part:
    """A table's share: `made_at` sorts it, `columns` are the fields of `record`."""

    table: str
    made_at: str
    columns: tuple[str, ...]
    record: Callable[..., Any]

    def parse(self, values: Sequence[Any]) -> Any:
        return self.record(
            **{
                name: (_time if name.endswith("_at") else _CONVERTERS.get(name, _as_it_is))(value)
                for name, value in zip(self.columns, values, strict=False)
            }
        )


def _as_it_is(value: Any) -> Any:
    return value


def _fields(record: Any, *but: str) -> tuple[str, ...]:
    return tuple(name for name in record.__dataclass_fields__ if name not in but)


_PARTS = {
    "events": _Part("visit_event", "occurred_at", _fields(EventRecord), EventRecord),
    "photos": _Part("photo", "taken_at", _fields(PhotoRecord), PhotoRecord),
    "readings": _Part("meter_reading", "read_at", _fields(ReadingRecord), ReadingRecord),
    "parts_used": _Part("part_usage", "id", _fields(UsageRecord), UsageRecord),
    "part_requests": _Part("part_request", "requested_at", _fields(PartRequestView), PartRequestView),
    "signatures": _Part("signature", "signed_at", _fields(SignatureRecord), SignatureRecord),
    "discrepancies": _Part("discrepancy", "raised_at", _fields(DiscrepancyView, "name"), _discrepancy),
}


@lru_cache(maxsize=64)
def _statement(dialect: str, count: int, *, with_strokes: bool) -> str:
    array, text = ("json_build_array", "::text") if dialect == "postgres" else ("json_array", "")
    marks = ", ".join(f"${number}" for number in range(1, count + 1))
    selects = []
    for name, part in _PARTS.items():
        columns = ", ".join(part.columns if with_strokes else [c for c in part.columns if c != "strokes"])
        selects.append(
            f"select visit_id, '{name}' as part, cast({part.made_at} as text) as made_at, id,"
            f" {array}({columns}){text} as body from {part.table} where visit_id in ({marks})"
        )
    return f"select visit_id, part, body from ({' union all '.join(selects)}) parts order by made_at, id"
