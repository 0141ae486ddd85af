"""Service orders between ILUX and the portal: one row for each, status both ways, and no echo."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from server.accounts.actor import Role
from server.bridge.tables import IluxLink, IluxMessage
from server.calendars.actions import CalendarEdit, edit_calendar
from server.equipment.tables import Equipment, MeterReading
from server.service_orders import actions
from server.service_orders.rules import Dispatch
from server.service_orders.statuses import PendingReason, Status
from server.service_orders.tables import (
    ChecklistTemplate,
    ChecklistVersion,
    OrderEvent,
    ServiceOrder,
    Technician,
)
from server.visits.tables import Visit
from tests.bridge_portal.bridge import BASICS, COMPANY, Bridge, connect, gone, order, row
from tests.desk.office import Office
from tests.service_orders.world import NOW, found_reseller
from tests.sync_technician.phone import Clock, Day, Phone, portal, text_of

SCHOOL = row("customer", "70", company="1", name="Escola São João")
PRINTER = row("equipment", "700", company="1", customer="70", serial_number="BRB1234")


async def order_of(key: str) -> dict[str, Any]:
    link = (
        await IluxLink.select(IluxLink.row_id)
        .where(IluxLink.entity == "service_order", IluxLink.key == key)
        .first()
    )
    assert link is not None
    found: dict[str, Any] | None = (
        await ServiceOrder.select().where(ServiceOrder.id == link["row_id"]).first()
    )
    assert found is not None
    return found


async def history(order_id: UUID) -> list[tuple[str, str, dict[str, Any]]]:
    lines = (
        await OrderEvent.select()
        .where(OrderEvent.service_order_id == order_id)
        .order_by(OrderEvent.recorded_at, OrderEvent.id)
    )
    return [(line["kind"], line["source"], msgspec.json.decode(line["after"])) for line in lines]


async def link_world(bridge: Bridge, office: Office) -> None:
    """The world's school and machine are what ILUX calls 70 and 700, Tiago is T7, the contract 1|8."""
    world = office.world
    await bridge.bring(COMPANY)
    order_row = await ServiceOrder.select(ServiceOrder.contract_id).first()
    contract_id = order_row["contract_id"] if order_row else None
    known = [
        ("customer", "70", world.customer_id),
        ("equipment", "700", world.equipment_id),
        ("technician", "T7", world.tiago.technician_id),
    ]
    if contract_id is not None:
        known.append(("contract", "1|8", contract_id))
    for entity, key, row_id in known:
        await IluxLink.insert(
            IluxLink(reseller_id=world.reseller_id, entity=entity, key=key, row_id=row_id, hash="")
        )


async def test_an_order_of_ilux_gets_the_number_of_the_portal(bridge: Bridge) -> None:
    data = await bridge.bring(
        *BASICS, order("1|5001"), order("1|5002", status="O", closed_at="2026-03-03T11:00:00Z")
    )
    assert data["refused"] == []
    first, second = await order_of("1|5001"), await order_of("1|5002")
    assert {first["web_number"], second["web_number"]} == {1, 2}
    assert (first["ilux_number"], first["status"], first["opened_from"]) == ("5001", "A", "ilux")
    assert (first["contract_number"], first["contract_kind"], first["defect"]) == (
        "88",
        "full",
        "Atola papel",
    )
    assert second["closed_at"].isoformat() == "2026-03-03T11:00:00+00:00"
    assert await history(first["id"]) == [("opened", "ilux", {"status": "A"})]
    assert await bridge.messages() == []


async def test_an_open_order_of_ilux_takes_the_checklist_that_fits_and_keeps_it(bridge: Bridge) -> None:
    await bridge.bring(*BASICS)
    machine = await Equipment.select().where(Equipment.serial_number == "U63885").first()
    assert machine is not None
    versions = []
    for model in ("", machine["model"].upper()):
        template = ChecklistTemplate(reseller_id=machine["reseller_id"], name="Geral", model=model)
        await template.save()
        version = ChecklistVersion(
            reseller_id=machine["reseller_id"],
            template_id=template.id,
            number=1,
            published_at=NOW + timedelta(days=365),  # newer than the one of the world
        )
        await version.save()
        versions.append(version.id)
    await bridge.bring(
        order("1|5001"),
        order("1|5002", status="O", closed_at="2026-03-03T11:00:00Z"),
        order("1|5003", equipment=None),
    )
    await ChecklistTemplate.update({ChecklistTemplate.is_active: False}, force=True)
    await bridge.bring(order("1|5001", status="E", technician="T1"))
    taken = [(await order_of(key))["checklist_version_id"] for key in ("1|5001", "1|5002", "1|5003")]
    assert taken == [versions[1], None, versions[0]]


async def test_what_ilux_says_of_a_status_is_taken_with_a_line_of_history(bridge: Bridge) -> None:
    await bridge.bring(*BASICS, order())
    await bridge.bring(order(status="E", technician="T1"))
    await bridge.bring(order(status="E", technician="T1"))
    taken = await order_of("1|5001")
    technician = (
        await Technician.select(Technician.name).where(Technician.id == taken["technician_id"]).first()
    )
    assert (taken["status"], technician) == ("E", {"name": "Jonas"})
    lines = await history(taken["id"])
    assert [(kind, source) for kind, source, _ in lines] == [("opened", "ilux"), ("status", "ilux")]
    await bridge.bring(order(status="A", technician=None))
    assert (await order_of("1|5001"))["technician_id"] is None
    assert await bridge.messages() == [], "no echo"


async def test_an_order_that_is_gone_is_cancelled_and_a_closed_one_stays(bridge: Bridge) -> None:
    await bridge.bring(*BASICS, order("1|1"), order("1|2", status="O"))
    await bridge.bring(gone("service_order", "1|1"), gone("service_order", "1|2"))
    first, second = await order_of("1|1"), await order_of("1|2")
    assert (first["status"], first["cancel_reason"]) == ("C", "Excluído no ILUX")
    assert second["status"] == "O"
    await bridge.bring(order("1|1"))
    back = await order_of("1|1")
    assert (back["status"], back["cancel_reason"], back["closed_at"]) == ("A", "", None)


async def test_a_closed_order_without_a_date_in_ilux_keeps_the_one_it_got(bridge: Bridge) -> None:
    await bridge.bring(*BASICS, order(status="C", closed_at=None))
    closed_at = (await order_of("1|5001"))["closed_at"]
    assert closed_at is not None
    await bridge.bring(order(status="C", closed_at=None, requester_name="Rui"))
    held = await order_of("1|5001")
    assert (held["closed_at"], held["requester_name"]) == (closed_at, "Rui")


async def test_an_order_of_the_web_is_written_and_comes_back_to_its_own_row(
    bridge: Bridge, office: Office
) -> None:
    order_id = await office.world.open_order()
    assert await IluxMessage.count() == 1, "it waits for its customer's key"
    assert await bridge.messages() == []
    await link_world(bridge, office)
    await bridge.bring(
        row("defect", "D1", code="D1", name="x"), row("customer", "71", company="1", name="Outro")
    )
    await wake(office)
    (message,) = await bridge.messages()
    assert (message["entity"], message["write"], message["key"]) == ("service_order", "opened", None)
    assert message["data"]["customer"] == "70"
    assert message["data"]["equipment"] == "700"
    assert message["data"]["contract"] == "1|8"
    assert message["data"]["web_id"] == str(order_id)
    assert message["data"]["status"] == "A"
    await bridge.answer(message, key="1|6001", ilux_number="6001")
    assert await bridge.messages() == []
    assert (await order_of("1|6001"))["id"] == order_id
    back = row(
        "service_order", "1|6001", company="1", customer="70", equipment="700", ilux_number="6001",
        web_id=str(order_id), status="A", description="Atola", opened_at="2026-03-02T11:00:00Z",
    )  # fmt: skip
    await bridge.bring(back)
    assert await ServiceOrder.count() == 1
    known = await order_of("1|6001")
    assert (known["ilux_number"], known["description"]) == ("6001", "Atola papel"), "ILUX's text was cut"
    assert [kind for kind, _, _ in await history(order_id)] == ["opened", "edited"]
    assert await bridge.messages() == [], "no echo"


async def wake(office: Office) -> None:
    """Links that a test wrote by hand, told as a batch would."""
    from piccolo_conf import DB
    from server.bridge import messages

    async with DB.transaction() as tx:
        rows = await IluxLink.select(IluxLink.row_id)
        await messages.resolve_waiting(tx, office.world.reseller_id, [one["row_id"] for one in rows])


async def test_its_row_may_be_faster_than_its_receipt(bridge: Bridge, office: Office) -> None:
    order_id = await office.world.open_order()
    await link_world(bridge, office)
    await wake(office)
    (message,) = await bridge.messages()
    await bridge.bring(
        row(
            "service_order", "1|6001", company="1", customer="70", ilux_number="6001", web_id=str(order_id),
            status="A", opened_at="2026-03-02T11:00:00Z",
        )
    )  # fmt: skip
    assert (await order_of("1|6001"))["id"] == order_id
    result = await bridge.answer(message, key="1|6001")
    assert result["status"] == "applied"
    assert await ServiceOrder.count() == 1
    assert (await order_of("1|6001"))["ilux_number"] == "6001"


async def test_the_calendars_promise_reaches_ilux_and_iluxs_own_wins(bridge: Bridge, office: Office) -> None:
    always = CalendarEdit((((time(0), time(23, 59)),),) * 7, False, False, {"full": 120})
    await edit_calendar(replace(office.world.ana, role=Role.ADMIN), always)
    order_id = await office.world.open_order()
    promised = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
    assert (await office.world.order(order_id))["due_at"] == promised
    await link_world(bridge, office)
    await wake(office)
    (message,) = await bridge.messages()
    assert message["data"]["due_at"] == "2026-03-02T13:00:00Z"
    await bridge.answer(message, key="1|6001", ilux_number="6001")
    said = {"company": "1", "customer": "70", "web_id": str(order_id), "status": "A"}
    await bridge.bring(row("service_order", "1|6001", **said, opened_at="2026-03-02T11:00:00Z"))
    assert (await office.world.order(order_id))["due_at"] == promised, "a base that knows no due time"
    due = "2026-03-03T18:00:00Z"
    await bridge.bring(row("service_order", "1|6001", **said, opened_at="2026-03-02T11:00:00Z", due_at=due))
    assert (await office.world.order(order_id))["due_at"] == datetime(2026, 3, 3, 18, 0, tzinfo=UTC)


async def test_the_web_id_of_another_order_is_not_joined_twice(bridge: Bridge, office: Office) -> None:
    order_id = await office.world.open_order()
    await bridge.bring(*BASICS, order("1|1", web_id=str(order_id)))
    data = await bridge.bring(order("1|2", web_id=str(order_id)))
    assert data["refused"] == [{"index": 0, "code": "duplicate", "field": "web_id"}]
    assert (await bridge.bring(order("1|3", web_id="não é um id")))["refused"] == []


async def dispatched(bridge: Bridge, office: Office) -> UUID:
    """An order that ILUX knows as 1|6001, dispatched to Tiago, with every message but the last answered."""
    order_id = await office.world.open_order()
    await link_world(bridge, office)
    await wake(office)
    (message,) = await bridge.messages()
    await bridge.answer(message, key="1|6001", ilux_number="6001")
    await office.world.dispatch(order_id, office.world.tiago)
    return order_id


async def test_a_dispatch_is_told_with_what_ilux_should_have_had(bridge: Bridge, office: Office) -> None:
    await dispatched(bridge, office)
    (message,) = await bridge.messages()
    assert (message["write"], message["key"]) == ("status", "1|6001")
    due_at = text_of(NOW + timedelta(hours=4))
    assert message["data"] == {"status": "E", "technician": "T7", "closed_at": None, "due_at": due_at}
    assert message["expected"] == {"status": "A"}


async def test_a_promised_time_is_told_and_what_ilux_had_before_is_no_news(
    bridge: Bridge, office: Office
) -> None:
    order_id = await dispatched(bridge, office)
    (message,) = await bridge.messages()
    promised = NOW + timedelta(hours=4)
    assert message["data"]["due_at"] == text_of(promised)
    older = {"company": "1", "customer": "70", "ilux_number": "6001", "opened_at": "2026-03-02T11:00:00Z"}
    await bridge.bring(row("service_order", "1|6001", **older, status="A", technician=None, due_at=None))
    assert (await office.world.order(order_id))["due_at"] == promised
    await bridge.answer(message)
    later = text_of(NOW + timedelta(hours=9))
    await bridge.bring(row("service_order", "1|6001", **older, status="E", technician="T7", due_at=later))
    assert (await office.world.order(order_id))["due_at"] == NOW + timedelta(hours=9)


async def test_only_another_promised_time_is_told_too(bridge: Bridge, office: Office) -> None:
    order_id = await dispatched(bridge, office)
    (message,) = await bridge.messages()
    await bridge.answer(message)
    again = Dispatch(office.world.tiago.technician_id, due_at=NOW + timedelta(hours=8))  # type: ignore[arg-type]
    await actions.dispatch(office.world.ana, order_id, again, now=NOW)
    (told,) = await bridge.messages()
    assert (told["write"], told["data"]["due_at"]) == ("status", text_of(NOW + timedelta(hours=8)))


async def test_changes_before_the_number_is_known_wait_in_order(bridge: Bridge, office: Office) -> None:
    order_id = await office.world.open_order()
    await office.world.dispatch(order_id, office.world.tiago)
    await actions.change_status(
        office.world.ana, order_id, Status.PENDING, now=NOW, pending_reason=PendingReason.POWER
    )
    await link_world(bridge, office)
    await wake(office)
    (opened,) = await bridge.messages()
    await bridge.answer(opened, key="1|6001")
    told = await bridge.messages()
    assert [(one["write"], one["expected"], one["data"]["status"]) for one in told] == [
        ("status", {"status": "A"}, "E"),
        ("status", {"status": "E"}, "P"),
    ]
    assert {one["key"] for one in told} == {"1|6001"}
    assert told[0]["n"] < told[1]["n"]


async def test_while_a_change_is_on_its_way_the_older_status_of_ilux_is_no_news(
    bridge: Bridge, office: Office
) -> None:
    order_id = await dispatched(bridge, office)
    stale = {"company": "1", "customer": "70", "ilux_number": "6001", "opened_at": "2026-03-02T11:00:00Z"}
    await bridge.bring(
        row("service_order", "1|6001", **stale, status="A", technician=None, requester_name="Rui")
    )
    assert (await office.world.order(order_id))["status"] == "E"
    assert (await office.world.order(order_id))["technician_id"] == office.world.tiago.technician_id
    assert (await office.world.order(order_id))["requester_name"] == "Rui"
    (message,) = await bridge.messages()
    await bridge.answer(message)
    await bridge.bring(row("service_order", "1|6001", **stale, status="E", technician="T7"))
    assert await office.world.status(order_id) == "E"
    await bridge.bring(row("service_order", "1|6001", **stale, status="A", technician=None))
    assert await office.world.status(order_id) == "A"


async def test_a_conflict_leaves_the_order_to_ilux_and_is_put_before_the_desk(
    bridge: Bridge, office: Office
) -> None:
    order_id = await dispatched(bridge, office)
    theirs = {"company": "1", "customer": "70", "ilux_number": "6001", "opened_at": "2026-03-02T11:00:00Z"}
    said = row("service_order", "1|6001", **theirs, status="A", technician=None)
    await bridge.bring(said)
    (message,) = await bridge.messages()
    result = await bridge.answer(message, "conflict", "No ILUX estava em L")
    assert result["status"] == "applied"
    kept = await IluxMessage.objects().get(IluxMessage.id == UUID(message["id"]))
    assert kept is not None
    assert (kept.status, kept.reason) == ("conflict", "No ILUX estava em L")
    await bridge.bring(said)  # the same word as before: now it counts
    assert await office.world.status(order_id) == "A"
    assert await bridge.messages() == []


async def test_an_answer_twice_changes_nothing(bridge: Bridge, office: Office) -> None:
    order_id = await office.world.open_order()
    await link_world(bridge, office)
    await wake(office)
    (message,) = await bridge.messages()
    await bridge.answer(message, key="1|6001", ilux_number="6001")
    await bridge.answer(message, "refused", "tarde")
    kept = await IluxMessage.objects().get(IluxMessage.id == UUID(message["id"]))
    assert kept is not None
    assert kept.status == "applied"
    assert (await office.world.order(order_id))["ilux_number"] == "6001"


async def test_an_answer_to_nothing_is_rejected(bridge: Bridge, office: Office) -> None:
    result = await bridge.answer({"id": str(office.world.reseller_id)})
    assert (result["status"], result["code"]) == ("rejected", "message_unknown")


async def test_a_visit_goes_to_ilux_and_its_receipt_comes_back(bridge: Bridge, office: Office) -> None:
    world = office.world
    order_id = await dispatched(bridge, office)
    clock = Clock()
    clock.time = NOW + timedelta(hours=1)
    tiago = Phone(portal(clock), world.tiago, clock)
    await tiago.enrol()
    number = (await world.order(order_id))["web_number"]
    trip = Day(tiago, world, order_id, number, clock)  # type: ignore[arg-type]
    trip.select()
    trip.travel_and_work()
    trip.complete()
    concluded_at = clock()
    clock.forward(hours=30, microseconds=481_516)  # the network comes back
    await tiago.push()
    told = await bridge.messages()
    assert [(one["entity"], one["write"]) for one in told] == [
        ("service_order", "status"),
        ("service_order", "status"),
        ("service_order", "visit"),
        ("meter_reading", "taken"),
    ]
    visit, reading = told[2], told[3]
    assert visit["expected"] == {"status": "M"}
    assert visit["data"]["status"] == "O"
    assert visit["data"]["closed_at"] == text_of(concluded_at)
    assert (await world.order(order_id))["closed_at"] == concluded_at
    assert (visit["data"]["diagnosis"], visit["data"]["resolution"]) == ("Rolo gasto", "Rolo trocado")
    assert visit["data"]["mono"] == 12_500
    assert (reading["data"]["equipment"], reading["data"]["mono"], reading["key"]) == ("700", 12_500, None)
    for message in told[:3]:
        await bridge.answer(message)
    kept = await Visit.objects().get(Visit.id == trip.visit_id)
    assert kept is not None
    assert kept.ilux_at is not None
    await bridge.answer(reading, key="700|2026")
    read_at = reading["data"]["read_at"]
    await bridge.bring(
        row("meter_reading", "700|2026", equipment="700", mono=12_500, read_at=read_at, source="WEB")
    )
    assert await MeterReading.count().where(MeterReading.mono == 12_500) == 1
    assert await bridge.messages() == []


async def test_a_reading_that_comes_back_before_its_receipt_is_joined(bridge: Bridge, office: Office) -> None:
    visit = await office.visit()
    await link_world(bridge, office)
    own = await MeterReading.objects().get(MeterReading.visit_id == visit.id)
    assert own is not None
    at = own.read_at.replace(microsecond=0).isoformat()
    await bridge.bring(row("meter_reading", "700|1", equipment="700", mono=own.mono, read_at=at))
    assert await MeterReading.count() == 1
    link = await IluxLink.objects().get(IluxLink.entity == "meter_reading")
    assert link is not None
    assert link.row_id == own.id


async def test_without_a_bridge_nothing_is_left_to_be_written(office: Office) -> None:
    order_id = await office.world.open_order()
    technician_id = office.world.tiago.technician_id
    assert technician_id is not None
    await actions.dispatch(office.world.ana, order_id, Dispatch(technician_id), now=NOW)
    assert await IluxMessage.count() == 0


async def test_an_order_older_than_the_bridge_leaves_nothing_that_waits_for_ever(
    office: Office, tmp_path: Path
) -> None:
    order_id = await office.world.open_order()
    bridge = await connect(office.transport, office.settings, "ilha", tmp_path)
    await office.world.dispatch(order_id, office.world.tiago)
    assert await IluxMessage.count() == 0
    await bridge.http.aclose()
    bridge.replica.close()


async def test_another_resellers_bridge_neither_sees_nor_answers_our_messages(
    bridge: Bridge, office: Office, tmp_path: Path
) -> None:
    await dispatched(bridge, office)
    (message,) = await bridge.messages()
    await found_reseller("serra")
    theirs = await connect(office.transport, office.settings, "serra", tmp_path, "theirs")
    result = await theirs.answer(message)
    assert (result["status"], result["code"]) == ("rejected", "message_unknown")
    assert await theirs.messages() == []
    assert len(await bridge.messages()) == 1
    await theirs.http.aclose()
    theirs.replica.close()


async def test_the_bridge_sees_five_hundred_at_once_and_then_the_others(
    bridge: Bridge, office: Office
) -> None:
    order_id = await dispatched(bridge, office)
    more = [
        IluxMessage(
            reseller_id=office.world.reseller_id,
            n=100 + number,
            entity="service_order",
            write="status",
            row_id=order_id,
            key="1|6001",
            data="{}",
        )
        for number in range(505)
    ]
    await IluxMessage.insert(*more)
    told = await bridge.messages()
    assert len(told) == 500
    assert [one["n"] for one in told[1:]] == list(range(100, 599))
    for message in told[:10]:
        await bridge.answer(message)
    assert len(await bridge.messages()) == 496
