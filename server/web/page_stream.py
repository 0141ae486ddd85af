"""The page's one stream: an open page names what it shows, and is told which of it changed, without content.
What is too often new for fetching it again comes with its content, from a `Teller` (`told`).

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
from functools import partial
from typing import Protocol
from uuid import UUID

import msgspec
from litestar import get

from server.accounts.actor import PEOPLE, Actor, Role
from server.problems import Problem
from server.web.events import EventStream, event
from server.web.guards import requires
from server.web.requests import ActorRequest

MOST = 12  # things on one page

Follow = Callable[[Actor, UUID | None], Awaitable[str]]


class Teller(Protocol):
    """What one open page is told of one thing."""

    topic: str

    async def news(self) -> object | None:
        """What the page has not been told yet, for JSON; None for nothing. What else it waits for waits."""


MakesTeller = Callable[[Actor, UUID | None], Teller]

_watched: dict[str, tuple[Collection[Role], Follow]] = {}
_told: dict[str, MakesTeller] = {}


def watched(name: str, roles: Collection[Role] = PEOPLE) -> Callable[[Follow], Follow]:
    """Let pages of these roles watch `name`, or one row as `name:id`."""

    def register(follow: Follow) -> Follow:
        if _watched.setdefault(name, (roles, follow))[1] is not follow:
            raise ValueError(f"two things are watched as {name!r}")
        return follow

    return register


def told(name: str) -> Callable[[MakesTeller], MakesTeller]:
    """Let pages be told of `name`, or of `name:id`, with content; the teller's maker raises `not_found`."""

    def register(teller: MakesTeller) -> MakesTeller:
        if name in _watched or _told.setdefault(name, teller) is not teller:
            raise ValueError(f"two things are told as {name!r}")
        return teller

    return register


@get("/live", guards=[requires()])
async def follow_page(request: ActorRequest) -> EventStream:
    """`changed` with the name as the page wrote it, whenever what is behind it changed; `told` with the name
    and the news of what is told."""
    renderers: dict[str, list[Callable[[], Awaitable[str]]]] = defaultdict(list)
    for name in dict.fromkeys(request.query_params.getall("watch", [])[:MOST]):
        try:
            if (teller := _teller_of(request.user, name)) is not None:
                renderers[teller.topic].append(partial(_tell, name, teller))
            else:
                renderers[await topic_of(request.user, name)].append(partial(_changed, name))
        except Problem as problem:
            if problem.code != "not_found":
                raise
    if not renderers:
        raise Problem("not_found")

    async def render(topic: str) -> str:
        return "".join([await renderer() for renderer in renderers[topic]])

    return EventStream(*renderers, render=render)


async def _changed(name: str) -> str:
    return event("changed", name)


async def _tell(name: str, teller: Teller) -> str:
    news = await teller.news()
    return "" if news is None else event("told", msgspec.json.encode((name, news)).decode())


def _teller_of(actor: Actor, name: str) -> Teller | None:
    """None for what is no told thing. Raises `not_found`."""
    kind, _, row = name.partition(":")
    if kind not in _told:
        return None
    return _told[kind](actor, _row(row))


async def topic_of(actor: Actor, name: str) -> str:
    """Raises `not_found` for what this person may not see, or nobody."""
    kind, _, row = name.partition(":")
    if kind not in _watched:
        raise Problem("not_found")
    roles, follow = _watched[kind]
    if actor.role not in roles:
        raise Problem("not_found")
    return await follow(actor, _row(row))


def _row(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Problem("not_found") from error


def watched_names() -> frozenset[str]:
    return frozenset(_watched) | frozenset(_told)


def row_of(row_id: UUID | None) -> UUID:
    """For what is one row's: its id, or `not_found` where the page named none."""
    if row_id is None:
        raise Problem("not_found")
    return row_id


ROUTES = [follow_page]
