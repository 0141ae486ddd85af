"""Real processes on one database, killed at random, and what people and office did checked afterwards.

On PostgreSQL four portals serve, and connections are ended from the database's side as well; on SQLite one.
"""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path

import pytest

from piccolo_conf import DB
from server.database import Database
from tests.conftest import ON_POSTGRES
from tests.processes.checker import violations
from tests.processes.history import Added, Event, Pulled
from tests.processes.office import Office
from tests.processes.phones import Technician
from tests.processes.portals import Portals, Terminator
from tests.processes.world import build, write_down_the_end

SEED = 20260302
CHAOS_S = 20 if ON_POSTGRES else 8
AT_LEAST = (
    {"kills": 4, "ended": 15, "saved": 30, "pulls": 120, "commits": 60}
    if ON_POSTGRES
    else {"kills": 3, "ended": 0, "saved": 15, "pulls": 30, "commits": 20}
)
PATIENCE_S = 120  # on a machine that has other things to do


@pytest.mark.timeout(300)
async def test_whatever_is_killed_nothing_is_lost_doubled_torn_or_foreign(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    history: list[Event] = []
    accounts, desks = await build()
    portals = Portals(tmp_path, database_url)
    technicians = [Technician(account, portals.all, tmp_path, SEED, history) for account in accounts]
    offices = [Office(desk, database_url, SEED, history) for desk in desks]
    terminator = Terminator(database_url)
    if ON_POSTGRES:
        await DB.close_connection_pool()  # it would be taken for a portal's

    def pulls() -> list[Pulled]:
        return [event for event in history if isinstance(event, Pulled)]

    def so_far() -> dict[str, int]:
        return {
            "kills": portals.kills,
            "ended": terminator.ended,
            "saved": min(technician.saved for technician in technicians),
            "pulls": len(pulls()),
            "commits": sum(office.commits for office in offices),
        }

    work_is_over, chaos_is_over = asyncio.Event(), asyncio.Event()
    try:
        await portals.start()
        async with asyncio.TaskGroup() as group:
            for worker in (*technicians, *offices):
                group.create_task(worker.work(work_is_over))
            group.create_task(
                portals.kill_now_and_then(random.Random(SEED), chaos_is_over, lambda: len(pulls()))
            )
            if ON_POSTGRES:
                group.create_task(terminator.end_now_and_then(random.Random(SEED), chaos_is_over))
            began = time.monotonic()
            while (past := time.monotonic() - began) < CHAOS_S or any(
                so_far()[what] < least for what, least in AT_LEAST.items()
            ):
                assert past < PATIENCE_S, (so_far(), [technician.troubles for technician in technicians])
                await asyncio.sleep(0.2)
            work_is_over.set()
            chaos_is_over.set()
        for technician in technicians:
            await technician.come_to_rest()
    finally:
        await portals.stop()
        for technician in technicians:
            await technician.close_line()
    if ON_POSTGRES:
        await DB.start_connection_pool()
    await write_down_the_end(technicians, history)
    for technician in technicians:
        technician.replica.close()

    assert violations(history) == []
    if ON_POSTGRES:  # the one writer of SQLite commits in the order of beginning
        assert _commits_out_of_order(history), "the commits came in the order of the versions"
    assert sum(technician.troubles.total() for technician in technicians), "nothing disturbed anybody"


def _commits_out_of_order(history: list[Event]) -> int:
    """How many transactions began before another one and were committed after it."""
    added = [event for event in history if isinstance(event, Added) and event.ended is not None]
    return sum(
        one.began < other.began and one.ended > other.ended  # type: ignore[operator]
        for one in added
        for other in added
    )
