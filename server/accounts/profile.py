"""What people change about themselves: name, second mail, password."""

from __future__ import annotations

from datetime import datetime

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.addresses import change_secondary
from server.accounts.attempts import PASSWORD_BY_USER, count_attempt, forgive
from server.accounts.login import fold_email
from server.accounts.passwords import hash_password, verify_password, weakness
from server.accounts.scope import find_visible
from server.accounts.sessions import end_sessions_of
from server.accounts.tables import User
from server.audit.actions import append
from server.problems import Problem


async def edit_profile(actor: Actor, *, name: str, secondary_email: str, now: datetime, address: str) -> None:
    """Another second address is asked to prove itself."""
    secondary_email = fold_email(secondary_email)
    before = await find_visible(actor, User, actor.user_id)
    async with DB.transaction():
        if name != before.name:
            await User.update({User.name: name}).where(User.id == actor.user_id)
            await append(
                "profile.edited",
                reseller_id=actor.reseller_id,
                user_id=actor.user_id,
                subject=("app_user", actor.user_id),
                address=address,
                before=before.name,
                after=name,
            )
        if secondary_email != before.secondary_email:
            await change_secondary(actor, secondary_email, now=now, address=address)


async def change_password(actor: Actor, current: str, new: str, *, now: datetime, address: str) -> None:
    """Every other session ends. Raises `wrong_password`, `weak_password` or `rate_limited`."""
    axis = (PASSWORD_BY_USER, str(actor.user_id))
    async with DB.transaction():
        await count_attempt(axis, now=now)
    user = await find_visible(actor, User, actor.user_id)
    if not await verify_password(user.password_hash, current):
        raise Problem("wrong_password")
    reason = weakness(new, about=(actor.name, actor.email, actor.reseller_name))
    if reason is not None:
        raise Problem("weak_password", reason=reason)
    hashed = await hash_password(new)
    async with DB.transaction():
        await forgive(axis)
        await User.update({User.password_hash: hashed, User.password_changed_at: now}).where(
            User.id == actor.user_id
        )
        await end_sessions_of(actor.user_id, now, keep=actor.session_id)
        await append(
            "password.changed", reseller_id=actor.reseller_id, user_id=actor.user_id, address=address
        )
