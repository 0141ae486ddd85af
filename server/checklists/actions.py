"""What an admin does with checklists. A published version never changes: orders and visits name it.

What is being written is the template's draft, until it is published. An order takes the newest version of the
checklist that fits it best when it is opened (`rules.choose`), and keeps that one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo_conf import DB
from server.accounts import records
from server.accounts.actor import Actor
from server.checklists.drafts import DraftQuestion, stored_draft
from server.checklists.questions import item_faults, read_items, stored_items, tidy_items
from server.checklists.rules import ChecklistItem
from server.equipment.tables import Defect
from server.problems import Problem
from server.service_orders import problems as _problems  # noqa: F401  registers the codes raised here
from server.service_orders.tables import ChecklistTemplate, ChecklistVersion


@dataclass(frozen=True, slots=True)
class ChecklistDetails:
    """For orders with that defect, for machines of that model; `None`, empty: for all without their own."""

    name: str
    defect_id: UUID | None = None
    model: str = ""


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
    """The next number, from 1; the newest version again is that version. The draft is done with.

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
        await _drop_draft(template)
        if newest is not None and _says(newest["items"], items) and newest["name"] == template["name"]:
            version_id: UUID = newest["id"]
            return version_id
        version = {
            "template_id": template_id,
            "name": template["name"],
            "number": newest["number"] + 1 if newest else 1,
            "items": stored_items(items),
            "published_at": now,
        }
        return await records.add(actor, ChecklistVersion, version)


async def save_draft(
    actor: Actor, template_id: UUID, questions: Sequence[DraftQuestion], *, revision: int
) -> int:
    """Whatever it says; the new revision. Raises `not_found`, `checklist_retired`, and `draft_overtaken`
    where somebody else has saved since `revision` was shown."""
    async with DB.transaction() as tx:
        template = await records.hold(tx, actor, ChecklistTemplate, template_id)
        if not template["is_active"]:
            raise Problem("checklist_retired")
        if template["draft_revision"] != revision:
            raise Problem("draft_overtaken", revision=template["draft_revision"])
        await ChecklistTemplate.update(
            {ChecklistTemplate.draft: stored_draft(questions), ChecklistTemplate.draft_revision: revision + 1}
        ).where(ChecklistTemplate.id == template_id)
    return revision + 1


async def discard_draft(actor: Actor, template_id: UUID) -> None:
    """Back to what is published. Raises `not_found`."""
    async with DB.transaction() as tx:
        await _drop_draft(await records.hold(tx, actor, ChecklistTemplate, template_id))


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


async def _drop_draft(template: Mapping[str, Any]) -> None:
    if template["draft"] is None:
        return
    await ChecklistTemplate.update(
        {
            ChecklistTemplate.draft: None,
            ChecklistTemplate.draft_revision: template["draft_revision"] + 1,
        }
    ).where(ChecklistTemplate.id == template["id"])


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
    return read_items(published) == items
