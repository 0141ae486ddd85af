"""Jobs are rows of the transaction that causes them: never lost, never run by two, given up in the end."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from offline_sync.ids import uuid7
from server.database import Database, platform
from server.database.tenancy import current_tenant
from server.jobs import outbox, registry
from server.jobs.loop import Worker, run_one
from server.jobs.registry import ClaimedJob, GiveUp
from server.jobs.rules import MAX_ATTEMPTS, wait_after
from server.jobs.tables import Job
from server.web.live import live_updates

NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=1)


@pytest.fixture
def handle(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let a function do jobs of the kind `test`."""

    def use(function: registry.Handler) -> None:
        monkeypatch.setitem(registry._handlers, "test", function)

    return use


async def leave(database: Database, payload: dict[str, Any] | None = None, **options: Any) -> None:
    with platform():
        async with database.transaction():
            await outbox.enqueue("test", payload or {}, **options)


async def states() -> list[str]:
    with platform():
        return [row["state"] for row in await Job.select(Job.state).order_by(Job.created_at)]


async def test_a_job_runs_once_with_its_payload_inside_its_tenant(database: Database, handle: Any) -> None:
    seen = []

    async def note(job: ClaimedJob) -> None:
        seen.append((job.payload, job.attempt, current_tenant()))

    handle(note)
    reseller = uuid7()
    await leave(database, {"visit": "v1"}, reseller_id=reseller)
    assert await run_one(soon())
    assert not await run_one(soon())
    assert seen == [({"visit": "v1"}, 1, str(reseller))]
    assert await states() == ["done"]


async def test_a_job_of_a_rolled_back_transaction_never_runs(database: Database, handle: Any) -> None:
    async def fail(job: ClaimedJob) -> None:
        raise AssertionError("must not run")

    handle(fail)
    with platform(), pytest.raises(RuntimeError, match="the order was refused"):
        async with database.transaction():
            await outbox.enqueue("test", {})
            raise RuntimeError("the order was refused")
    assert not await run_one(soon())
    assert await states() == []


async def test_a_job_outside_a_transaction_is_a_defect(database: Database) -> None:
    with pytest.raises(RuntimeError, match="belongs in the transaction"):
        await outbox.enqueue("test", {})


async def test_asking_twice_while_it_waits_is_asking_once(database: Database, handle: Any) -> None:
    await leave(database, dedupe_key="distance:v1")
    await leave(database, dedupe_key="distance:v1")
    await leave(database, dedupe_key="distance:v2")
    assert await states() == ["waiting", "waiting"]


async def test_what_is_asked_while_it_runs_is_done_afterwards(database: Database, handle: Any) -> None:
    """The one that runs may have read before the change that asks again."""

    async def ask_again(job: ClaimedJob) -> None:
        if job.payload["n"] == 1:
            async with database.transaction():
                await outbox.enqueue("test", {"n": 2}, dedupe_key="distance:v1")

    handle(ask_again)
    await leave(database, {"n": 1}, dedupe_key="distance:v1")
    assert await run_one(soon())
    assert await states() == ["done", "waiting"]


async def test_two_workers_share_forty_jobs_and_run_none_twice(database: Database, handle: Any) -> None:
    ran: list[int] = []

    async def note(job: ClaimedJob) -> None:
        ran.append(job.payload["n"])
        await asyncio.sleep(0)

    handle(note)
    with platform():
        async with database.transaction():
            for n in range(40):
                await outbox.enqueue("test", {"n": n})

    async def work() -> int:
        done = 0
        while await run_one(soon()):
            done += 1
        return done

    shares = await asyncio.gather(work(), work(), work())
    # A lane may stop early because another holds the last row; what counts is each job, once.
    while await run_one(soon()):
        pass
    assert sorted(ran) == list(range(40))
    assert sum(share > 0 for share in shares) >= 1


async def test_a_killed_workers_job_is_claimed_again_after_its_lease(database: Database, handle: Any) -> None:
    async def note(job: ClaimedJob) -> None:
        assert job.attempt == 2

    handle(note)
    await leave(database)
    with platform():
        first = await outbox.claim(soon())
        assert first is not None
        assert await outbox.claim(soon()) is None  # leased
        assert await run_one(soon() + outbox.LEASE)
        assert await states() == ["done"]
        # The first one was only slow: its late word does not count any more.
        await outbox.retry_later(first, "too late", soon())
    assert await states() == ["done"]


async def test_a_job_that_kills_its_worker_every_time_is_given_up(database: Database, handle: Any) -> None:
    await leave(database)
    at = soon()
    with platform():
        for _ in range(MAX_ATTEMPTS):
            assert await outbox.claim(at) is not None
            at += outbox.LEASE
        assert await outbox.claim(at) is None
    assert await states() == ["dead"]


async def test_a_failure_is_tried_again_later_and_says_why(database: Database, handle: Any) -> None:
    outcomes = [OSError("the mail server is down"), None]

    async def fail_once(job: ClaimedJob) -> None:
        if (error := outcomes.pop(0)) is not None:
            raise error

    handle(fail_once)
    await leave(database)
    assert await run_one(soon())
    with platform():
        job = await Job.select(Job.state, Job.last_error).first()
    assert job == {"state": "waiting", "last_error": "OSError: the mail server is down"}
    assert not await run_one(soon())
    assert await run_one(soon() + timedelta(seconds=6))
    assert await states() == ["done"]


async def test_giving_up_keeps_the_job_for_the_desk_to_see(database: Database, handle: Any) -> None:
    async def refuse(job: ClaimedJob) -> None:
        raise GiveUp("no such mailbox")

    handle(refuse)
    await leave(database)
    assert await run_one(soon())
    with platform():
        job = await Job.select(Job.state, Job.last_error).first()
    assert job == {"state": "dead", "last_error": "no such mailbox"}


async def test_a_kind_that_nobody_handles_is_given_up(database: Database) -> None:
    with platform():
        async with database.transaction():
            await outbox.enqueue("from_a_newer_release", {})
    assert await run_one(soon())
    assert await states() == ["dead"]


async def test_a_failed_job_gives_way_to_the_same_one_asked_again(database: Database, handle: Any) -> None:
    async def ask_again_and_fail(job: ClaimedJob) -> None:
        async with database.transaction():
            await outbox.enqueue("test", {}, dedupe_key="reset:ana")
        raise OSError("down")

    handle(ask_again_and_fail)
    await leave(database, dedupe_key="reset:ana")
    assert await run_one(soon())
    assert await states() == ["done", "waiting"]


async def test_a_commit_wakes_the_worker_at_once(database: Database, handle: Any) -> None:
    done = asyncio.Event()

    async def note(job: ClaimedJob) -> None:
        done.set()

    handle(note)
    async with live_updates():
        worker = Worker()
        task = asyncio.create_task(worker.run())
        await asyncio.sleep(0.3)
        began = asyncio.get_running_loop().time()
        await leave(database)
        await asyncio.wait_for(done.wait(), 3)
        waited = asyncio.get_running_loop().time() - began
        worker.stop()
        await asyncio.wait_for(task, 5)
    assert waited < 0.9
    assert await states() == ["done"]


def test_the_waits_grow_to_hours_and_end() -> None:
    waits = [wait_after(attempts) for attempts in range(1, MAX_ATTEMPTS + 1)]
    assert waits[:3] == [timedelta(seconds=5), timedelta(seconds=20), timedelta(seconds=80)]
    assert waits[-2] == timedelta(hours=6)
    assert waits[-1] is None
