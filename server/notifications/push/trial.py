"""A push on demand, so that a person sees whether pushes arrive: announced and sent as every other."""

from __future__ import annotations

from datetime import datetime, timedelta

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.attempts import Limit, count_attempt
from server.notifications.actions import announce
from server.notifications.events import Event
from server.notifications.subjects import Subject

TRIALS = Limit("push_trial", 10, timedelta(hours=1))


async def send_trial(actor: Actor, now: datetime) -> None:
    """Raises `rate_limited`."""
    async with DB.transaction():
        await count_attempt((TRIALS, str(actor.user_id)), now=now)
        await announce(
            Event.TRIAL,
            Subject.ACCOUNT,
            actor.user_id,
            reseller_id=actor.reseller_id,
            user_id=actor.user_id,
        )
