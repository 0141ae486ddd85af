"""Logging in and out: the same time and words whether the mail, the password or the account is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts import second_factor
from server.accounts.actor import FIELD_ROLES, Actor, Role
from server.accounts.attempts import LOGIN_BY_ADDRESS, LOGIN_BY_MAIL, count_attempt, forgive
from server.accounts.device_names import device_name
from server.accounts.passwords import hash_password, needs_rehash, verify_password
from server.accounts.sessions import begin_session, end_session
from server.accounts.tables import LoginChallenge, Reseller, Session, User
from server.accounts.tokens import hash_of, new_token
from server.audit.actions import append
from server.database import platform
from server.mail.actions import leave_letter
from server.problems import Problem
from server.settings import Settings

CHALLENGE_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody came in: who, and the token for their cookie."""

    user_id: UUID
    reseller_id: UUID
    name: str
    role: Role
    token: str
    has_open_policies: bool = False


@dataclass(frozen=True, slots=True)
class Challenge:
    """The password was right, the second factor is asked for; the token is for a short-lived cookie."""

    token: str


def home_of(role: Role) -> str:
    """Where a person of this role begins."""
    return "/field/" if role in FIELD_ROLES else "/home"


def fold_email(email: str) -> str:
    return email.strip().casefold()


async def log_in(
    email: str,
    password: str,
    *,
    now: datetime,
    settings: Settings,
    address: str,
    user_agent: str,
    code: str = "",
) -> Login | Challenge:
    """A new session, or what it still lacks. A program sends password and `code` together.

    Raises `wrong_login`, `wrong_code`, or `rate_limited` when this mail or address tried too often.
    """
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
        if needs_rehash(user.password_hash):
            rehashed = await hash_password(password)
            await User.update({User.password_hash: rehashed}).where(User.id == user.id)
        if user.second_factor_at is not None and not code:
            return await challenge(user.id, reseller.id, now)
        if user.second_factor_at is not None:
            await _prove(user, code, settings=settings, now=now, address=address)
        async with DB.transaction():
            await forgive(*axes)
            return await _enter(
                user, reseller, settings=settings, now=now, address=address, user_agent=user_agent
            )


async def challenge(user_id: UUID, reseller_id: UUID, now: datetime) -> Challenge:
    """Needs `platform()`."""
    token = new_token()
    await LoginChallenge.insert(
        LoginChallenge(
            id=uuid7(),
            reseller_id=reseller_id,
            user_id=user_id,
            token_hash=hash_of(token),
            created_at=now,
            expires_at=now + CHALLENGE_LIFETIME,
        )
    )
    return Challenge(token)


async def answer_challenge(
    token: str, code: str, *, now: datetime, settings: Settings, address: str, user_agent: str
) -> Login:
    """Raises `challenge_spent`, `wrong_code` or `rate_limited`."""
    with platform():
        asked = await find_challenge(token, now)
        user = await User.objects().get(User.id == asked["user_id"])
        reseller = await Reseller.objects().get(Reseller.id == asked["reseller_id"])
        if user is None or reseller is None or not (user.is_active and reseller.is_active):
            raise Problem("challenge_spent")
        await _prove(user, code, settings=settings, now=now, address=address)
        async with DB.transaction() as tx:
            used = await tx.execute(
                "UPDATE login_challenge SET used_at = $2 WHERE id = $1 AND used_at IS NULL", asked["id"], now
            )
            if not used:
                raise Problem("challenge_spent")
            await forgive((LOGIN_BY_MAIL, user.email), (LOGIN_BY_ADDRESS, address))
            return await _enter(
                user, reseller, settings=settings, now=now, address=address, user_agent=user_agent
            )


async def find_challenge(token: str, now: datetime) -> dict[str, Any]:
    """Raises `challenge_spent`. A login or a new password since then ends it, too."""
    with platform():
        found: dict[str, Any] | None = (
            await LoginChallenge.select()
            .where(
                LoginChallenge.token_hash == hash_of(token),
                LoginChallenge.used_at.is_null(),
                LoginChallenge.expires_at > now,
            )
            .first()
        )
    if found is None:
        raise Problem("challenge_spent")
    return found


async def _prove(user: User, code: str, *, settings: Settings, now: datetime, address: str) -> None:
    facts: dict[str, Any] = {"reseller_id": user.reseller_id, "user_id": user.id, "address": address}
    try:
        kind = await second_factor.prove(user.id, code, settings=settings, now=now)
    except Problem as problem:
        await append("login.code_refused", **facts, reason=problem.code)
        raise
    if kind == "recovery":
        async with DB.transaction():
            await append("login.recovery_code_used", **facts)
            await leave_letter(
                "second_factor", reseller_id=user.reseller_id, user_id=user.id, what="recovery"
            )


async def _enter(
    user: User, reseller: Reseller, *, settings: Settings, now: datetime, address: str, user_agent: str
) -> Login:
    """Inside a transaction."""
    await _tell_of_new_device(user, user_agent, now)
    _, token = await begin_session(
        user.id,
        user.reseller_id,
        now=now,
        settings=settings,
        address=address,
        user_agent=user_agent,
        password_at=now,
    )
    await User.update({User.last_login_at: now}).where(User.id == user.id)
    await append("login.accepted", reseller_id=user.reseller_id, user_id=user.id, address=address)
    has_open_policies = user.policies_edition < reseller.policies_edition
    return Login(user.id, user.reseller_id, user.name, Role(user.role), token, has_open_policies)


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
