"""Avisos: the list behind the bell, as a page, as what the bell unfolds, and as JSON for the field app."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from server.accounts.actor import Actor
from server.notifications.bell import actions, queries
from server.notifications.notices import bell_topic
from server.web.guards import requires
from server.web.page_stream import watched
from server.web.requests import ActorRequest, is_for_person, is_htmx

PATH = "/notifications"


@watched("notifications")
async def follow_bell(actor: Actor, _: UUID | None) -> str:
    return bell_topic(actor.user_id)


@get(PATH, guards=[requires()])
async def list_notifications(request: ActorRequest, after: FromQuery[str] = "") -> Template:
    page = await queries.list_notices(request.user, after=after or None)
    context = {
        "page": page,
        "first": PATH if after else None,
        "next": f"{PATH}?after={page.next}" if page.next else None,
        "here": PATH + (f"?after={after}" if after else ""),
        "unread": request.state.get("unread") or any(notice.read_at is None for notice in page.rows),
    }
    part = "_" if is_htmx(request) else ""
    return Template(f"notifications/{part}index.html", context=context, headers={"Vary": "HX-Request"})


@get(f"{PATH}/bell", guards=[requires()])
async def show_bell(request: ActorRequest) -> Template:
    """With its newest lines."""
    unread, _ = await queries.count_unread(request.user)
    page = await queries.list_notices(request.user, limit=queries.AT_A_GLANCE)
    return Template("notifications/_bell.html", context={"unread": unread, "notices": page.rows})


@get(f"{PATH}/recent", guards=[requires()])
async def show_recent(request: ActorRequest) -> dict[str, Any]:
    unread, _ = await queries.count_unread(request.user)
    return {"unread": unread, "notices": (await queries.list_notices(request.user)).rows}


@post(f"{PATH}/{{notification_id:uuid}}/reading", guards=[requires()], status_code=200)
async def read_notification(request: ActorRequest, notification_id: FromPath[UUID]) -> Response[Any]:
    await actions.read_one(request.user, notification_id, datetime.now(UTC))
    return _back(request)


@post(f"{PATH}/readings", guards=[requires()], status_code=200)
async def read_every_notification(request: ActorRequest) -> Response[Any]:
    await actions.read_all(request.user, datetime.now(UTC))
    return _back(request)


def _back(request: ActorRequest) -> Response[Any]:
    return Redirect(PATH, status_code=303) if is_for_person(request) else Response(None, status_code=204)


ROUTES = [list_notifications, show_bell, show_recent, read_notification, read_every_notification]
