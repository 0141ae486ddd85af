"""A travelling phone: its last position, the customer's link, its distance at the end, its old tracks."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from offline_sync.messages import TrackChunk, TracksRequest
from offline_sync.problems import SyncProblem
from offline_sync.service import Service
from offline_sync.tracks import add_chunks
from piccolo_conf import DB
from server.jobs.tables import Job
from server.problems import Problem
from server.tracking import approach_links
from server.tracking.actions import MEASURE_TRAVEL, measure_visit
from server.tracking.approach import Approach
from server.tracking.housekeeping import forget_last_positions, thin_tracks
from server.tracking.movements import Movements
from server.tracking.rules import to_ms
from server.tracking.tables import ApproachLink, LastPosition
from server.visits.queries import get_visit
from server.visits.tables import Visit
from tests.service_orders.world import SCHOOL, World
from tests.sync_technician.phone import Clock, Day, Phone

KM_SOUTH = 0.009


def fix(clock: Clock, km_away: float) -> list[Any]:
    return [to_ms(clock()), SCHOOL[0] - km_away * KM_SOUTH, SCHOOL[1], 8.0, 9.0]


async def set_out(world: World, phone: Phone, clock: Clock) -> Day:
    day = Day(phone, world, await world.dispatched_order(), 1, clock)
    await phone.pull()
    day.select()  # at the school's door, as it happens: nobody's business before the travel
    day.step("travel_started", position=None)
    await phone.push()
    return day


async def measurements() -> int:
    return await Job.count().where(Job.kind == MEASURE_TRAVEL, Job.state == "waiting")


async def token_of(day: Day) -> str:
    link = await ApproachLink.select(ApproachLink.id).where(ApproachLink.visit_id == day.visit_id).first()
    assert link is not None
    return approach_links.token_of(link["id"])


async def test_on_the_way_the_newest_fix_is_the_position_and_the_arrival_asks_for_the_distance(
    world: World, tiago: Phone, clock: Clock
) -> None:
    day = await set_out(world, tiago, clock)
    for n, km in enumerate((3.0, 2.0, 1.0)):
        clock.forward(seconds=60)
        await tiago.send_track(day.visit_id, n, [fix(clock, km)])
    late = fix(clock, 2.5)
    late[0] -= 90_000
    await tiago.send_track(day.visit_id, 3, [late])
    last = await LastPosition.select().first()
    assert last is not None
    assert round(last["latitude"], 4) == round(SCHOOL[0] - KM_SOUTH, 4)
    assert await measurements() == 0
    day.step("arrived", minutes=1)
    await tiago.push()
    assert await measurements() == 1
    await measure_visit(day.visit_id)
    visit = await get_visit(world.ana, day.visit_id)
    assert visit.travel.distance_km is not None
    assert 1.9 < visit.travel.distance_km < 2.1


async def test_a_cancelled_travel_is_measured_too(world: World, tiago: Phone, clock: Clock) -> None:
    day = await set_out(world, tiago, clock)
    await tiago.send_track(day.visit_id, 0, [fix(clock, 3.0)])
    day.step("cancelled", reason="other")
    await tiago.push()
    assert await measurements() == 1


async def test_the_customers_link_shows_the_approach_and_dies_at_the_arrival(
    world: World, tiago: Phone, clock: Clock
) -> None:
    day = await set_out(world, tiago, clock)
    token = await token_of(day)
    before = await approach_links.find_coming(token, now=clock(), address="1")
    assert (before.approach, before.at) == (Approach.COMING, None)
    await tiago.send_track(day.visit_id, 0, [fix(clock, 3.2)])
    during = await approach_links.find_coming(token, now=clock(), address="1")
    assert (during.technician_name, during.distance) == ("Tiago", "há 3,2 km em linha reta")
    assert during.at == (round(SCHOOL[0] - 3.2 * KM_SOUTH, 3), round(SCHOOL[1], 3))
    late = await approach_links.find_coming(token, now=clock() + timedelta(hours=12), address="1")
    assert late == approach_links.Coming(Approach.OVER)
    day.step("arrived")
    await tiago.push()
    after = await approach_links.find_coming(token, now=clock(), address="1")
    assert after == approach_links.Coming(Approach.ARRIVED)


async def test_an_order_given_to_another_ends_the_link(world: World, tiago: Phone, clock: Clock) -> None:
    day = await set_out(world, tiago, clock)
    await tiago.send_track(day.visit_id, 0, [fix(clock, 3.2)])
    await world.dispatch(day.order_id, world.vera, clock())
    found = await approach_links.find_coming(await token_of(day), now=clock(), address="1")
    assert found == approach_links.Coming(Approach.OVER)


async def test_the_position_of_another_travel_is_not_shown(world: World, tiago: Phone, clock: Clock) -> None:
    first, second = await set_out(world, tiago, clock), await set_out(world, tiago, clock)
    clock.forward(seconds=30)
    await tiago.send_track(first.visit_id, 0, [fix(clock, 3.2)])
    assert (await approach_links.find_coming(await token_of(second), now=clock(), address="1")).at is None


async def test_a_track_is_its_first_phones_alone(world: World, tiago: Phone, clock: Clock) -> None:
    day = await set_out(world, tiago, clock)
    await tiago.send_track(day.visit_id, 0, [fix(clock, 3.2)])
    other = Phone(tiago.service, world.tiago, clock)
    await other.enrol()
    with pytest.raises(SyncProblem, match="stream_unknown"):
        await other.send_track(day.visit_id, 1, [fix(clock, 3.0)])


async def test_a_map_is_told_of_a_movement_once(world: World, tiago: Phone, clock: Clock) -> None:
    day = await set_out(world, tiago, clock)
    movements = Movements(world.ana, None, now=clock())
    await tiago.send_track(day.visit_id, 0, [fix(clock, 3.2)])
    assert len(await movements.news() or []) == 1
    assert await movements.news() is None


async def test_a_travel_that_is_told_hours_later_makes_no_link(
    world: World, tiago: Phone, clock: Clock
) -> None:
    day = Day(tiago, world, await world.dispatched_order(), 1, clock)
    await tiago.pull()
    day.select()
    day.step("travel_started")
    clock.forward(hours=3)
    await tiago.push()
    assert await ApproachLink.count() == 0


async def test_many_phones_at_once_are_written_together_and_refused_alone(
    world: World, tiago: Phone, vera: Phone, clock: Clock, service: Service
) -> None:
    hers, his = await set_out(world, tiago, clock), await set_out(world, tiago, clock)
    await tiago.send_track(his.visit_id, 0, [fix(clock, 9.0)])

    async def send(phone: Phone, day: Day, n: int, km: float) -> list[int]:
        request = TracksRequest(phone.client_id, [TrackChunk(n, [tuple(fix(clock, km))], [])])  # type: ignore[list-item]
        return (await add_chunks(service, phone.identity, day.visit_id, request)).have

    answers = await asyncio.gather(
        send(tiago, his, 0, 8.0),  # another content under a number that is taken
        send(tiago, his, 1, 8.0),
        send(tiago, his, 1, 8.0),
        send(vera, hers, 0, 5.0),  # not her visit
        send(tiago, hers, 0, 5.0),
        return_exceptions=True,
    )
    conflict, first, again, foreign, own = answers
    assert isinstance(conflict, SyncProblem)
    assert conflict.code == "chunk_conflict"
    assert isinstance(foreign, SyncProblem)
    assert foreign.code == "stream_unknown"
    assert [first, again, own] == [[0, 1], [0, 1], [0]]
    async with DB.reading() as tx:
        rows = await tx.fetch("SELECT count(*) FROM sync_track_chunk")
    assert rows == [(3,)]


async def test_an_old_track_keeps_its_way_and_distance_and_takes_nothing_more(
    world: World, tiago: Phone, clock: Clock
) -> None:
    day = await set_out(world, tiago, clock)
    for n in range(4):
        clock.forward(seconds=30)
        await tiago.send_track(day.visit_id, n, [fix(clock, 4.0 - n)])
    day.step("arrived", minutes=1)
    await tiago.push()
    await measure_visit(day.visit_id)
    # A winding way, of which the thinned line will know less.
    await Visit.update({Visit.distance_km: 4.2}).where(Visit.id == day.visit_id)
    before = await get_visit(world.ana, day.visit_id)
    assert await thin_tracks(world.reseller_id, clock() - timedelta(days=90), clock()) == 0
    clock.forward(days=91)
    assert await thin_tracks(world.reseller_id, clock() - timedelta(days=90), clock()) == 1
    await measure_visit(day.visit_id)
    after = await get_visit(world.ana, day.visit_id)
    assert after.travel.distance_km == before.travel.distance_km
    assert [len(segment.points) for segment in after.travel.segments] == [2]
    assert after.travel.gaps == before.travel.gaps
    # After a restore the phone offers everything again: it is told that it may let go.
    await tiago.send_track(day.visit_id, 2, [fix(clock, 1.0)])
    assert await get_visit(world.ana, day.visit_id) == after


async def test_a_last_position_is_forgotten_a_day_later(world: World, tiago: Phone, clock: Clock) -> None:
    day = await set_out(world, tiago, clock)
    await tiago.send_track(day.visit_id, 0, [fix(clock, 4.0)])
    await forget_last_positions(clock() - timedelta(hours=24))
    assert await LastPosition.count() == 1
    await forget_last_positions(clock() + timedelta(seconds=1))
    assert await LastPosition.count() == 0


async def test_a_link_can_be_closed_and_made_anew_while_somebody_travels(
    world: World, tiago: Phone, clock: Clock
) -> None:
    day = await set_out(world, tiago, clock)
    token = await token_of(day)
    await approach_links.revoke_links(world.ana, day.visit_id, now=clock())
    assert (await approach_links.find_coming(token, now=clock(), address="1")).approach is Approach.OVER
    await approach_links.create_link(world.ana, day.visit_id, now=clock())
    link_id = await approach_links.link_of(day.visit_id, now=clock())
    assert link_id is not None
    fresh = approach_links.token_of(link_id)
    assert (await approach_links.find_coming(fresh, now=clock(), address="1")).approach is Approach.COMING
    day.step("arrived")
    await tiago.push()
    with pytest.raises(Problem, match="not_travelling"):
        await approach_links.create_link(world.ana, day.visit_id, now=clock())
