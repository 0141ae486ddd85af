"""Finding machines by what is written on them."""

from __future__ import annotations

from uuid import UUID

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.equipment.tables import Equipment

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
