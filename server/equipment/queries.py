"""Finding machines by what is written on them, and defects as the admin lists them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.accounts.tables import Reseller
from server.equipment.tables import Defect, Equipment

SEARCH_LIMIT = 200


async def find_equipment_ids(actor: Actor, serial_number: str) -> list[UUID]:
    """Machines whose serial number or asset tag begins so."""
    start = serial_number.strip().upper().replace("%", "").replace("_", "") + "%"
    ids: list[UUID] = (
        await Equipment.select(Equipment.id)
        .where(
            visible(actor, Equipment),
            Equipment.serial_number.like(start) | Equipment.asset_tag.like(start),
        )
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
