"""The worker: inside the web process by default, or alone as `pws worker` beside any number of others."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

# Imported for the jobs and letters that they register.
import server.accounts.letters
import server.bridge.alarms
import server.deliveries.files
import server.deliveries.proof
import server.geocoding.lane
import server.mail.jobs
import server.notifications.actions
import server.notifications.mail
import server.notifications.push.channel
import server.positions.from_visits
import server.privacy.erasure
import server.privacy.export
import server.privacy.letters
import server.reading_requests.letters
import server.tracking.actions
import server.visits.files
import server.webhooks.spreading  # noqa: F401
from piccolo_conf import DB
from server import settings as settings_module
from server.database import platform
from server.geocoding.upkeep import schedule_geocoding_upkeep
from server.jobs.housekeeping import schedule_housekeeping
from server.jobs.loop import Worker
from server.notifications.housekeeping import schedule_notification_housekeeping
from server.notifications.postman import Postman
from server.reading_requests.rounds import schedule_reading_rounds
from server.sync.housekeeping import schedule_sync_housekeeping
from server.tracking.housekeeping import schedule_position_housekeeping
from server.web.live import live_updates
from server.web.logs import configure_logs
from server.webhooks.courier import Courier

FINISH_SECONDS = 8.0


@asynccontextmanager
async def working() -> AsyncIterator[Worker]:
    """A worker that runs beside the caller, in the same loop, on the open pool."""
    await schedule_housekeeping()
    with platform():
        await schedule_sync_housekeeping()
        await schedule_position_housekeeping()
        await schedule_geocoding_upkeep()
        await schedule_notification_housekeeping()
        await schedule_reading_rounds()
    worker, postman, courier = Worker(), Postman(), Courier()
    task = asyncio.ensure_future(asyncio.gather(worker.run(), postman.run(), courier.run()))
    try:
        yield worker
    finally:
        worker.stop()
        postman.stop()
        courier.stop()
        with contextlib.suppress(TimeoutError, asyncio.CancelledError):
            # What does not finish in time is cancelled here and claimed again after its lease.
            await asyncio.wait_for(task, FINISH_SECONDS)


async def run_worker() -> None:
    """Until SIGTERM or SIGINT."""
    configure_logs(settings_module.current())
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await DB.start_connection_pool()
    try:
        async with live_updates(), working():
            await stopping.wait()
    finally:
        await DB.close_connection_pool()


def main() -> None:
    asyncio.run(run_worker())
