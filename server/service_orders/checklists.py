"""What an admin does with checklists. A published version never changes: orders and visits name it.

An order takes the newest version of its defect's checklist when it is opened (`actions.open_order`), and
keeps that one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from piccolo_conf import DB
from server.accounts import records
from server.accounts.actor import Actor
from server.equipment.tables import Defect
from server.problems import Problem
from server.service_orders import problems as _problems  # noqa: F401  registers the codes raised here
from server.service_orders.questions import item_faults, tidy_items
from server.service_orders.tables import ChecklistTemplate, ChecklistVersion
from server.visits.rules import ChecklistItem


@dataclass(frozen=True, slots=True)
class ChecklistDetails:
    """`defect_id`: for orders with that defect; `None` for those whose defect has none of its own."""

    name: str
    defect_id: UUID | None = None


async def register_checklist(actor: Actor, details: ChecklistDetails) -> UUID:
    """Without questions until a version is published. Raises `not_found`, `invalid`."""
    details = _checked(actor, details)
    async with DB.transaction():
        await _check_defect(actor, details.defect_id)
        return await records.add(actor, ChecklistTemplate, records.columns_of(details))


async def edit_checklist(actor: Actor, template_id: UUID, details: ChecklistDetails) -> None:
    """Published versions keep the name they had. Raises `not_found`, `invalid`."""
    details = _checked(actor, details)
    async with DB.transaction() as tx:
        row = await records.hold(tx, actor, ChecklistTemplate, template_id)
        await _check_defect(actor, details.defect_id)
        await records.change(actor, ChecklistTemplate, row, records.columns_of(details))


async def publish_version(
    actor: Actor, template_id: UUID, items: Sequence[ChecklistItem], *, now: datetime
) -> UUID:
    """The next number, from 1; the newest version again is that version.

    Raises `not_found`, `checklist_retired`, `invalid`.
    """
    items = tidy_items(items)
    async with DB.transaction() as tx:
        template = await records.hold(tx, actor, ChecklistTemplate, template_id)
        if not template["is_active"]:
            raise Problem("checklist_retired")
        records.refuse(ChecklistVersion, {}, item_faults(items))
        newest = (
            await ChecklistVersion.select()
            .where(ChecklistVersion.template_id == template_id)
            .order_by(ChecklistVersion.number, ascending=False)
            .first()
        )
        if newest is not None and _says(newest["items"], items) and newest["name"] == template["name"]:
            version_id: UUID = newest["id"]
            return version_id
        version = {
            "template_id": template_id,
            "name": template["name"],
            "number": newest["number"] + 1 if newest else 1,
            "items": msgspec.json.encode(items).decode(),
            "published_at": now,
        }
        return await records.add(actor, ChecklistVersion, version)


async def retire_checklist(actor: Actor, template_id: UUID) -> None:
    """Asked of no new order; those that name a version keep it. Raises `not_found`."""
    async with DB.transaction() as tx:
        row = await records.hold(tx, actor, ChecklistTemplate, template_id)
        await records.retire(actor, ChecklistTemplate, row)


async def reinstate_checklist(actor: Actor, template_id: UUID) -> None:
    """Raises `not_found`."""
    async with DB.transaction() as tx:
        row = await records.hold(tx, actor, ChecklistTemplate, template_id)
        await records.reinstate(actor, ChecklistTemplate, row)


def _checked(actor: Actor, details: ChecklistDetails) -> ChecklistDetails:
    records.only_admin(actor)
    details = records.tidy(details)
    faults = {} if details.name else {"name": "Escreva o nome do checklist."}
    records.refuse(ChecklistTemplate, records.columns_of(details), faults)
    return details


async def _check_defect(actor: Actor, defect_id: UUID | None) -> None:
    if defect_id is not None:
        await records.find(actor, Defect, defect_id)


def _says(published: str, items: Sequence[ChecklistItem]) -> bool:
    return msgspec.json.decode(published, type=list[ChecklistItem]) == items
