"""Reading: one by one, all at once, or by looking at what it is about. What was read is not pushed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import WhereRaw

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import find_visible, visible
from server.notifications.notices import bell_topic
from server.notifications.tables import Notification
from server.web.live import publish


async def read_one(actor: Actor, notification_id: UUID, now: datetime) -> None:
    """Harmless to repeat."""
    await find_visible(actor, Notification, notification_id)
    await _read(actor, now, Notification.id == notification_id)


async def read_all(actor: Actor, now: datetime) -> None:
    await _read(actor, now)


async def read_of_page(actor: Actor, path: str, now: datetime) -> None:
    """Those that lead to this page."""
    await _read(
        actor, now, WhereRaw("(notification.path = {} OR notification.path LIKE {})", path, f"{path}?%")
    )


async def _read(actor: Actor, now: datetime, *conditions: Any) -> None:
    async with DB.transaction():
        await Notification.update({Notification.read_at: now}).where(
            visible(actor, Notification), Notification.read_at.is_null(), *conditions
        )
        await publish(bell_topic(actor.user_id))
