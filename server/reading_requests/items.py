"""The machines of a request: how many, which, what was read of each and what was read before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from piccolo.columns.combination import WhereRaw
from piccolo.query.functions.aggregate import Count

from piccolo_conf import DB
from server.equipment.tables import MeterReading
from server.reading_requests.tables import ReadingRequestItem
from server.reading_requests.views import ItemRow
from server.visits.readings import HISTORY, Counters

_item: Any = ReadingRequestItem
_machine: Any = ReadingRequestItem.equipment_id


async def count(request_ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """Machines asked for and machines read, of each request."""
    if not request_ids:
        return {}
    found = (
        await _item.select(
            _item.reading_request_id, Count(alias="machines"), Count(_item.answered_at, alias="answered")
        )
        .where(_item.reading_request_id.is_in(list(request_ids)))
        .group_by(_item.reading_request_id)
    )
    return {row["reading_request_id"]: (row["machines"], row["answered"]) for row in found}


async def read_items(request_id: UUID) -> tuple[ItemRow, ...]:
    """By place and serial number; a machine that left meanwhile only where it was read."""
    found = (
        await _item.select(
            _item.id,
            _item.equipment_id,
            _item.meter_reading_id,
            _item.answered_at,
            _item.photo_type,
            _machine.serial_number.as_alias("serial_number"),
            _machine.asset_tag.as_alias("asset_tag"),
            _machine.model.as_alias("model"),
            _machine.department.as_alias("department"),
            _machine.install_location.as_alias("install_location"),
            _machine.is_color.as_alias("is_color"),
        )
        .where(
            _item.reading_request_id == request_id,
            _item.answered_at.is_not_null() | WhereRaw(_STILL_THERE, request_id),
        )
        .order_by(_machine.department, _machine.serial_number, _item.id)
    )
    own = {row["meter_reading_id"] for row in found}
    known = await histories([row["equipment_id"] for row in found])
    read = await _readings([reading_id for reading_id in own if reading_id is not None])
    return tuple(_row(row, read, known.get(row["equipment_id"], []), own) for row in found)


async def histories(
    equipment_ids: Sequence[UUID],
) -> dict[UUID, list[tuple[UUID, Counters]]]:
    """The last few readings of each machine, the newest first, with their ids."""
    if not equipment_ids:
        return {}
    marks = ", ".join(f"${number}" for number in range(1, len(equipment_ids) + 1))
    async with DB.reading() as tx:
        rows = await tx.fetch(_LAST.format(marks), *equipment_ids)
    found: dict[UUID, list[tuple[UUID, Counters]]] = defaultdict(list)
    for equipment_id, reading_id, mono, color, read_at in rows:
        found[equipment_id].append((reading_id, Counters(mono, color, read_at)))
    return found


async def _readings(reading_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    if not reading_ids:
        return {}
    reading = MeterReading
    found = await reading.select(reading.id, reading.mono, reading.color, reading.is_implausible).where(
        reading.id.is_in(list(reading_ids))
    )
    return {row["id"]: row for row in found}


def _row(
    row: dict[str, Any],
    read: dict[UUID, dict[str, Any]],
    known: list[tuple[UUID, Counters]],
    own: set[UUID | None],
) -> ItemRow:
    answer = read.get(row.pop("meter_reading_id"), {})
    last = next((counters for reading_id, counters in known if reading_id not in own), None)
    return ItemRow(
        **row,
        mono=answer.get("mono"),
        color=answer.get("color"),
        is_implausible=answer.get("is_implausible", False),
        last_mono=last.mono if last else None,
        last_color=last.color if last else None,
        last_at=last.read_at if last else None,
    )


_STILL_THERE = (
    "reading_request_item.equipment_id IN (SELECT e.id FROM equipment e"
    " JOIN reading_request q ON q.customer_id = e.customer_id WHERE q.id = {} AND e.is_active)"
)
# One more than is judged by, for the answer itself may be the newest.
_LAST = (
    "SELECT equipment_id, id, mono, color, read_at FROM (SELECT equipment_id, id, mono, color, read_at,"
    " row_number() OVER (PARTITION BY equipment_id ORDER BY read_at DESC, id DESC) AS place"
    f" FROM meter_reading WHERE equipment_id IN ({{}})) newest WHERE place <= {HISTORY + 1}"
    " ORDER BY equipment_id, place"
)
