"""What an admin does with people: invite, edit, send a new link, deactivate, reactivate. No passwords."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from offline_sync.ids import uuid7
from offline_sync.tables import SyncClient
from piccolo_conf import DB
from server.accounts.actor import Actor, Role
from server.accounts.addresses import check_is_free, leave_proof
from server.accounts.confirmation import confirm_password
from server.accounts.links import Purpose
from server.accounts.rights import Rights, faults, tidy
from server.accounts.scope import find_visible
from server.accounts.sessions import end_sessions_of
from server.accounts.tables import User, UserCompany, UserCustomer
from server.accounts.user_queries import choices_for, show_user
from server.audit.actions import append
from server.mail.actions import leave_letter
from server.problems import Problem


async def invite_user(actor: Actor, rights: Rights, now: datetime, address: str) -> UUID:
    """A person without a password yet, and a letter with which they choose one."""
    rights = await _checked(actor, rights)
    await check_is_free(rights.email, None)
    user_id = uuid7()
    async with DB.transaction():
        await User.insert(
            User(
                id=user_id,
                reseller_id=actor.reseller_id,
                email=rights.email,
                name=rights.name,
                role=rights.role.value,
                technician_id=rights.technician_id,
                carrier_id=rights.carrier_id,
                can_open_orders=rights.can_open_orders,
                can_view_monitoring=rights.can_view_monitoring,
                can_publish_billing=rights.can_publish_billing,
                mails=json.dumps(sorted(rights.mails)),
                created_at=now,
            )
        )
        await _write_reach(actor.reseller_id, user_id, rights)
        await _leave_invitation(actor, user_id)
        await append(
            "user.invited",
            reseller_id=actor.reseller_id,
            user_id=actor.user_id,
            subject=("app_user", user_id),
            address=address,
            email=rights.email,
            role=rights.role,
        )
    return user_id


async def edit_user(
    actor: Actor, user_id: UUID, rights: Rights, password: str, now: datetime, address: str
) -> bool:
    """Another role or reach holds at once: the person's sessions end and their next login has the new one.

    Another address counts once its link is opened, unless the person has never come in; True when that is
    awaited. Raises `password_needed` or `wrong_password` before a role or an address.
    """
    user, known = await show_user(actor, user_id)
    before = _facts_of(known)
    if user.role == Role.BRIDGE:  # a program's account, made on the console
        raise Problem("not_found")
    rights = await _checked(actor, rights)
    await check_is_free(rights.email, user_id)
    if rights.role != user.role or rights.email != user.email:
        await confirm_password(actor, password, now)
    is_awaited = bool(user.password_hash) and rights.email != user.email
    async with DB.transaction():
        if user.role == Role.ADMIN and rights.role is not Role.ADMIN:
            await _check_an_admin_is_left(actor, user_id)
        await User.update(
            {
                User.name: rights.name,
                User.email: user.email if is_awaited else rights.email,
                User.role: rights.role.value,
                User.technician_id: rights.technician_id,
                User.carrier_id: rights.carrier_id,
                User.can_open_orders: rights.can_open_orders,
                User.can_view_monitoring: rights.can_view_monitoring,
                User.can_publish_billing: rights.can_publish_billing,
                User.mails: json.dumps(sorted(rights.mails)),
            }
        ).where(User.id == user_id)
        await UserCompany.delete().where(UserCompany.user_id == user_id)
        await UserCustomer.delete().where(UserCustomer.user_id == user_id)
        await _write_reach(actor.reseller_id, user_id, rights)
        if rights.role != user.role:
            await end_sessions_of(user_id, now, keep=actor.session_id)
        if is_awaited:
            await leave_proof(actor, user_id, Purpose.EMAIL, rights.email, address)
        await append(
            "user.edited",
            reseller_id=actor.reseller_id,
            user_id=actor.user_id,
            subject=("app_user", user_id),
            address=address,
            role_before=user.role,
            role=rights.role,
            companies=len(rights.company_ids),
            customers=len(rights.customer_ids),
            before=before,
            after=_facts_of(rights),
        )
    return is_awaited


async def send_link(actor: Actor, user_id: UUID, address: str) -> None:
    """The invitation again, or a reset for who has a password already."""
    user = await find_visible(actor, User, user_id)
    if user.role == Role.BRIDGE:
        raise Problem("not_found")
    async with DB.transaction():
        if user.password_hash:
            await leave_letter(
                "reset", reseller_id=actor.reseller_id, dedupe_key=f"reset:{user_id}", user_id=user_id
            )
        else:
            await _leave_invitation(actor, user_id)
        await append(
            "user.link_sent",
            reseller_id=actor.reseller_id,
            user_id=actor.user_id,
            subject=("app_user", user_id),
            address=address,
        )


async def deactivate_user(actor: Actor, user_id: UUID, now: datetime, address: str) -> None:
    """No login any more; every session ends now and every phone is blocked. Nobody does it to themselves."""
    await find_visible(actor, User, user_id)
    if user_id == actor.user_id:
        raise Problem("own_account")
    async with DB.transaction():
        await _check_an_admin_is_left(actor, user_id)
        await User.update({User.is_active: False}).where(User.id == user_id)
        await end_sessions_of(user_id, now)
        # Enrolled phones ask with a session; one that is revoked does not come back with the person.
        await SyncClient.update({SyncClient.revoked_at: now}).where(
            SyncClient.user_id == user_id, SyncClient.revoked_at.is_null()
        )
        await _audit_activity(actor, user_id, "user.deactivated", address)


async def reactivate_user(actor: Actor, user_id: UUID, address: str) -> None:
    await find_visible(actor, User, user_id)
    async with DB.transaction():
        await User.update({User.is_active: True}).where(User.id == user_id)
        await _audit_activity(actor, user_id, "user.reactivated", address)


async def _checked(actor: Actor, rights: Rights) -> Rights:
    tidied = tidy(rights)
    found = faults(tidied, await choices_for(actor, tidied.customer_ids))
    if found:
        raise Problem("invalid", fields=[{"name": name, "message": text} for name, text in found.items()])
    return tidied


def _facts_of(rights: Rights) -> dict[str, Any]:
    """What the audit trail keeps of a person's rights: names and counts, no lists of hundreds."""
    return {
        "name": rights.name,
        "email": rights.email,
        "role": rights.role.value,
        "companies": len(rights.company_ids),
        "customers": len(rights.customer_ids),
        "can_open_orders": rights.can_open_orders,
        "can_view_monitoring": rights.can_view_monitoring,
        "mails": sorted(rights.mails),
    }


async def _check_an_admin_is_left(actor: Actor, without: UUID) -> None:
    others = await User.count().where(
        User.reseller_id == actor.reseller_id,
        User.role == Role.ADMIN.value,
        User.is_active.eq(True),
        User.id != without,
    )
    if not others:
        raise Problem("last_admin")


async def _write_reach(reseller_id: UUID, user_id: UUID, rights: Rights) -> None:
    if rights.company_ids:
        await UserCompany.insert(
            *(
                UserCompany(reseller_id=reseller_id, user_id=user_id, company_id=company_id)
                for company_id in rights.company_ids
            )
        )
    if rights.customer_ids:
        await UserCustomer.insert(
            *(
                UserCustomer(reseller_id=reseller_id, user_id=user_id, customer_id=customer_id)
                for customer_id in rights.customer_ids
            )
        )


async def _leave_invitation(actor: Actor, user_id: UUID) -> None:
    await leave_letter(
        "invitation", reseller_id=actor.reseller_id, dedupe_key=f"invitation:{user_id}", user_id=user_id
    )


async def _audit_activity(actor: Actor, user_id: UUID, action: str, address: str) -> None:
    await append(
        action,
        reseller_id=actor.reseller_id,
        user_id=actor.user_id,
        subject=("app_user", user_id),
        address=address,
    )
