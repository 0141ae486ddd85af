"""What a technician's phone is shown, and what it is not."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

from offline_sync.service import Service
from piccolo_conf import DB
from server.accounts.actor import Actor, Role
from server.accounts.tables import Reseller, User
from server.database import platform
from server.equipment.tables import Equipment, Part
from server.service_orders import actions
from server.service_orders.rules import Dispatch
from server.service_orders.tables import PartRequest, ServiceOrder
from server.sync.technician import TechnicianApplication
from server.triage.tables import TriageMessage
from tests.service_orders.world import NOW, World, add_reading, found_reseller
from tests.sync_technician.phone import Clock, Day, Phone

KEYS = {
    "me": "name role technician_id can_open_orders shares_position reseller_name timezone arrival_near_m"
    " photo_max_px keep_photo_position track_interval_s",
    "order": "web_number ilux_number status company_id customer_id equipment_id contract_number contract_kind"
    " technician_id defect description requester_name requester_phone opened_at scheduled_at due_at"
    " revised_due_at paused_due_at pending_reason cancel_reason checklist_version_id notes",
    "customer": "name trade_name street number complement district city uf cep phone contact_name latitude"
    " longitude",
    "equipment": "customer_id serial_number asset_tag model manufacturer is_color department"
    " install_location",
    "meter_reading": "equipment_id mono color read_at source",
    "past_visit": "equipment_id order_id web_number technician_name completed_at outcome diagnosis"
    " resolution",
    "triage_message": "order_id author_name author_side body created_at",
    "checklist": "name version items",
    "part": "code name",
    "part_request": "order_id description quantity status requested_at expected_on carrier tracking_code"
    " reason",
    "visit": "order_id technician_id state is_primary outcome diagnosis resolution pending_reason distance_km"
    " distance_method travel_minutes files_expected files_received received_at ilux_at events photos readings"
    " parts_used part_requests signature discrepancies",
}


async def test_every_kind_has_exactly_the_fields_of_the_document(
    world: World, tiago: Phone, clock: Clock
) -> None:
    order_id = await world.dispatched_order()
    day = Day(tiago, world, order_id, 1, clock)
    day.travel_and_work()
    day.complete()
    await TriageMessage(
        reseller_id=world.reseller_id,
        service_order_id=order_id,
        author_name="Ana",
        author_side="desk",
        body="Levar toner",
    ).save()
    await PartRequest(
        reseller_id=world.reseller_id,
        service_order_id=order_id,
        description="Fusor",
        status="backorder",
        requested_at=NOW,
        expected_on=NOW.date(),
    ).save()
    await tiago.sync()
    seen = {kind: set(tiago.rows(kind)[0]) for kind in KEYS}
    assert seen == {kind: set(names.split()) for kind, names in KEYS.items()}
    part = tiago.rows("part_request")[0]
    assert (part["order_id"], part["status"], part["expected_on"]) == (
        str(order_id),
        "backorder",
        "2026-03-02",
    )
    assert (part["carrier"], part["reason"]) == (None, None)
    checklist = tiago.rows("checklist")[0]
    assert checklist["items"][1]["options"] == ["não", "sim"]
    assert tiago.row("order", order_id)["defect"] is None
    assert tiago.row("order", order_id)["opened_at"] == "2026-03-02T11:00:00Z"


async def test_three_readings_three_past_visits_and_no_more(world: World, tiago: Phone, clock: Clock) -> None:
    for days in (1, 2, 3):
        await add_reading(world, 12_000 + days, days_ago=days)
    for number in range(1, 6):
        order_id = await world.dispatched_order()
        Day(tiago, world, order_id, number, clock).complete()
        await tiago.push()
        clock.forward(hours=1)
    await tiago.pull()
    assert len(tiago.rows("meter_reading")) == 3
    assert sorted(row["web_number"] for row in tiago.rows("past_visit")) == [3, 4, 5]


async def test_thirty_machines_of_a_customer_and_sixty_parts_are_enough(world: World, tiago: Phone) -> None:
    await world.dispatched_order()
    await Equipment.insert(
        *(
            Equipment(
                reseller_id=world.reseller_id,
                company_id=world.company_id,
                customer_id=world.customer_id,
                serial_number=f"S{n}",
                model="M",
            )
            for n in range(40)
        )
    )
    await Part.insert(
        *(Part(reseller_id=world.reseller_id, code=f"P{n}", name="x", use_count=n) for n in range(70))
    )
    await tiago.pull()
    assert len(tiago.rows("equipment")) == 30
    assert "BRB1234" in {row["serial_number"] for row in tiago.rows("equipment")}
    assert len(tiago.rows("part")) == 60
    assert "P69" in {row["code"] for row in tiago.rows("part")}


async def test_a_visit_leaves_three_days_after_its_end(world: World, tiago: Phone, clock: Clock) -> None:
    order_id = await world.dispatched_order()
    Day(tiago, world, order_id, 1, clock).complete()
    await tiago.sync()
    clock.forward(days=2, hours=22)
    await tiago.pull()
    assert len(tiago.rows("visit")) == len(tiago.rows("order")) == 1
    clock.forward(hours=3)
    await tiago.pull()
    assert tiago.rows("visit") == tiago.rows("order") == tiago.rows("customer") == []


async def test_nothing_of_other_technicians_or_resellers_is_shown(
    world: World, tiago: Phone, vera: Phone
) -> None:
    other = await found_reseller("serra")
    elsewhere = await other.dispatched_order(other.tiago)
    of_vera = await world.dispatched_order(world.vera)
    with platform():
        await PartRequest.insert(
            *(
                PartRequest(
                    reseller_id=reseller_id, service_order_id=order_id, description="x", requested_at=NOW
                )
                for reseller_id, order_id in (
                    (other.reseller_id, elsewhere),
                    (world.reseller_id, of_vera),
                )
            )
        )
    await tiago.pull()
    assert {kind for kind, _ in tiago.base} == {"me", "part"}
    assert len(tiago.rows("part")) == 1


async def test_on_a_phone_other_people_see_themselves_alone(
    world: World, service: Service, clock: Clock
) -> None:
    await world.dispatched_order()
    driver = User(reseller_id=world.reseller_id, email="davi@ilha.test", name="Davi", role=Role.DRIVER)
    await driver.save()
    actor = Actor(driver.id, world.reseller_id, "Davi", driver.email, Role.DRIVER, uuid4())
    phone = Phone(service, actor, clock)
    await phone.enrol()
    seq = phone.record("add_note", note_id=uuid4(), order_id=uuid4(), body="x")
    await phone.sync()
    assert list(phone.base) == [("me", str(driver.id))]
    assert phone.status(seq) == ("quarantined", "not_allowed")


async def test_the_pulse_moves_with_every_change_and_with_the_hour(
    world: World, tiago: Phone, clock: Clock
) -> None:
    application = TechnicianApplication(clock)

    async def pulse() -> str | None:
        async with DB.reading() as conn:
            return await application.pulse(conn, type("C", (), {"reseller_id": world.reseller_id})())

    order_id = await world.dispatched_order()
    seen = [await pulse()]
    assert await pulse() == seen[0]
    await actions.cancel(world.ana, order_id, "x", now=NOW)
    seen.append(await pulse())
    clock.forward(hours=1)
    seen.append(await pulse())
    assert len(set(seen)) == 3


async def test_a_new_orders_number_touches_nobody_but_a_new_name_of_the_reseller_does(
    world: World, tiago: Phone
) -> None:
    await tiago.pull()
    version = tiago.vers[f"me/{world.tiago.user_id}"]
    await world.open_order()
    await tiago.pull()
    assert tiago.vers[f"me/{world.tiago.user_id}"] == version
    await Reseller.update({Reseller.name: "Ilha Nova"}).where(Reseller.id == world.reseller_id)
    await tiago.pull()
    assert tiago.rows("me")[0]["reseller_name"] == "Ilha Nova"


async def test_two_technicians_conclude_at_once_and_one_of_them_was_first(
    world: World, tiago: Phone, vera: Phone, clock: Clock
) -> None:
    order_id = await world.dispatched_order()
    for phone in (tiago, vera):
        Day(phone, world, order_id, 1, clock).complete()
    await asyncio.gather(tiago.push(), vera.push())
    assert (await world.order(order_id))["status"] == "O"
    primary = await DB.run_ddl("select count(*) as n from visit where is_primary")
    assert primary[0]["n"] == 1
    assert await ServiceOrder.count() == 1
    assert clock() - NOW < timedelta(hours=1)


async def test_an_order_given_away_stays_on_the_phone_while_its_visit_is_open(
    world: World, tiago: Phone
) -> None:
    order_id = await world.dispatched_order()
    tiago.record("select_visit", visit_id=uuid4(), order_id=order_id, position=None)
    await tiago.sync()
    await actions.dispatch(world.ana, order_id, Dispatch(world.vera.technician_id), now=NOW)
    await tiago.pull()
    assert tiago.row("order", order_id)["technician_id"] == str(world.vera.technician_id)
