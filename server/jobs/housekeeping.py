"""What must not grow for ever: tries, finished jobs, sessions long over, links long spent. And what the
database's planner must know of what grew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from piccolo_conf import DB
from server.accounts.attempts import purge_attempts
from server.accounts.tables import LoginChallenge, OneTimeLink, Session
from server.api.tokens import purge_api_requests
from server.database import platform
from server.jobs.outbox import enqueue, purge_done
from server.jobs.registry import ClaimedJob, handles
from server.notifications.push.subscriptions import forget_lost
from server.privacy.export import expire_exports
from server.webhooks.deliveries import purge_deliveries

EVERY = timedelta(hours=1)
KEEP_SESSIONS = timedelta(days=180)
KEEP_LINKS = timedelta(days=30)
KIND = "housekeeping"


async def schedule_housekeeping() -> None:
    """Once at start; after that each run leaves the next."""
    with platform():
        async with DB.transaction():
            await enqueue(KIND, {}, dedupe_key=KIND)


@handles(KIND)
async def keep_house(job: ClaimedJob) -> None:
    now = datetime.now(UTC)
    await purge_attempts(now)
    await expire_exports(now)
    await purge_api_requests(now)
    await purge_deliveries(now)
    await purge_done(now)
    await forget_lost(now)
    await Session.delete().where(Session.expires_at < now - KEEP_SESSIONS)
    await DB.learn_sizes()
    await LoginChallenge.delete().where(LoginChallenge.expires_at < now)
    await OneTimeLink.delete().where(OneTimeLink.expires_at < now - KEEP_LINKS)
    async with DB.transaction():
        await enqueue(KIND, {}, dedupe_key=KIND, run_at=now + EVERY)
