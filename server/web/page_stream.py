"""The page's one stream: an open page names what it shows, and is told which of it changed, without content.

    GET /live?watch=visit:0197…&watch=notifications

Browsers allow six connections a host over HTTP/1.1; a stream for each thing on a page would lock out the
next tab. What may be watched is registered beside the page that shows it, with who may::

    @watched("visit", _READERS)
    async def follow_visit(actor: Actor, visit_id: UUID | None) -> str:  # the topic, or `not_found`

Refused things are left out of the stream, so that an order that moved out of reach does not silence the bell;
a stream of nothing is a `not_found`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection
from uuid import UUID

from litestar import get

from server.accounts.actor import PEOPLE, Actor, Role
from server.problems import Problem
from server.web.events import EventStream, event
from server.web.guards import requires
from server.web.requests import ActorRequest

MOST = 12  # things on one page

Follow = Callable[[Actor, UUID | None], Awaitable[str]]

_watched: dict[str, tuple[Collection[Role], Follow]] = {}


def watched(name: str, roles: Collection[Role] = PEOPLE) -> Callable[[Follow], Follow]:
    """Let pages of these roles watch `name`, or one row as `name:id`."""

    def register(follow: Follow) -> Follow:
        if _watched.setdefault(name, (roles, follow))[1] is not follow:
            raise ValueError(f"two things are watched as {name!r}")
        return follow

    return register


@get("/live", guards=[requires()])
async def follow_page(request: ActorRequest) -> EventStream:
    """`changed` with the name as the page wrote it, whenever what is behind it changed."""
    names: dict[str, list[str]] = defaultdict(list)
    for name in dict.fromkeys(request.query_params.getall("watch", [])[:MOST]):
        try:
            names[await topic_of(request.user, name)].append(name)
        except Problem as problem:
            if problem.code != "not_found":
                raise
    if not names:
        raise Problem("not_found")
    return EventStream(*names, render=lambda topic: "".join(event("changed", name) for name in names[topic]))


async def topic_of(actor: Actor, name: str) -> str:
    """Raises `not_found` for what this person may not see, or nobody."""
    kind, _, row = name.partition(":")
    if kind not in _watched:
        raise Problem("not_found")
    roles, follow = _watched[kind]
    if actor.role not in roles:
        raise Problem("not_found")
    try:
        row_id = UUID(row) if row else None
    except ValueError as error:
        raise Problem("not_found") from error
    return await follow(actor, row_id)


def watched_names() -> frozenset[str]:
    return frozenset(_watched)


def row_of(row_id: UUID | None) -> UUID:
    """For what is one row's: its id, or `not_found` where the page named none."""
    if row_id is None:
        raise Problem("not_found")
    return row_id


ROUTES = [follow_page]
