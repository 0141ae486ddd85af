"""Which addresses are a person's: one counts only after its mailbox was opened.

A mistyped address would lock its owner out, a stranger's would tell them of somebody's orders. So the old one
stays until the link that was sent to the new one is used, and is then told.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.attempts import MAIL_BY_USER, count_attempt
from server.accounts.confirmation import confirm_password
from server.accounts.documents import is_email
from server.accounts.links import LinkHolder, Purpose, find_holder, use_up
from server.accounts.login import fold_email
from server.accounts.sessions import end_sessions_of
from server.accounts.tables import OneTimeLink, User
from server.audit.actions import append
from server.database import platform
from server.mail.actions import leave_letter
from server.problems import Problem


async def ask_for_email(actor: Actor, email: str, password: str, *, now: datetime, address: str) -> None:
    """Send the link to the new address of one's own. Raises `invalid`, `email_taken`, `password_needed`…"""
    email = fold_email(email)
    if not is_email(email) or len(email) > 200:
        raise Problem("invalid", fields=[{"name": "email", "message": "Escreva um e-mail válido."}])
    if email == actor.email:
        raise Problem("invalid", fields=[{"name": "email", "message": "Este já é o seu e-mail."}])
    await check_is_free(email, actor.user_id)
    await confirm_password(actor, password, now)
    async with DB.transaction():
        await count_attempt((MAIL_BY_USER, str(actor.user_id)), now=now)
        await leave_proof(actor, actor.user_id, Purpose.EMAIL, email, address)


async def change_secondary(actor: Actor, email: str, *, now: datetime, address: str) -> None:
    """Keep it, unproved, and send its link; an empty one is forgotten. Inside a transaction."""
    await User.update({User.secondary_email: email, User.secondary_email_at: None}).where(
        User.id == actor.user_id
    )
    if email:
        await count_attempt((MAIL_BY_USER, str(actor.user_id)), now=now)
        await leave_proof(actor, actor.user_id, Purpose.SECONDARY, email, address)


async def leave_proof(actor: Actor, user_id: UUID, purpose: Purpose, email: str, address: str) -> None:
    """Inside a transaction."""
    await leave_letter(
        "proof", reseller_id=actor.reseller_id, user_id=user_id, purpose=purpose.value, email=email
    )
    await append(
        f"{purpose}.asked",
        reseller_id=actor.reseller_id,
        user_id=actor.user_id,
        subject=("app_user", user_id),
        address=address,
        email=email,
    )


async def find_proof(token: str, *, now: datetime, address: str) -> LinkHolder:
    """Whose link this is, without using it. Raises `link_spent`."""
    return await find_holder(token, now=now, address=address, for_password=False)


async def prove(token: str, *, now: datetime, address: str) -> LinkHolder:
    """Use the link up: the address is this person's. Raises `link_spent` or `email_taken`."""
    holder = await find_proof(token, now=now, address=address)
    with platform():
        if holder.purpose is Purpose.EMAIL:
            await check_is_free(holder.proving, holder.user_id)
        async with DB.transaction() as tx:
            await use_up(tx, holder, now)
            if holder.purpose is Purpose.EMAIL:
                await User.update({User.email: holder.proving}).where(User.id == holder.user_id)
                await end_sessions_of(holder.user_id, now)
                await leave_letter(
                    "email_changed",
                    reseller_id=holder.reseller_id,
                    user_id=holder.user_id,
                    old=holder.email,
                    new=holder.proving,
                )
            else:
                # Changed again meanwhile: then this link proves nothing any more.
                proved = await tx.execute(
                    "UPDATE app_user SET secondary_email_at = $3 WHERE id = $1 AND secondary_email = $2",
                    holder.user_id,
                    holder.proving,
                    now,
                )
                if not proved:
                    raise Problem("link_spent")
            await append(
                f"{holder.purpose}.proved",
                reseller_id=holder.reseller_id,
                user_id=holder.user_id,
                subject=("app_user", holder.user_id),
                address=address,
                before=holder.email if holder.purpose is Purpose.EMAIL else "",
                after=holder.proving,
            )
    return holder


async def find_awaited(user_id: UUID, now: datetime) -> str:
    """The address whose link this person has not opened yet; empty for none."""
    found = (
        await OneTimeLink.select(OneTimeLink.email)
        .where(
            OneTimeLink.user_id == user_id,
            OneTimeLink.purpose == Purpose.EMAIL.value,
            OneTimeLink.used_at.is_null(),
            OneTimeLink.expires_at > now,
        )
        .first()
    )
    return str(found["email"]) if found else ""


async def check_is_free(email: str, user_id: UUID | None) -> None:
    """Raises `email_taken`."""
    with platform():  # a mail is one person's on the whole portal
        other = await User.select(User.id).where(User.email == email).first()
    if other is not None and other["id"] != user_id:
        raise Problem("email_taken", email=email)
