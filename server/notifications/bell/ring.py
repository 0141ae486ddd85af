"""The number on every page's bell, and the reading that is done by looking: before the page is rendered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from litestar import Request

from server.accounts.actor import Actor, Role
from server.notifications.bell import actions, queries
from server.web.requests import is_for_person, is_htmx


async def ring(request: Request[Any, Any, Any]) -> None:
    """One query a page: pages that are fetched again by themselves keep the bell that they have."""
    actor: Actor | None = request.scope.get("user")
    if actor is None or actor.role is Role.BRIDGE or is_htmx(request) or not is_for_person(request):
        return
    path = request.url.path
    unread, here = await queries.count_unread(actor, path)
    if here and request.method == "GET" and actor.viewer_id is None:
        await actions.read_of_page(actor, path, datetime.now(UTC))
        unread -= here
    request.state.unread = unread
