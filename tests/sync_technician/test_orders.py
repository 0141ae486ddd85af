"""What a technician does to orders beside serving them."""

from __future__ import annotations

from uuid import uuid4

from server.service_orders import actions, queries
from server.service_orders.rules import OrderEdit
from server.service_orders.tables import Discrepancy, PartRequest
from tests.service_orders.world import NOW, World, found_reseller
from tests.sync_technician.phone import Clock, Day, Phone


async def test_notes_append_whatever_the_office_wrote(world: World, tiago: Phone) -> None:
    order_id = await world.dispatched_order()
    await actions.edit(world.ana, order_id, OrderEdit(notes="Portaria 2"), now=NOW)
    note_id = uuid4()
    for _ in range(2):
        tiago.record("add_note", note_id=note_id, order_id=order_id, body="Levar escada")
    await tiago.sync()
    assert tiago.row("order", order_id)["notes"] == "Portaria 2\nLevar escada"
    history = (await queries.get_order(world.ana, order_id, now=NOW)).history
    assert [line.note for line in history if line.kind == "note"] == ["Levar escada"]


async def test_a_contact_is_edited_where_the_office_left_it_alone(world: World, tiago: Phone) -> None:
    order_id = await world.dispatched_order()
    await actions.edit(world.ana, order_id, OrderEdit(requester_name="Rosa"), now=NOW)
    await tiago.pull()
    seq = tiago.record(
        "update_contact", order_id=order_id, requester_name="Rosa Lima", requester_phone="48 3333-1111"
    )
    await tiago.sync()
    assert tiago.status(seq) == ("applied", None)
    row = tiago.row("order", order_id)
    assert (row["requester_name"], row["requester_phone"]) == ("Rosa Lima", "48 3333-1111")


async def test_the_office_wins_over_a_contact_and_the_other_value_is_a_proposal(
    world: World, tiago: Phone
) -> None:
    order_id = await world.dispatched_order()
    await tiago.pull()
    seq = tiago.record(
        "update_contact", order_id=order_id, requester_name="Rosa", requester_phone="48 3333-1111"
    )
    await actions.edit(world.ana, order_id, OrderEdit(requester_name="Pedro"), now=NOW)
    await tiago.sync()
    assert tiago.status(seq) == ("applied_with_discrepancy", "contact_proposal")
    row = tiago.row("order", order_id)
    assert (row["requester_name"], row["requester_phone"]) == ("Pedro", "48 3333-1111")
    found = (await queries.get_order(world.ana, order_id, now=NOW)).discrepancies
    assert found[0].facts == {"requester_name": {"proposed": "Rosa", "now": "Pedro"}}


async def test_requested_parts_are_seen_by_logistics_once_it_is_its_turn(world: World, tiago: Phone) -> None:
    order_id = await world.dispatched_order()
    item = {"id": uuid4(), "part_id": None, "description": "Fusor", "quantity": 1}
    for _ in range(2):
        tiago.record("request_parts", visit_id=None, order_id=order_id, items=[item], note="Urgente")
    await tiago.push()
    assert await PartRequest.count() == 1
    await actions.change_status(world.ana, order_id, queries.Status.LOGISTICS, now=NOW)
    seen = await queries.get_order(world.lia, order_id, now=NOW)
    assert [(part.description, part.note) for part in seen.part_requests] == [("Fusor", "Urgente")]


async def test_parts_requested_for_a_cancelled_order_are_recorded_and_flagged(
    world: World, tiago: Phone
) -> None:
    order_id = await world.dispatched_order()
    await actions.cancel(world.ana, order_id, "x", now=NOW)
    item = {"id": uuid4(), "part_id": world.part_id, "description": "Rolo", "quantity": 1}
    seq = tiago.record("request_parts", visit_id=None, order_id=order_id, items=[item], note=None)
    await tiago.push()
    assert tiago.status(seq) == ("applied_with_discrepancy", "order_cancelled")
    assert await PartRequest.count() == 1


async def test_who_may_open_orders_opens_them_offline_and_they_get_a_number(
    world: World, tiago: Phone, vera: Phone
) -> None:
    await world.dispatched_order(world.tiago)
    await world.dispatched_order(world.vera)
    order_id = uuid4()
    said = {
        "customer_id": world.customer_id,
        "equipment_id": world.equipment_id,
        "description": "A do lado também atola",
        "requester_name": "Rosa",
        "requester_phone": None,
    }
    opened = tiago.record("open_order", order_id=order_id, **said)
    refused = vera.record("open_order", order_id=uuid4(), **said)
    await tiago.push()
    await vera.push()
    assert tiago.status(opened) == ("applied", None)
    assert vera.status(refused) == ("rejected", "not_allowed")
    order = await queries.get_order(world.ana, order_id, now=NOW)
    assert (order.web_number, order.status, order.technician_id) == (3, "A", None)
    assert (order.opened_from, order.contract_number) == ("field", "C-8")


async def test_an_order_is_not_opened_for_a_customer_that_the_technician_does_not_serve(
    world: World, tiago: Phone
) -> None:
    other = await found_reseller("serra")
    for customer_id in (world.customer_id, other.customer_id):
        seq = tiago.record(
            "open_order", order_id=uuid4(), customer_id=customer_id, description="x", equipment_id=None
        )
        await tiago.push()
        assert tiago.status(seq) == ("rejected", "not_found")


async def test_a_photo_is_withdrawn_before_the_conclusion_and_not_after(
    world: World, tiago: Phone, clock: Clock
) -> None:
    day = Day(tiago, world, await world.dispatched_order(), 1, clock)
    day.photo()
    before = tiago.record("withdraw_photo", photo_id=day.photo_id, visit_id=day.visit_id, reason="Borrada")
    strange = tiago.record("withdraw_photo", photo_id=uuid4(), visit_id=day.visit_id, reason="x")
    day.complete()
    after = tiago.record("withdraw_photo", photo_id=day.photo_id, visit_id=day.visit_id, reason="x")
    await tiago.sync()
    assert tiago.status(before) == ("applied", None)
    assert tiago.status(strange) == ("rejected", "photo_unknown")
    assert tiago.status(after) == ("rejected", "visit_closed")
    body = tiago.row("visit", day.visit_id)
    assert body["photos"][0]["is_withdrawn"]
    assert body["files_expected"] == 1


async def test_an_unknown_machine_and_an_absurd_counter_are_flagged_and_not_lost(
    world: World, tiago: Phone, clock: Clock
) -> None:
    day = Day(tiago, world, await world.dispatched_order(), 1, clock)
    readings = [
        {"id": uuid4(), "equipment_id": uuid4(), "mono": 7, "color": None, "read_at": "2026-03-02T11:00:00Z"},
        {
            "id": uuid4(),
            "equipment_id": world.equipment_id,
            "mono": 10**12,
            "color": 5,
            "read_at": "2026-03-02T11:00:00Z",
        },
    ]
    seq = day.complete(readings=readings)
    await tiago.push()
    assert tiago.status(seq)[0] == "applied_with_discrepancy"
    kinds = {row["kind"]: row["facts"] for row in await Discrepancy.select()}
    assert set(kinds) >= {"unknown_equipment", "reading_implausible", "signature_mismatch"}
    assert "1000000000000" in kinds["reading_implausible"]
