"""The checklist that an order is born with, wherever it is opened: here, on a phone, or in ILUX."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from server.checklists.rules import Candidate, choose
from server.equipment.tables import Equipment
from server.service_orders.tables import ChecklistVersion


async def checklist_for(reseller_id: UUID, defect_id: UUID | None, model: str) -> UUID | None:
    """The newest version of the active checklist that fits best."""
    return choose(await _candidates(reseller_id), defect_id, model)


async def give_checklists(reseller_id: UUID, orders: Sequence[dict[str, Any]]) -> None:
    """The same for many at once, written into their `checklist_version_id`."""
    candidates = await _candidates(reseller_id) if orders else []
    if not candidates:
        return
    models: dict[UUID, str] = {}
    if any(one.model for one in candidates):
        machines = list({order["equipment_id"] for order in orders if order["equipment_id"]})
        rows = await Equipment.select(Equipment.id, Equipment.model).where(
            Equipment.reseller_id == reseller_id, Equipment.id.is_in(machines or [reseller_id])
        )
        models = {row["id"]: row["model"] for row in rows}
    for order in orders:
        model = models.get(order["equipment_id"], "")
        order["checklist_version_id"] = choose(candidates, order["defect_id"], model)


async def _candidates(reseller_id: UUID) -> list[Candidate]:
    template: Any = ChecklistVersion.template_id
    found = (
        await ChecklistVersion.select(
            ChecklistVersion.id.as_alias("version_id"),
            template.defect_id.as_alias("defect_id"),
            template.model.as_alias("model"),
        )
        .where(ChecklistVersion.reseller_id == reseller_id, template.is_active.eq(True))
        .order_by(ChecklistVersion.published_at, ascending=False)
    )
    return [Candidate(**row) for row in found]
