"""Logging in and out: the same time and words whether the mail, the password or the account is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from piccolo_conf import DB
from server.accounts.actor import FIELD_ROLES, Actor, Role
from server.accounts.attempts import LOGIN_BY_ADDRESS, LOGIN_BY_MAIL, count_attempt, forgive
from server.accounts.device_names import device_name
from server.accounts.passwords import hash_password, needs_rehash, verify_password
from server.accounts.sessions import begin_session, end_session
from server.accounts.tables import Reseller, Session, User
from server.audit.actions import append
from server.database import platform
from server.mail.actions import leave_letter
from server.problems import Problem
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody came in: who, and the token for their cookie."""

    user_id: UUID
    reseller_id: UUID
    name: str
    role: Role
    token: str


def home_of(role: Role) -> str:
    """Where a person of this role begins."""
    return "/field/" if role in FIELD_ROLES else "/home"


def fold_email(email: str) -> str:
    return email.strip().casefold()


async def log_in(
    email: str, password: str, *, now: datetime, settings: Settings, address: str, user_agent: str
) -> Login:
    """A new session. Raises `wrong_login`, or `rate_limited` when this mail or address tried too often."""
    email = fold_email(email)
    axes = ((LOGIN_BY_MAIL, email), (LOGIN_BY_ADDRESS, address))
    with platform():
        async with DB.transaction():
            await count_attempt(*axes, now=now)
        user = await User.objects().get(User.email == email)
        reseller = await Reseller.objects().get(Reseller.id == user.reseller_id) if user else None
        is_right = await verify_password(user.password_hash if user else "", password)
        if user is None or reseller is None or not is_right or not (user.is_active and reseller.is_active):
            await append(
                "login.refused",
                reseller_id=user.reseller_id if user else None,
                user_id=user.id if user else None,
                address=address,
                email=email,
            )
            raise Problem("wrong_login")
        rehashed = await hash_password(password) if needs_rehash(user.password_hash) else None
        async with DB.transaction():
            await forgive(*axes)
            await _tell_of_new_device(user, user_agent, now)
            _, token = await begin_session(
                user.id, reseller.id, now=now, settings=settings, address=address, user_agent=user_agent
            )
            await User.update({User.last_login_at: now}).where(User.id == user.id)
            if rehashed is not None:
                await User.update({User.password_hash: rehashed}).where(User.id == user.id)
            await append("login.accepted", reseller_id=reseller.id, user_id=user.id, address=address)
    return Login(user.id, reseller.id, user.name, Role(user.role), token)


async def _tell_of_new_device(user: User, user_agent: str, now: datetime) -> None:
    """A letter when this kind of device is not among those of earlier logins; not at the very first."""
    earlier = await Session.select(Session.user_agent).where(Session.user_id == user.id)
    device = device_name(user_agent)
    if earlier and device not in {device_name(row["user_agent"]) for row in earlier}:
        await leave_letter(
            "new_device", reseller_id=user.reseller_id, user_id=user.id, device=device, at=now.isoformat()
        )


async def log_out(actor: Actor, now: datetime) -> None:
    async with DB.transaction():
        await end_session(actor.session_id, now)
        await append("logout", reseller_id=actor.reseller_id, user_id=actor.viewer_id or actor.user_id)
