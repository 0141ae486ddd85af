"""Trying dead dispatches again, because somebody says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import find_visible, visible
from server.notifications.dispatches.queries import DispatchFilter, conditions_of
from server.notifications.notices import POSTMAN_TOPIC
from server.notifications.rules import State
from server.notifications.tables import NotificationDispatch
from server.web.live import publish

MOST_AT_ONCE = 1_000
_AS_NEW: dict[Any, Any] = {
    NotificationDispatch.state: State.WAITING.value,
    NotificationDispatch.parcel_id: None,
    NotificationDispatch.repeats: 0,
    NotificationDispatch.ended_at: None,
    NotificationDispatch.bounced_at: None,
}


async def repeat(actor: Actor, dispatch_id: UUID, *, now: datetime) -> None:
    """One; what is not dead stays as it is. Raises `not_found`."""
    await find_visible(actor, NotificationDispatch, dispatch_id)
    await _repeat([visible(actor, NotificationDispatch), NotificationDispatch.id == dispatch_id], now)


async def repeat_all(actor: Actor, wanted: DispatchFilter, *, now: datetime) -> int:
    """All dead ones that the filter shows, so many at once; how many."""
    return await _repeat(conditions_of(actor, wanted), now)


async def _repeat(conditions: Sequence[Any], now: datetime) -> int:
    async with DB.transaction():
        dead: list[UUID] = (
            await NotificationDispatch.select(NotificationDispatch.id)
            .where(*conditions, NotificationDispatch.state == State.DEAD.value)
            .limit(MOST_AT_ONCE)
            .output(as_list=True)
        )
        if dead:
            await NotificationDispatch.update({**_AS_NEW, NotificationDispatch.due_at: now}).where(
                NotificationDispatch.id.is_in(dead), NotificationDispatch.state == State.DEAD.value
            )
            await publish(POSTMAN_TOPIC)
    return len(dead)
