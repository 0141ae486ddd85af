"""A technician's day through push and pull: served offline; cancelled meanwhile; given away meanwhile."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from offline_sync.problems import SyncProblem
from offline_sync.service import Service
from piccolo_conf import DB
from server.equipment.tables import MeterReading, Part
from server.service_orders import actions, queries
from server.service_orders.statuses import Status
from server.service_orders.tables import ChecklistVersion, Discrepancy
from server.tracking.actions import MEASURE_TRAVEL, measure_visit
from server.visits.files import file_stored
from server.visits.queries import get_visit, list_visits
from server.visits.states import VisitState
from server.visits.tables import Visit
from server.visits.views import VisitFilter
from tests.service_orders.world import NOW, SCHOOL, World, found_reseller
from tests.sync_technician.phone import Clock, Day, Phone, position


async def discrepancies(world: World) -> list[str]:
    rows = await Discrepancy.select(Discrepancy.kind).order_by(Discrepancy.raised_at)
    return sorted(row["kind"] for row in rows)


async def everything(table: str) -> int:
    return int((await DB.run_ddl(f"select count(*) as n from {table}"))[0]["n"])


async def test_a_visit_served_offline_arrives_whole_and_once(
    world: World, tiago: Phone, clock: Clock
) -> None:
    order_id = await world.dispatched_order()
    await tiago.pull()
    day = Day(tiago, world, order_id, 1, clock)
    selected = day.select()
    day.travel_and_work()
    completed = day.complete()
    clock.forward(hours=3)  # the network comes back
    await tiago.push()
    assert tiago.status(selected) == ("applied", None)
    assert tiago.status(completed) == ("applied", None)
    again = await tiago.push()
    assert [result.status for result in again] == ["applied"] * len(tiago.outbox)

    assert await everything("visit") == 1
    assert await everything("visit_event") == 7
    assert await everything("photo") == await everything("signature") == await everything("part_usage") == 1
    assert await MeterReading.count().where(MeterReading.source == "field") == 1
    assert (await Part.select(Part.use_count).first())["use_count"] == 1  # type: ignore[index]
    assert await discrepancies(world) == []

    order = await queries.get_order(world.ana, order_id, now=clock())
    assert order.status is Status.DONE
    assert [(line.kind, line.source) for line in order.history] == [
        ("opened", "web"),
        ("dispatched", "web"),
        ("status", "field"),
        ("status", "field"),
    ]
    visit = await get_visit(world.ana, day.visit_id)
    assert visit.state is VisitState.COMPLETED
    assert visit.is_primary
    assert [entry.kind for entry in visit.timeline] == [
        "selected", "travel_started", "arrived", "work_started", "work_finished", "form_filled", "completed",
    ]  # fmt: skip
    assert visit.signature is not None
    assert visit.signature.is_intact
    assert (visit.files_expected, visit.files_received) == (2, 0)
    assert [answer.answer for answer in visit.checklist] == [True, "não"]
    assert {receipt.status for receipt in visit.receipts} == {"applied"}
    assert len(visit.receipts) == len(tiago.outbox)
    assert visit.travel.is_arrival_near


async def test_the_phone_sees_what_the_portal_made_of_it(world: World, tiago: Phone, clock: Clock) -> None:
    order_id = await world.dispatched_order()
    day = Day(tiago, world, order_id, 1, clock)
    day.select()
    day.travel_and_work()
    day.complete()
    await tiago.sync()
    body = tiago.row("visit", day.visit_id)
    assert (body["state"], body["outcome"], body["order_id"]) == ("completed", "done", str(order_id))
    assert body["received_at"] is not None
    assert len(body["events"]) == 7
    assert body["signature"]["signer_name"] == "Rosa Lima"
    assert (body["files_expected"], body["files_received"]) == (2, 0)
    assert tiago.row("order", order_id)["status"] == "O"
    async with DB.transaction() as tx:
        await file_stored(tx, world.reseller_id, day.photo_sha, now=clock())
    await tiago.pull()
    assert tiago.row("visit", day.visit_id)["files_received"] == 1
    assert [row["completed_at"] for row in tiago.rows("past_visit")] != []


async def test_an_order_cancelled_meanwhile_stays_cancelled_and_nothing_is_lost(
    world: World, tiago: Phone, clock: Clock
) -> None:
    order_id = await world.dispatched_order()
    await tiago.pull()
    day = Day(tiago, world, order_id, 1, clock)
    day.select()
    await tiago.push()
    await actions.cancel(world.ana, order_id, "Cliente desistiu", now=clock())
    day.travel_and_work()
    completed = day.complete()
    await tiago.push()
    await tiago.push()
    assert tiago.status(completed) == ("applied_with_discrepancy", "order_cancelled")
    assert await world.status(order_id) == "C"
    assert await discrepancies(world) == ["order_cancelled"]
    visit = await get_visit(world.ana, day.visit_id)
    assert visit.state is VisitState.COMPLETED
    assert not visit.is_primary
    assert (visit.diagnosis, len(visit.photos), len(visit.readings)) == ("Rolo gasto", 1, 1)
    page = await list_visits(world.ana, VisitFilter(web_number=1))
    assert page.rows[0].open_discrepancies == 1


async def test_an_order_given_to_another_keeps_both_visits_and_the_first_completes(
    world: World, tiago: Phone, vera: Phone, clock: Clock
) -> None:
    order_id = await world.dispatched_order()
    tiagos = Day(tiago, world, order_id, 1, clock)
    tiagos.select()
    await tiago.sync()
    await world.dispatch(order_id, world.vera, clock())
    tiagos.travel_and_work()
    first = tiagos.complete()
    await tiago.sync()
    assert tiago.status(first) == ("applied_with_discrepancy", "order_reassigned")
    assert await world.status(order_id) == "O"

    veras = Day(vera, world, order_id, 1, clock)
    for kind in ("arrived", "work_started", "form_filled"):
        veras.step(kind)
    second = veras.complete()
    await vera.sync()
    assert vera.status(second)[1] == "already_completed"
    assert {(visit["technician_name"], visit["is_primary"]) for visit in await Visit.select()} == {
        ("Tiago", True),
        ("Vera", False),
    }
    assert await discrepancies(world) == ["already_completed", "order_closed", "order_reassigned"]
    assert (await world.order(order_id))["completed_visits"] == 2


async def test_a_reassigned_order_leaves_the_phone_by_the_next_pull(
    world: World, tiago: Phone, vera: Phone, clock: Clock
) -> None:
    order_id = await world.dispatched_order()
    await tiago.pull()
    assert tiago.row("order", order_id)["web_number"] == 1
    assert [row["name"] for row in tiago.rows("customer")] == ["Escola São João"]
    await world.dispatch(order_id, world.vera)
    await tiago.pull()
    assert tiago.rows("order") == tiago.rows("customer") == tiago.rows("equipment") == []
    await vera.pull()
    assert len(vera.rows("order")) == 1


async def test_selecting_an_order_that_is_no_longer_yours_is_refused_with_the_reason(
    world: World, tiago: Phone, clock: Clock
) -> None:
    given_away, closed = await world.dispatched_order(world.vera), await world.dispatched_order()
    await actions.cancel(world.ana, closed, "x", now=NOW)
    first = Day(tiago, world, given_away, 1, clock).select()
    second = Day(tiago, world, closed, 2, clock).select()
    await tiago.push()
    assert tiago.status(first) == ("rejected", "order_not_yours")
    assert tiago.status(second) == ("rejected", "order_closed")
    assert "1" in (tiago.results[first].message or "")
    assert await everything("visit") == 0


async def test_facts_of_a_foreign_order_are_kept_raw_for_a_person_to_look_at(
    world: World, tiago: Phone, clock: Clock
) -> None:
    other = await found_reseller("serra")
    foreign = await other.dispatched_order()
    seq = Day(tiago, world, foreign, 1, clock).step("arrived")
    await tiago.push()
    assert tiago.status(seq) == ("quarantined", "order_unknown")
    assert await everything("visit") == 0
    kept = await DB.run_ddl("select received_json from sync_mutation where status = 'quarantined'")
    assert str(foreign) in kept[0]["received_json"]


async def test_a_technician_gives_up_and_the_order_waits_again(
    world: World, tiago: Phone, clock: Clock
) -> None:
    order_id = await world.dispatched_order()
    day = Day(tiago, world, order_id, 1, clock)
    day.select()
    day.step("travel_started")
    await tiago.push()
    assert await world.status(order_id) == "M"
    day.step("cancelled", reason="Pneu furado")
    await tiago.sync()
    assert await world.status(order_id) == "E"
    assert tiago.row("visit", day.visit_id)["state"] == "cancelled"
    assert tiago.row("visit", day.visit_id)["events"][-1]["note"] == "Pneu furado"


async def test_a_pending_visit_says_why_and_the_next_one_finishes(
    world: World, tiago: Phone, clock: Clock
) -> None:
    order_id = await world.dispatched_order()
    first = Day(tiago, world, order_id, 1, clock)
    first.select()
    first.step("arrived")
    first.complete("pending")
    await tiago.push()
    assert (await world.order(order_id))["pending_reason"] == "waiting_parts"
    second = Day(tiago, world, order_id, 1, clock)
    second.select()
    second.step("arrived")
    await tiago.push()
    assert await world.status(order_id) == "M"
    second.complete()
    await tiago.push()
    assert await world.status(order_id) == "O"
    assert await discrepancies(world) == []
    arrivals = await Visit.select(Visit.arrived_at).order_by(Visit.arrived_at).output(as_list=True)
    order = await world.order(order_id)
    assert (order["completed_visits"], order["attended_at"]) == (2, arrivals[0])
    assert arrivals[0] < arrivals[1]


async def test_what_looks_wrong_is_accepted_and_put_before_the_office(
    world: World, service: Service, clock: Clock
) -> None:
    phone = Phone(service, world.tiago, clock, offset=timedelta(minutes=-40))
    await phone.enrol()
    order_id = await world.dispatched_order()
    day = Day(phone, world, order_id, 1, clock)
    day.photo()
    seq = day.complete(mono=11_500, checklist=None, content_hash="0" * 64)
    await phone.push()
    result = phone.results[seq]
    assert result.status == "applied_with_discrepancy"
    assert set(await discrepancies(world)) == {
        "clock_drift",
        "reading_lower",
        "checklist_incomplete",
        "signature_mismatch",
    }
    assert await world.status(order_id) == "O"


async def test_a_photo_that_the_checklist_asked_for_and_an_older_app_did_not_is_a_discrepancy(
    world: World, tiago: Phone, clock: Clock
) -> None:
    await ChecklistVersion.update(
        {
            ChecklistVersion.items: '[{"key":"clean","label":"Limpou?","type":"yes_no","is_required":true,'
            '"options":[],"photo":"always"}]'
        },
        force=True,
    )
    days = []
    for number, more in enumerate(({}, {"question": "clean"}, {"question": "clean"}), start=1):
        day = Day(tiago, world, await world.dispatched_order(), number, clock)
        day.photo(**more)
        if number == 2:
            tiago.record("withdraw_photo", photo_id=day.photo_id, visit_id=day.visit_id, reason="Borrada")
        days.append(day.complete())
    await tiago.sync()
    doubted = "applied_with_discrepancy"
    assert [tiago.results[seq].status for seq in days] == [doubted, doubted, "applied"]
    found = await Discrepancy.select(Discrepancy.kind, Discrepancy.facts)
    assert [(one["kind"], json.loads(one["facts"])) for one in found] == [
        ("checklist_incomplete", {"photos": ["Limpou?"]})
    ] * 2
    [photo] = tiago.row("visit", day.visit_id)["photos"]
    assert photo["question"] == "clean"


async def test_the_distance_is_that_of_the_track_and_grows_with_late_fixes(
    world: World, tiago: Phone, clock: Clock
) -> None:
    order_id = await world.dispatched_order()
    day = Day(tiago, world, order_id, 1, clock)
    day.select()
    day.step("travel_started", position=None)
    start = clock().timestamp() * 1000
    day.step("arrived", minutes=2)
    # 13 fixes, one each 10 s, about 111 m apart
    fixes = [(start + n * 10_000, SCHOOL[0] + (n - 12) * 0.001, SCHOOL[1], 10.0, 11.0) for n in range(13)]
    await tiago.send_track(day.visit_id, 1, fixes[6:])
    await tiago.push()
    await measure_visit(day.visit_id)
    await tiago.pull()
    before = tiago.row("visit", day.visit_id)
    await tiago.send_track(day.visit_id, 0, fixes[:6])
    await measure_visit(day.visit_id)
    await tiago.pull()
    after = tiago.row("visit", day.visit_id)
    assert before["distance_method"] == after["distance_method"] == "gps"
    assert 0.6 < before["distance_km"] < 0.7
    assert 1.3 < after["distance_km"] < 1.4
    assert after["travel_minutes"] == 2
    travel = (await get_visit(world.ana, day.visit_id)).travel
    assert len(travel.segments) == 1
    assert travel.gaps == ()


async def test_a_travel_without_a_track_has_its_distance_at_once(
    world: World, tiago: Phone, clock: Clock
) -> None:
    day = Day(tiago, world, await world.dispatched_order(), 1, clock)
    day.select()
    far = position(clock()) | {"lat": SCHOOL[0] + 0.1, "lon": SCHOOL[1]}
    day.step("travel_started", position=far)
    day.step("arrived", minutes=12, position=position(clock()) | {"lat": SCHOOL[0], "lon": SCHOOL[1]})
    await tiago.sync()
    visit = tiago.row("visit", day.visit_id)
    assert (visit["distance_method"], visit["travel_minutes"]) == ("straight_line", 12)
    assert 11.0 < visit["distance_km"] < 11.2
    assert await everything(f"job where kind = '{MEASURE_TRAVEL}'") == 0


async def test_nobody_writes_positions_to_a_strangers_visit(
    world: World, tiago: Phone, vera: Phone, clock: Clock
) -> None:
    day = Day(tiago, world, await world.dispatched_order(), 1, clock)
    day.select()
    await tiago.push()
    with pytest.raises(SyncProblem, match="stream_unknown"):
        await vera.send_track(day.visit_id, 0, [(1.0, 1.0, 1.0, 1.0, None)])
