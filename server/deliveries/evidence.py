"""Files and discrepancies of deliveries, one statement each: for pages, the proof, the phone's view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import msgspec

from server.deliveries.discrepancies import DISCREPANCY_NAMES, DiscrepancyKind


class Fetching(Protocol):
    async def fetch(self, sql: str, *args: Any) -> list[tuple[Any, ...]]: ...


@dataclass(frozen=True, slots=True)
class FileRecord:
    """`kind` is signature or photo."""

    id: UUID
    kind: str
    sha256: str
    size: int
    content_type: str
    taken_at: datetime
    file_at: datetime | None

    @property
    def has_file(self) -> bool:
        return self.file_at is not None


@dataclass(frozen=True, slots=True)
class DiscrepancyRecord:
    id: UUID
    kind: DiscrepancyKind
    facts: dict[str, Any]
    raised_at: datetime
    accepted_at: datetime | None
    acceptance_note: str

    @property
    def name(self) -> str:
        return DISCREPANCY_NAMES[self.kind]

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None


@dataclass(slots=True)
class Evidence:
    """What one delivery holds, each in the order of its making."""

    files: list[FileRecord] = field(default_factory=list)
    discrepancies: list[DiscrepancyRecord] = field(default_factory=list)

    @property
    def signature(self) -> FileRecord | None:
        return next((file for file in self.files if file.kind == "signature"), None)

    @property
    def photos(self) -> list[FileRecord]:
        return [file for file in self.files if file.kind == "photo"]


async def evidence_of(conn: Fetching, delivery_ids: Sequence[UUID]) -> dict[UUID, Evidence]:
    """By delivery; every asked id has an entry."""
    found = {delivery_id: Evidence() for delivery_id in delivery_ids}
    if not delivery_ids:
        return found
    marks = ", ".join(f"${number}" for number in range(1, len(delivery_ids) + 1))
    for delivery_id, *columns in await conn.fetch(
        "select delivery_id, id, kind, sha256, size, content_type, taken_at, file_at from delivery_file"
        f" where delivery_id in ({marks}) order by taken_at, id",
        *delivery_ids,
    ):
        found[delivery_id].files.append(FileRecord(*columns))
    for delivery_id, row_id, kind, facts, *columns in await conn.fetch(
        "select delivery_id, id, kind, facts, raised_at, accepted_at, acceptance_note"
        f" from delivery_discrepancy where delivery_id in ({marks}) order by raised_at, id",
        *delivery_ids,
    ):
        said = msgspec.json.decode(facts) if isinstance(facts, str) else facts
        record = DiscrepancyRecord(row_id, DiscrepancyKind(kind), said, *columns)
        found[delivery_id].discrepancies.append(record)
    return found
