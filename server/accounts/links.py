"""One-use links: how a person chooses their own password, at the invitation and after forgetting one, and how
they prove that an address is theirs.

Only whoever reads the mailbox has the token; the database keeps its hash. A newer link ends the older ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

from piccolo_conf import DB
from server.accounts.actor import Role
from server.accounts.attempts import (
    LINK_BY_ADDRESS,
    RESET_BY_ADDRESS,
    RESET_BY_MAIL,
    count_attempt,
)
from server.accounts.login import Challenge, Login, challenge, fold_email
from server.accounts.passwords import hash_password, weakness
from server.accounts.sessions import begin_session, end_sessions_of
from server.accounts.tables import OneTimeLink, Reseller, User
from server.accounts.tokens import hash_of, new_token
from server.audit.actions import append
from server.database import Transaction, platform
from server.mail.actions import leave_letter
from server.problems import Problem
from server.settings import Settings


class Purpose(StrEnum):
    INVITATION = "invitation"
    RESET = "reset"
    EMAIL = "email"
    SECONDARY = "secondary"


LIFETIME = {
    Purpose.INVITATION: timedelta(days=7),
    Purpose.RESET: timedelta(minutes=30),
    Purpose.EMAIL: timedelta(days=1),
    Purpose.SECONDARY: timedelta(days=1),
}
_FOR_PASSWORD = frozenset({Purpose.INVITATION, Purpose.RESET})
_PATHS = {
    purpose: "/password/choose" if purpose in _FOR_PASSWORD else "/addresses/proof" for purpose in Purpose
}


@dataclass(frozen=True, slots=True)
class LinkHolder:
    """For whom a link is good."""

    link_id: UUID
    user_id: UUID
    reseller_id: UUID
    purpose: Purpose
    name: str
    email: str
    reseller_name: str
    proving: str = ""
    has_second_factor: bool = False
    has_open_policies: bool = False


async def ask_for_reset(email: str, *, now: datetime, address: str) -> None:
    """Leave a letter for this mail. Known or not, the same work is done here: the worker finds out."""
    email = fold_email(email)
    with platform():
        async with DB.transaction():
            await count_attempt((RESET_BY_MAIL, email), (RESET_BY_ADDRESS, address), now=now)
            await leave_letter("reset", email=email, dedupe_key=f"reset:{email}"[:120])
            await append("reset.asked", reseller_id=None, address=address, email=email)


async def make_link(
    user_id: UUID, reseller_id: UUID, purpose: Purpose, now: datetime, base_url: str, email: str = ""
) -> str:
    """A new address to send, and no other of this person's that does the same is good any more."""
    token = new_token()
    alike = _FOR_PASSWORD if purpose in _FOR_PASSWORD else {purpose}
    async with DB.transaction():
        await OneTimeLink.update({OneTimeLink.expires_at: now}).where(
            OneTimeLink.user_id == user_id,
            OneTimeLink.purpose.is_in([one.value for one in alike]),
            OneTimeLink.used_at.is_null(),
            OneTimeLink.expires_at > now,
        )
        await OneTimeLink.insert(
            OneTimeLink(
                reseller_id=reseller_id,
                user_id=user_id,
                purpose=purpose.value,
                email=email,
                token_hash=hash_of(token),
                created_at=now,
                expires_at=now + LIFETIME[purpose],
            )
        )
    return f"{base_url.rstrip('/')}{_PATHS[purpose]}?" + urlencode({"token": token})


async def find_holder(token: str, *, now: datetime, address: str, for_password: bool = True) -> LinkHolder:
    """Whose link this is, without using it. Raises `link_spent` for one that is not good (any more)."""
    with platform():
        link = await OneTimeLink.objects().get(OneTimeLink.token_hash == hash_of(token))
        if link is None:
            async with DB.transaction():
                await count_attempt((LINK_BY_ADDRESS, address), now=now)
            raise Problem("link_spent")
        user = await User.objects().get(User.id == link.user_id)
        reseller = await Reseller.objects().get(Reseller.id == link.reseller_id)
    if link.used_at is not None or link.expires_at <= now or user is None or reseller is None:
        raise Problem("link_spent")
    if (link.purpose in _FOR_PASSWORD) is not for_password:
        raise Problem("link_spent")
    if not (user.is_active and reseller.is_active):
        raise Problem("link_spent")
    return LinkHolder(
        link.id,
        user.id,
        reseller.id,
        Purpose(link.purpose),
        user.name,
        user.email,
        reseller.name,
        proving=link.email,
        has_second_factor=user.second_factor_at is not None,
        has_open_policies=user.policies_edition < reseller.policies_edition,
    )


async def use_up(tx: Transaction, holder: LinkHolder, now: datetime) -> None:
    """Raises `link_spent`: of two clicks at once, one of them."""
    used = await tx.execute(
        "UPDATE one_time_link SET used_at = $2 WHERE id = $1 AND used_at IS NULL AND expires_at > $2",
        holder.link_id,
        now,
    )
    if not used:
        raise Problem("link_spent")


async def choose_password(
    token: str, password: str, *, now: datetime, settings: Settings, address: str, user_agent: str
) -> Login | Challenge:
    """Use the link up: the new password is set, every session ends, and the person is logged in, or asked for
    the second factor: who reads the mailbox alone does not come in.

    Raises `link_spent`, or `weak_password` and the link stays good.
    """
    holder = await find_holder(token, now=now, address=address)
    reason = weakness(password, about=(holder.name, holder.email, holder.reseller_name))
    if reason is not None:
        raise Problem("weak_password", reason=reason)
    hashed = await hash_password(password)
    with platform():
        async with DB.transaction() as tx:
            await use_up(tx, holder, now)
            await end_sessions_of(holder.user_id, now)
            await User.update({User.password_hash: hashed, User.password_changed_at: now}).where(
                User.id == holder.user_id
            )
            await append(
                f"password.{holder.purpose}",
                reseller_id=holder.reseller_id,
                user_id=holder.user_id,
                address=address,
            )
            if holder.has_second_factor:
                return await challenge(holder.user_id, holder.reseller_id, now)
            await User.update({User.last_login_at: now}).where(User.id == holder.user_id)
            _, session_token = await begin_session(
                holder.user_id,
                holder.reseller_id,
                now=now,
                settings=settings,
                address=address,
                user_agent=user_agent,
                password_at=now,
            )
            role = await User.select(User.role).where(User.id == holder.user_id).first()
    assert role is not None
    return Login(
        holder.user_id,
        holder.reseller_id,
        holder.name,
        Role(role["role"]),
        session_token,
        holder.has_open_policies,
    )
