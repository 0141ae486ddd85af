"""Where a person is logged in, and on which phones their field app is installed; each can be revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from offline_sync.tables import SyncClient
from piccolo_conf import DB
from server.accounts.actor import Actor, Role
from server.accounts.device_names import device_name
from server.accounts.scope import find_visible, visible
from server.accounts.sessions import end_session, end_sessions_of, is_alive
from server.accounts.tables import Session, User
from server.audit.actions import append
from server.notifications.push.forgetting import forget_client
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class SessionLine:
    id: UUID
    device: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    is_current: bool


@dataclass(frozen=True, slots=True)
class DeviceLine:
    id: UUID
    name: str
    platform: str
    enrolled_at: datetime
    last_seen_at: datetime
    revoked_at: datetime | None


async def list_sessions(actor: Actor, user_id: UUID, now: datetime, settings: Settings) -> list[SessionLine]:
    """A person's living sessions, newest use first."""
    user = await User.select(User.role).where(User.id == user_id, visible(actor, User)).first()
    is_idle_ended = user is None or user["role"] != Role.BRIDGE
    rows = (
        await Session.objects()
        .where(Session.user_id == user_id, Session.ended_at.is_null(), visible(actor, Session))
        .order_by(Session.last_seen_at, ascending=False)
    )
    return [
        SessionLine(
            row.id,
            device_name(row.user_agent),
            row.address,
            row.created_at,
            row.last_seen_at,
            row.id == actor.session_id,
        )
        for row in rows
        if is_alive(row.last_seen_at if is_idle_ended else now, row.expires_at, now, settings)
    ]


async def list_devices(actor: Actor, user_id: UUID) -> list[DeviceLine]:
    """A person's installations of the field app, revoked ones last."""
    rows = await SyncClient.objects().where(SyncClient.user_id == user_id, visible(actor, SyncClient))
    lines = [
        DeviceLine(
            row.id,
            row.name or device_name(row.platform),
            device_name(row.platform),
            row.enrolled_at,
            row.last_seen_at,
            row.revoked_at,
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (line.revoked_at is not None, -line.last_seen_at.timestamp()))


async def revoke_session(actor: Actor, session_id: UUID, now: datetime, address: str) -> UUID:
    """End one's own session, or as admin anybody's of the reseller; whose it was."""
    session = await find_visible(actor, Session, session_id)
    async with DB.transaction():
        await end_session(session_id, now)
        await append(
            "session.revoked",
            reseller_id=actor.reseller_id,
            user_id=actor.user_id,
            subject=("app_user", session.user_id),
            address=address,
        )
    return UUID(str(session.user_id))


async def revoke_device(actor: Actor, client_id: UUID, now: datetime, address: str) -> UUID:
    """The installation may not sync any more; whose it was. What it has not sent stays on it for `rescue`."""
    device = await find_visible(actor, SyncClient, client_id)
    async with DB.transaction():
        await SyncClient.update({SyncClient.revoked_at: now}).where(
            SyncClient.id == client_id, SyncClient.revoked_at.is_null()
        )
        await forget_client(client_id)
        await append(
            "device.revoked",
            reseller_id=actor.reseller_id,
            user_id=actor.user_id,
            subject=("sync_client", client_id),
            address=address,
            name=device.name,
        )
    return device.user_id


async def revoke_every_session(actor: Actor, user_id: UUID, now: datetime, address: str) -> None:
    """All of a person's logins but the one that asks."""
    await find_visible(actor, User, user_id)
    async with DB.transaction():
        await end_sessions_of(user_id, now, keep=actor.session_id)
        await append(
            "sessions.revoked",
            reseller_id=actor.reseller_id,
            user_id=actor.user_id,
            subject=("app_user", user_id),
            address=address,
        )
