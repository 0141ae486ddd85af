"""Files arrive before their mutation, after it, or not at all."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID, uuid4

from offline_sync.ids import uuid7
from offline_sync.tables import SyncFile
from piccolo_conf import DB
from server.jobs.registry import ClaimedJob
from server.jobs.tables import Job
from server.service_orders.tables import Discrepancy
from server.visits.files import ARRIVED_LATE, CHECK_FILES, check_files, file_stored
from server.visits.queries import get_visit
from tests.service_orders.world import World
from tests.sync_technician.phone import Clock, Day, Phone

SIGNATURE = hashlib.sha256(b"png").hexdigest()


async def store(world: World, sha256: str, clock: Clock) -> None:
    async with DB.transaction() as tx:
        await SyncFile.insert(
            SyncFile(
                id=uuid7(),
                reseller_id=world.reseller_id,
                sha256=sha256,
                size=3,
                content_type="image/png",
                client_id=uuid4(),
                stored_at=clock(),
            )
        )
        await file_stored(tx, world.reseller_id, sha256, now=clock())


async def check(world: World, visit_id: UUID) -> None:
    job = ClaimedJob(uuid4(), CHECK_FILES, {"visit_id": str(visit_id)}, 1, world.reseller_id)
    await check_files(job)


async def served(world: World, phone: Phone, clock: Clock) -> Day:
    day = Day(phone, world, await world.dispatched_order(), 1, clock)
    day.photo()
    day.complete()
    await phone.push()
    return day


async def test_a_file_that_was_quicker_than_its_mutation_is_marked_at_once(
    world: World, tiago: Phone, clock: Clock
) -> None:
    await store(world, SIGNATURE, clock)
    day = await served(world, tiago, clock)
    visit = await get_visit(world.ana, day.visit_id)
    assert (visit.files_expected, visit.files_received) == (2, 1)
    assert visit.signature is not None
    assert visit.signature.has_file


async def test_a_day_after_the_conclusion_missing_evidence_is_before_the_office(
    world: World, tiago: Phone, clock: Clock
) -> None:
    day = await served(world, tiago, clock)
    [job] = await Job.select().where(Job.kind == CHECK_FILES)
    assert job["run_at"] == clock() + timedelta(hours=24)
    await store(world, SIGNATURE, clock)
    for _ in range(2):
        await check(world, day.visit_id)
    [missing] = (await get_visit(world.ana, day.visit_id)).discrepancies
    assert (missing.kind, missing.facts) == ("file_missing", {"sha256": [day.photo_sha]})


async def test_what_arrives_after_all_settles_what_was_missing(
    world: World, tiago: Phone, clock: Clock
) -> None:
    day = await served(world, tiago, clock)
    await check(world, day.visit_id)
    await store(world, SIGNATURE, clock)
    assert (await get_visit(world.ana, day.visit_id)).discrepancies[0].is_open
    await store(world, day.photo_sha, clock)
    [settled] = (await get_visit(world.ana, day.visit_id)).discrepancies
    assert settled.acceptance_note == ARRIVED_LATE


async def test_complete_evidence_raises_nothing(world: World, tiago: Phone, clock: Clock) -> None:
    day = await served(world, tiago, clock)
    await store(world, SIGNATURE, clock)
    await store(world, day.photo_sha, clock)
    await check(world, day.visit_id)
    assert await Discrepancy.count() == 0
