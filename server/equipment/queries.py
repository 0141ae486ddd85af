"""Finding machines by what is written on them, their readings, and defects as the admin lists them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import WhereRaw

from server.accounts.actor import Actor
from server.accounts.scope import find_visible, visible
from server.accounts.tables import Reseller
from server.database.keyset import read_cursor, write_cursor
from server.database.text_search import Where, is_spelled
from server.equipment.tables import Defect, Equipment, MeterReading

SEARCH_LIMIT = 200
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class EquipmentFilter:
    """What is `None` or empty does not filter; `serial_number` is the beginning of it or of the asset tag."""

    serial_number: str = ""
    customer_id: UUID | None = None
    is_active: bool | None = None


@dataclass(frozen=True, slots=True)
class EquipmentRow:
    id: UUID
    company_id: UUID
    customer_id: UUID
    serial_number: str
    asset_tag: str
    manufacturer: str
    model: str
    is_color: bool
    department: str
    install_location: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """What the counters said; `is_doubtful` when it was flagged as it was recorded."""

    id: UUID
    mono: int | None
    color: int | None
    read_at: datetime
    source: str
    is_doubtful: bool


async def list_equipment(
    actor: Actor, wanted: EquipmentFilter, *, after: str | None = None, limit: int = PAGE_SIZE
) -> tuple[tuple[EquipmentRow, ...], str | None]:
    """By serial number, and the cursor of those after them. Raises `invalid` for a broken one."""
    query = Equipment.select(*(getattr(Equipment, name) for name in EquipmentRow.__dataclass_fields__)).where(
        visible(actor, Equipment)
    )
    if wanted.serial_number.strip():
        query = query.where(_begins(wanted.serial_number))
    if wanted.customer_id is not None:
        query = query.where(Equipment.customer_id == wanted.customer_id)
    if wanted.is_active is not None:
        query = query.where(Equipment.is_active.eq(wanted.is_active))
    if after:
        place = read_cursor(after, str, UUID)
        query = query.where(WhereRaw("(equipment.serial_number, equipment.id) > ({}, {})", *place))
    rows = await query.order_by(Equipment.serial_number, Equipment.id).limit(limit + 1)
    return tuple(EquipmentRow(**row) for row in rows[:limit]), (
        write_cursor(rows[limit - 1]["serial_number"], rows[limit - 1]["id"]) if len(rows) > limit else None
    )


async def list_readings(
    actor: Actor, equipment_id: UUID, *, after: str | None = None, limit: int = PAGE_SIZE
) -> tuple[tuple[ReadingRow, ...], str | None]:
    """The newest first. Raises `not_found`, `invalid`."""
    await find_visible(actor, Equipment, equipment_id)
    reading = MeterReading
    query = reading.select(
        reading.id,
        reading.mono,
        reading.color,
        reading.read_at,
        reading.source,
        reading.is_lower,
        reading.is_implausible,
    ).where(visible(actor, reading), reading.equipment_id == equipment_id)
    if after:
        place = read_cursor(after, datetime, UUID)
        query = query.where(WhereRaw("(meter_reading.read_at, meter_reading.id) < ({}, {})", *place))
    rows = await query.order_by(reading.read_at, reading.id, ascending=False).limit(limit + 1)
    return tuple(_reading(row) for row in rows[:limit]), (
        write_cursor(rows[limit - 1]["read_at"], rows[limit - 1]["id"]) if len(rows) > limit else None
    )


async def find_equipment_ids(actor: Actor, serial_number: str) -> list[UUID]:
    """Machines whose serial number or asset tag begins so."""
    ids: list[UUID] = (
        await Equipment.select(Equipment.id)
        .where(visible(actor, Equipment), _begins(serial_number))
        .limit(SEARCH_LIMIT)
        .output(as_list=True)
    )
    return ids


@dataclass(frozen=True, slots=True)
class DefectRow:
    id: UUID
    code: str
    name: str
    is_listed: bool


async def list_defects(actor: Actor, listing: str, sort: str) -> tuple[DefectRow, ...]:
    """The active ones; `listing` is the column that says where customers find them."""
    rows = (
        await Defect.select(
            Defect.id, Defect.code, Defect.name, getattr(Defect, listing).as_alias("is_listed")
        )
        .where(visible(actor, Defect), Defect.is_active.eq(True))
        .order_by(getattr(Defect, sort))
        .order_by(Defect.id)
    )
    return tuple(DefectRow(**row) for row in rows)


async def opening_status(actor: Actor) -> str:
    row = (
        await Reseller.select(Reseller.default_opening_status)
        .where(visible(actor, Reseller), Reseller.id == actor.reseller_id)
        .first()
    )
    return str(row["default_opening_status"]) if row else ""


def _begins(text: str) -> Any:
    columns = ("equipment.serial_number", "equipment.asset_tag")
    serial_number, asset_tag = (is_spelled(one, text.strip(), Where.AT_THE_BEGINNING) for one in columns)
    return serial_number | asset_tag


def _reading(row: dict[str, Any]) -> ReadingRow:
    is_doubtful = row.pop("is_lower") or row.pop("is_implausible")
    row.pop("is_implausible", None)
    return ReadingRow(**row, is_doubtful=is_doubtful)
