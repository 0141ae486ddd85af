"""The password again, before what an open browser on somebody's desk must not be enough for.

Whoever typed it within the last quarter of an hour is not asked: logging in counts. What asks: another
address or role, a second factor that goes, a person's data erased.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.attempts import PASSWORD_BY_USER, count_attempt, forgive
from server.accounts.passwords import verify_password
from server.accounts.scope import find_visible
from server.accounts.tables import Session, User
from server.problems import Problem

GOOD_FOR = timedelta(minutes=15)


def is_confirmed(actor: Actor, now: datetime) -> bool:
    """Whether this session's password is fresh."""
    return actor.password_at is not None and now - actor.password_at < GOOD_FOR


async def confirm_password(actor: Actor, password: str, now: datetime) -> None:
    """Raises `password_needed` when it is stale and none came, `wrong_password` or `rate_limited`."""
    if is_confirmed(actor, now):
        return
    if not password:
        raise Problem("password_needed")
    axis = (PASSWORD_BY_USER, str(actor.user_id))
    async with DB.transaction():
        await count_attempt(axis, now=now)
    user = await find_visible(actor, User, actor.user_id)
    if not await verify_password(user.password_hash, password):
        raise Problem("wrong_password")
    async with DB.transaction():
        await forgive(axis)
        await Session.update({Session.password_at: now}).where(Session.id == actor.session_id)
