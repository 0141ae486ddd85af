"""What an admin does with defects (which come from ILUX) and parts."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from piccolo_conf import DB
from server.accounts import records
from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.accounts.tables import Reseller
from server.equipment import problems as _problems  # noqa: F401  registers the codes raised here
from server.equipment.rules import DefectDetails, PartDetails, defect_faults, part_faults
from server.equipment.tables import Defect, Part
from server.problems import Problem


async def edit_defect(actor: Actor, defect_id: UUID, details: DefectDetails) -> None:
    """Another name, other tabs; orders keep the name they were opened with. Raises `not_found`, `invalid`."""
    details = records.tidy(details)
    async with DB.transaction() as tx:
        row = await records.hold(tx, actor, Defect, defect_id)
        columns = records.columns_of(details)
        records.refuse(Defect, columns, defect_faults(details))
        await records.change(actor, Defect, row, columns)


async def retire_defect(actor: Actor, defect_id: UUID) -> None:
    """Raises `not_found`."""
    async with DB.transaction() as tx:
        await records.retire(actor, Defect, await records.hold(tx, actor, Defect, defect_id))


async def reinstate_defect(actor: Actor, defect_id: UUID) -> None:
    """Raises `not_found`."""
    async with DB.transaction() as tx:
        await records.reinstate(actor, Defect, await records.hold(tx, actor, Defect, defect_id))


async def list_defects(actor: Actor, listing: str, shown: Collection[UUID], listed: Collection[UUID]) -> None:
    """Of those that were shown, customers find the listed ones there. Raises `not_found`."""
    records.only_admin(actor)
    async with DB.transaction():
        rows = (
            await Defect.select().where(visible(actor, Defect), Defect.id.is_in(sorted(shown)))
            if shown
            else []
        )
        for row in rows:
            await records.change(actor, Defect, row, {listing: row["id"] in listed}, "listed")


async def set_opening_status(actor: Actor, status: str) -> None:
    """What new calls begin in. Raises `not_found`."""
    async with DB.transaction() as tx:
        row = await records.hold(tx, actor, Reseller, actor.reseller_id)
        await records.change(actor, Reseller, row, {"default_opening_status": str(status)}, "edited")


async def register_part(actor: Actor, details: PartDetails) -> UUID:
    """Raises `not_found`, `invalid`, `part_code_taken`."""
    details = records.tidy(details)
    async with DB.transaction() as tx:
        await records.hold(tx, actor, Reseller, actor.reseller_id)  # one of a code, also of two at once
        columns = records.columns_of(details)
        records.refuse(Part, columns, part_faults(details))
        await _check_code_is_free(actor, details.code, None)
        return await records.add(actor, Part, columns)


async def edit_part(actor: Actor, part_id: UUID, details: PartDetails) -> None:
    """Raises `not_found`, `invalid`, `part_code_taken`."""
    details = records.tidy(details)
    async with DB.transaction() as tx:
        await records.hold(tx, actor, Reseller, actor.reseller_id)
        row = await records.hold(tx, actor, Part, part_id)
        columns = records.columns_of(details)
        records.refuse(Part, columns, part_faults(details))
        await _check_code_is_free(actor, details.code, part_id)
        await records.change(actor, Part, row, columns)


async def retire_part(actor: Actor, part_id: UUID) -> None:
    """No longer on the phones; what it was used for remains. Raises `not_found`."""
    async with DB.transaction() as tx:
        await records.retire(actor, Part, await records.hold(tx, actor, Part, part_id))


async def reinstate_part(actor: Actor, part_id: UUID) -> None:
    """Raises `not_found`."""
    async with DB.transaction() as tx:
        await records.reinstate(actor, Part, await records.hold(tx, actor, Part, part_id))


async def _check_code_is_free(actor: Actor, code: str, part_id: UUID | None) -> None:
    other = await Part.select(Part.id).where(Part.reseller_id == actor.reseller_id, Part.code == code).first()
    if other is not None and other["id"] != part_id:
        raise Problem("part_code_taken", part_code=code)
