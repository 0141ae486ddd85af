"""Bruna publishes checklists; an order keeps the version that was the newest when it was opened."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from server.accounts.actor import Actor
from server.checklists import actions as checklists
from server.checklists.actions import ChecklistDetails
from server.checklists.questions import item_faults
from server.checklists.rules import ChecklistItem
from server.equipment.tables import Defect
from server.service_orders.tables import ChecklistVersion
from tests.master_data.office import admin_of, refused, row_of, trail
from tests.service_orders.world import NOW, World, found_reseller
from tests.sync_technician.phone import Phone

CLEAN = ChecklistItem("clean", " Limpou  tudo? ", "yes_no", True, [])
VOLTAGE = ChecklistItem("voltage", "Tensão", "choice", True, ["110 V", "220 V"])
NEXT_YEAR = NOW + timedelta(days=365)


async def published(bruna: Actor, defect_id: UUID | None = None) -> tuple[UUID, UUID]:
    """A checklist and its first version, newer than the world's."""
    template_id = await checklists.register_checklist(bruna, ChecklistDetails("Preventiva", defect_id))
    return template_id, await checklists.publish_version(bruna, template_id, [CLEAN], now=NEXT_YEAR)


async def test_versions_count_from_one_and_a_published_one_never_changes(world: World, bruna: Actor) -> None:
    template_id, first_id = await published(bruna)
    first = await row_of(ChecklistVersion, first_id)
    second_id = await checklists.publish_version(bruna, template_id, [CLEAN, VOLTAGE], now=NEXT_YEAR)
    await checklists.edit_checklist(bruna, template_id, ChecklistDetails("Preventiva anual"))
    second = await row_of(ChecklistVersion, second_id)
    assert (first["number"], second["number"]) == (1, 2)
    assert await row_of(ChecklistVersion, first_id) == first
    assert second["name"] == "Preventiva"
    assert [action for action, _ in await trail()] == [
        "checklist_template.added",
        "checklist_version.added",
        "checklist_version.added",
        "checklist_template.edited",
    ]


async def test_the_same_questions_again_are_the_same_version(world: World, bruna: Actor) -> None:
    template_id, first_id = await published(bruna)
    assert await checklists.publish_version(bruna, template_id, [CLEAN], now=NEXT_YEAR) == first_id
    assert await ChecklistVersion.count().where(ChecklistVersion.template_id == template_id) == 1


async def test_an_order_keeps_the_version_it_was_opened_with(
    world: World, bruna: Actor, tiago: Phone
) -> None:
    template_id, first_id = await published(bruna)
    order_id = await world.dispatched_order()
    later = NEXT_YEAR + timedelta(days=1)
    second_id = await checklists.publish_version(bruna, template_id, [VOLTAGE], now=later)
    assert (await world.order(order_id))["checklist_version_id"] == first_id
    assert (await world.order(await world.open_order()))["checklist_version_id"] == second_id
    await tiago.sync()
    seen = tiago.row("checklist", first_id)
    assert (seen["name"], seen["version"]) == ("Preventiva", 1)
    assert seen["items"] == [
        {"key": "clean", "label": "Limpou tudo?", "type": "yes_no", "is_required": True, "options": []}
    ]


async def test_the_checklist_of_a_defect_is_asked_of_its_orders_alone(world: World, bruna: Actor) -> None:
    defect = Defect(reseller_id=world.reseller_id, code="014", name="Preventiva")
    await defect.save()
    _, version_id = await published(bruna, defect.id)
    preventive, other = await world.open_order(defect_id=defect.id), await world.open_order()
    assert (await world.order(preventive))["checklist_version_id"] == version_id
    assert (await world.order(other))["checklist_version_id"] == world.checklist_id


async def test_a_retired_checklist_stays_where_it_was_asked(world: World, bruna: Actor) -> None:
    template_id, version_id = await published(bruna)
    old_id = await world.open_order()
    await checklists.retire_checklist(bruna, template_id)
    assert (await world.order(old_id))["checklist_version_id"] == version_id
    assert (await world.order(await world.open_order()))["checklist_version_id"] == world.checklist_id
    async with refused("checklist_retired"):
        await checklists.publish_version(bruna, template_id, [VOLTAGE], now=NEXT_YEAR)
    await checklists.reinstate_checklist(bruna, template_id)
    assert (await world.order(await world.open_order()))["checklist_version_id"] == version_id


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": "Tensão"}, "items.1.key"),
        ({"key": "clean"}, "items.1.key"),
        ({"label": " "}, "items.1.label"),
        ({"type": "date"}, "items.1.type"),
        ({"options": ["220 V"]}, "items.1.options"),
        ({"options": ["220 V", " 220 V"]}, "items.1.options"),
        ({"options": ["220 V", ""]}, "items.1.options"),
        ({"type": "text"}, "items.1.options"),
    ],
)
async def test_a_faulty_question_says_which_and_where(
    world: World, bruna: Actor, changes: dict[str, Any], field: str
) -> None:
    template_id, _ = await published(bruna)
    fields = ["items.0.key", field] if changes == {"key": "clean"} else [field]
    async with refused("invalid", *fields):
        await checklists.publish_version(
            bruna, template_id, [CLEAN, replace(VOLTAGE, **changes)], now=NEXT_YEAR
        )
    assert await ChecklistVersion.count().where(ChecklistVersion.template_id == template_id) == 1


def test_a_checklist_asks_something_and_not_without_end() -> None:
    assert item_faults([]).keys() == {"items"}
    many = [replace(CLEAN, key=f"q{number}") for number in range(61)]
    assert item_faults(many).keys() == {"items"}
    assert item_faults(many[:60]) == {}


async def test_nobody_but_an_admin_of_the_reseller_keeps_its_checklists(world: World, bruna: Actor) -> None:
    template_id, _ = await published(bruna)
    outra = await found_reseller("outra")
    for actor in (admin_of(outra), world.ana, world.tiago):
        async with refused("not_found"):
            await checklists.publish_version(actor, template_id, [VOLTAGE], now=NEXT_YEAR)
        async with refused("not_found"):
            await checklists.edit_checklist(actor, template_id, ChecklistDetails("Nossa"))
        async with refused("not_found"):
            await checklists.retire_checklist(actor, template_id)
    async with refused("not_found"):
        await checklists.register_checklist(world.ana, ChecklistDetails("Nossa"))
    async with refused("invalid", "name"):
        await checklists.register_checklist(bruna, ChecklistDetails(""))
