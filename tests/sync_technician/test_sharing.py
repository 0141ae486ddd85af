"""Tiago says no to *localização*: his work is received as ever, and where he is stays with him."""

from __future__ import annotations

from dataclasses import replace

import pytest

from offline_sync.problems import SyncProblem
from piccolo_conf import DB
from server.accounts.actor import Role
from server.privacy.consents import Origin, choose
from server.privacy.documents import publish, save_draft, seed_documents
from server.privacy.tables import PolicyDocument
from server.problems import Problem
from server.tracking import approach_links
from server.tracking.actions import measure_visit
from server.tracking.queries import list_technicians, todays_tracks
from server.tracking.sharing import shares_position
from server.tracking.tables import ApproachLink, LastPosition
from server.visits.queries import get_visit
from tests.service_orders.world import World
from tests.sync_technician.phone import Clock, Phone
from tests.sync_technician.test_on_the_road import fix, set_out, token_of

HERE = Origin("203.0.113.7", "Firefox")


async def answer(world: World, clock: Clock, *, is_yes: bool) -> None:
    document = await PolicyDocument.select().where(PolicyDocument.kind == "location").first()
    assert document is not None
    await choose(world.tiago, {document["id"]: is_yes}, HERE, clock())


@pytest.fixture(autouse=True)
async def documents(world: World, clock: Clock) -> None:
    async with DB.transaction():
        await seed_documents(world.reseller_id, "Revenda Ilha", clock())


async def chunks() -> list[tuple[int, str]]:
    async with DB.reading() as tx:
        return [(n, fixes) for n, fixes in await tx.fetch("SELECT n, fixes FROM sync_track_chunk ORDER BY n")]


async def test_of_who_refused_the_chunks_are_taken_and_no_position_is_kept(
    world: World, tiago: Phone, clock: Clock
) -> None:
    await answer(world, clock, is_yes=False)
    day = await set_out(world, tiago, clock)
    for n, km in enumerate((3.0, 2.0)):
        clock.forward(seconds=60)
        sent = [fix(clock, km)]
        for _ in range(2):  # the answer was lost: offered again, it is the same chunk
            await tiago.send_track(day.visit_id, n, sent)
    assert await chunks() == [(0, "[]"), (1, "[]")]
    day.step("arrived", minutes=1)
    await tiago.push()
    await measure_visit(day.visit_id)
    visit = await get_visit(world.ana, day.visit_id)
    assert visit.travel.segments == ()
    assert visit.travel.method in {"straight_line", "none"}
    assert await LastPosition.count() == 0
    assert await ApproachLink.count() == 0


async def test_refusing_on_the_way_takes_back_what_is_shown_and_a_yes_brings_it_again(
    world: World, tiago: Phone, clock: Clock
) -> None:
    day = await set_out(world, tiago, clock)
    first = [fix(clock, 3.0)]
    await tiago.send_track(day.visit_id, 0, first)
    token = await token_of(day)
    assert await LastPosition.count() == 1
    await answer(world, clock, is_yes=False)
    assert await LastPosition.count() == 0
    assert (await approach_links.find_coming(token, now=clock(), address="1")).approach == "over"
    assert await chunks() == [(0, "[]")]
    await tiago.send_track(day.visit_id, 0, first)
    with pytest.raises(Problem, match="position_refused"):
        await approach_links.create_link(world.ana, day.visit_id, now=clock())
    row = next(one for one in await list_technicians(world.ana, None, now=clock()) if one.name == "Tiago")
    assert (row.is_sharing, row.seen, row.stopped_at) == (False, None, None)
    assert await todays_tracks(world.ana, None, now=clock()) == {}
    await answer(world, clock, is_yes=True)
    clock.forward(seconds=30)
    await tiago.send_track(day.visit_id, 1, [fix(clock, 2.0)])
    assert await LastPosition.count() == 1
    await approach_links.create_link(world.ana, day.visit_id, now=clock())


async def test_another_content_under_a_taken_number_is_still_refused(
    world: World, tiago: Phone, clock: Clock
) -> None:
    day = await set_out(world, tiago, clock)
    await tiago.send_track(day.visit_id, 0, [fix(clock, 3.0)])
    with pytest.raises(SyncProblem, match="chunk_conflict"):
        await tiago.send_track(day.visit_id, 0, [fix(clock, 2.0)])


async def test_silence_is_no_refusal_and_a_refusal_outlives_its_text(world: World, clock: Clock) -> None:
    assert world.tiago.technician_id is not None
    assert await shares_position(world.tiago.technician_id)
    await answer(world, clock, is_yes=False)
    document = await PolicyDocument.select().where(PolicyDocument.kind == "location").first()
    assert document is not None
    admin = replace(world.ana, role=Role.ADMIN)
    version_id = await save_draft(admin, document["id"], "Outro texto. " * 10, clock())
    await publish(admin, version_id, clock(), HERE.address)
    assert not await shares_position(world.tiago.technician_id)
    assert world.vera.technician_id is not None
    assert await shares_position(world.vera.technician_id)
