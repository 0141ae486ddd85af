"""Dispatches of a reseller for its admin, the newest first; and the addresses that are spared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import WhereRaw

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.accounts.tables import User
from server.database.keyset import read_cursor, write_cursor
from server.database.text_search import MOST_WORDS, is_spelled
from server.notifications.rules import State
from server.notifications.tables import NotificationDispatch, UndeliverableAddress
from server.service_orders.views import Page

PAGE_SIZE = 50
MOST_ADDRESSES = 100


@dataclass(frozen=True, slots=True)
class DispatchFilter:
    state: State | None = None
    channel: str = ""
    person: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class DispatchRow:
    id: UUID
    person: str
    title: str
    channel: str
    address: str
    state: State
    attempts: int
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    bounced_at: datetime | None
    error: str
    is_read: bool


@dataclass(frozen=True, slots=True)
class SparedAddress:
    id: UUID
    address: str
    failures: int
    error: str
    marked_at: datetime


_notification: Any = NotificationDispatch.notification_id
_user: Any = NotificationDispatch.user_id
_COLUMNS = (
    NotificationDispatch.id,
    NotificationDispatch.channel,
    NotificationDispatch.address,
    NotificationDispatch.state,
    NotificationDispatch.attempts,
    NotificationDispatch.created_at,
    NotificationDispatch.due_at,
    NotificationDispatch.sent_at,
    NotificationDispatch.bounced_at,
    NotificationDispatch.last_error,
    _user.name.as_alias("person"),
    _notification.title.as_alias("title"),
    _notification.read_at.as_alias("read_at"),
)


async def list_dispatches(
    actor: Actor, wanted: DispatchFilter, *, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[DispatchRow]:
    """`after` is the `next` of the page before. Raises `invalid`."""
    conditions = conditions_of(actor, wanted)
    if after:
        place = read_cursor(after, datetime, UUID)
        conditions.append(
            WhereRaw("(notification_dispatch.created_at, notification_dispatch.id) < ({}, {})", *place)
        )
    rows: list[dict[str, Any]] = (
        await NotificationDispatch.select(*_COLUMNS)
        .where(*conditions)
        .order_by(NotificationDispatch.created_at, NotificationDispatch.id, ascending=False)
        .limit(limit + 1)
    )
    return Page(
        tuple(_row(row) for row in rows[:limit]),
        write_cursor(rows[limit - 1]["created_at"], rows[limit - 1]["id"]) if len(rows) > limit else None,
    )


async def count_dead(actor: Actor) -> int:
    return int(
        await NotificationDispatch.count().where(
            visible(actor, NotificationDispatch), NotificationDispatch.state == State.DEAD.value
        )
    )


async def list_spared(actor: Actor) -> Sequence[SparedAddress]:
    """Addresses that nothing is sent to any more."""
    rows = (
        await UndeliverableAddress.select()
        .where(visible(actor, UndeliverableAddress), UndeliverableAddress.marked_at.is_not_null())
        .order_by(UndeliverableAddress.marked_at, ascending=False)
        .limit(MOST_ADDRESSES)
    )
    return [
        SparedAddress(row["id"], row["address"], row["failures"], row["last_error"], row["marked_at"])
        for row in rows
    ]


def conditions_of(actor: Actor, wanted: DispatchFilter) -> list[Any]:
    """Also for what is done with all that a filter shows."""
    conditions: list[Any] = [visible(actor, NotificationDispatch)]
    if wanted.state is not None:
        conditions.append(NotificationDispatch.state == wanted.state.value)
    if wanted.channel:
        conditions.append(NotificationDispatch.channel == wanted.channel)
    if wanted.since is not None:
        conditions.append(NotificationDispatch.created_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(NotificationDispatch.created_at < wanted.until)
    for word in wanted.person.split()[:MOST_WORDS]:
        people = User.select(User.id).where(visible(actor, User), is_spelled("app_user.name", word))
        conditions.append(
            NotificationDispatch.user_id.is_in(people) | is_spelled("notification_dispatch.address", word)
        )
    return conditions


def _row(row: dict[str, Any]) -> DispatchRow:
    return DispatchRow(
        id=row["id"],
        person=row["person"],
        title=row["title"],
        channel=row["channel"],
        address=row["address"],
        state=State(row["state"]),
        attempts=row["attempts"],
        created_at=row["created_at"],
        due_at=row["due_at"],
        sent_at=row["sent_at"],
        bounced_at=row["bounced_at"],
        error=row["last_error"],
        is_read=row["read_at"] is not None,
    )
