"""Counters from ILUX. One that a technician read and that was written there is not doubled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from server.bridge.batch import Batch, Ready
from server.bridge.values import Fault
from server.database import bulk
from server.equipment.tables import MeterReading

SOURCE = "ilux"
_COLUMNS = ("id", "reseller_id", "equipment_id", "mono", "color", "read_at", "source", "recorded_at")
_KEPT = frozenset({"reseller_id", "source", "recorded_at"})


async def take(batch: Batch, ready: list[Ready]) -> None:
    """What people recorded themselves is joined and left as it is; what ILUX said before is corrected."""
    countable = []
    for one in ready:
        fault = _fault(one.values)
        if fault is not None:
            batch.refuse(one.row, fault)
        else:
            countable.append(one)
    recorded = await _recorded_here(batch, countable)
    own = set(recorded.values())
    for one in countable:
        at = _moment(one.refs["equipment"], one.values["read_at"])
        if one.is_new and at in recorded:
            one.row_id = recorded.pop(at)
    written = [one for one in countable if one.row_id not in own]

    async def write(items: Sequence[Ready]) -> None:
        rows = [
            (
                one.row_id,
                batch.reseller_id,
                one.refs["equipment"],
                one.values.get("mono"),
                one.values.get("color"),
                one.values["read_at"],
                SOURCE,
                batch.now,
            )
            for one in items
        ]
        await bulk.upsert(batch.tx, MeterReading, _COLUMNS, rows, kept=_KEPT)

    await batch.store(written, write)
    for one in countable:
        if one.row_id in own:
            batch.accept(one)


async def differing(batch: Batch, ready: Sequence[Ready]) -> set[str]:
    """The keys of those that are otherwise here. What people recorded themselves is right as it is."""
    rows = await batch.tx.fetch(
        "select id, equipment_id, mono, color, read_at, source from meter_reading"
        f" where reseller_id = $1 and {bulk.among('id', 2)}",
        batch.reseller_id,
        bulk.values(one.row_id for one in ready),
    )
    here = {row[0]: row[1:] for row in rows}

    def is_right(one: Ready) -> bool:
        machine, mono, color, read_at, source = here.get(one.row_id, (None, None, None, None, SOURCE))
        said = one.refs["equipment"], one.values.get("mono"), one.values.get("color"), one.values["read_at"]
        return source != SOURCE or (machine, mono, color, read_at) == said

    return {one.row.key for one in ready if not is_right(one)}


def _fault(values: dict[str, Any]) -> Fault | None:
    counts = {name: values.get(name) for name in ("mono", "color")}
    if all(count is None for count in counts.values()):
        return Fault("missing", "mono")
    return next(
        (Fault("bad_value", name) for name, count in counts.items() if count is not None and count < 0), None
    )


async def _recorded_here(batch: Batch, ready: Sequence[Ready]) -> dict[tuple[UUID | None, datetime], UUID]:
    rows = await batch.tx.fetch(
        f"select equipment_id, read_at, id from meter_reading where {bulk.among('equipment_id', 1)}"
        f" and source <> '{SOURCE}'",
        bulk.values(machine for one in ready if (machine := one.refs["equipment"])),
    )
    return {_moment(machine, read_at): row_id for machine, read_at, row_id in rows}


def _moment(machine: UUID | None, read_at: datetime) -> tuple[UUID | None, datetime]:
    """ILUX keeps no fractions of a second."""
    return machine, read_at.replace(microsecond=0)
