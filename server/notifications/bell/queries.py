"""What stands in a person's bell: the unread first, each part newest first, by pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import WhereRaw
from piccolo.query import OrderByRaw

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.notifications.approaches import opening_path
from server.notifications.tables import Notification
from server.problems import Problem
from server.service_orders.views import Page

PAGE_SIZE = 30
AT_A_GLANCE = 6
_IS_READ = "(CASE WHEN notification.read_at IS NULL THEN 0 ELSE 1 END)"
_ORDER = OrderByRaw(f"{_IS_READ}, notification.created_at DESC, notification.id")


@dataclass(frozen=True, slots=True)
class Notice:
    """One line."""

    id: UUID
    title: str
    body: str
    path: str
    created_at: datetime
    read_at: datetime | None


async def list_notices(actor: Actor, *, after: str | None = None, limit: int = PAGE_SIZE) -> Page[Notice]:
    """`after` is the `next` of the page before it. Raises `invalid` for a broken cursor."""
    conditions: list[Any] = [visible(actor, Notification)]
    if after:
        conditions.append(_beyond(after))
    rows: list[dict[str, Any]] = (
        await Notification.select(
            Notification.id,
            Notification.title,
            Notification.body,
            Notification.path,
            Notification.created_at,
            Notification.read_at,
        )
        .where(*conditions)
        .order_by(_ORDER, ascending=False)
        .limit(limit + 1)
    )
    now = datetime.now(UTC)
    notices = tuple(
        Notice(**{**row, "path": opening_path(row["path"], now - row["created_at"])}) for row in rows[:limit]
    )
    return Page(notices, _cursor(notices[-1]) if len(rows) > limit else None)


async def count_unread(actor: Actor, path: str = "") -> tuple[int, int]:
    """How many, and how many of them lead to the page at `path`; one query."""
    rows = await DB.fetch(
        "SELECT count(*), coalesce(sum(CASE WHEN path = $2 OR path LIKE $3 THEN 1 ELSE 0 END), 0)"
        " FROM notification WHERE user_id = $1 AND read_at IS NULL",
        actor.user_id,
        path,
        f"{path}?%",
    )
    unread, here = rows[0]
    return int(unread), int(here)


def _cursor(notice: Notice) -> str:
    at = notice.created_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%f")
    return f"{int(notice.read_at is not None)}-{at}-{notice.id.hex}"


def _beyond(cursor: str) -> WhereRaw:
    try:
        is_read, at, row_id = cursor.split("-")
        created_at = datetime.strptime(at, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
        flag, notice_id = int(is_read), UUID(row_id)
    except ValueError as error:
        raise Problem("invalid", fields=[]) from error
    newest = "(notification.created_at, notification.id) < ({}, {})"
    return WhereRaw(
        f"({_IS_READ} > {{}} OR ({_IS_READ} = {{}} AND {newest}))", flag, flag, created_at, notice_id
    )
