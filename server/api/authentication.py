"""Before a call of the API: its token, its limit, its tenant; after it, whether the caller knows it already.

A token of the API opens nothing else, and a session's opens nothing here. Only the header is read: what a
browser sends by itself proves nothing.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

from server.api.limits import Limiter
from server.api.rules import PREFIX
from server.api.tokens import find_caller
from server.database import tenant
from server.problems import Problem
from server.settings import Settings

BEARER = "bearer "
KNOWN = b"private, no-cache"


class ApiAuthentication:
    """Sets `scope["user"]` to the Actor that the token acts as, and `scope["auth"]` to the Caller."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["route_handler"].opt.get("public"):
            await self._app(scope, receive, send)
            return
        limiter = _limiter(scope["litestar_app"].state)
        address, now = str(scope["state"].get("address", "")), datetime.now(UTC)
        header = ASGIConnection(scope).headers.get("authorization", "")
        if not header:
            raise Problem("token_required")
        token = header[len(BEARER) :].strip() if header.lower().startswith(BEARER) else ""
        caller = await find_caller(token, now, address) if token.startswith(PREFIX) else None
        # Whoever tries without a good one is counted by address.
        wait = limiter.take(str(caller.token_id) if caller else f"address {address}", now)
        if wait:
            raise Problem("rate_limited", retry_after=wait)
        if caller is None:
            raise Problem("token_invalid")
        scope["user"], scope["auth"] = caller.actor, caller
        with tenant(caller.actor.reseller_id):
            await self._app(scope, receive, send)


class Conditional:
    """An `ETag` on each answer of JSON to a GET, and 304 for who has it already."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        known = ASGIConnection(scope).headers.get("if-none-match", "")
        held: HTTPResponseStartEvent | None = None

        async def mark(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start" and _is_whole_json(message):
                held = message
                return
            if held is not None and message["type"] == "http.response.body":
                start, held = held, None
                etag = f'W/"{hashlib.sha256(message["body"]).hexdigest()[:32]}"'
                headers = [*start["headers"], (b"etag", etag.encode()), (b"cache-control", KNOWN)]
                if etag in known and not message.get("more_body"):
                    start["status"] = 304
                    headers = [one for one in headers if one[0].lower() not in _OF_BODY]
                    message["body"] = b""
                start["headers"] = headers
                await send(start)
            await send(message)

        await self._app(scope, receive, mark)


def _limiter(state: State) -> Limiter:
    """One for the process; the router makes a middleware for each handler."""
    if "api_limiter" not in state:
        settings: Settings = state.settings
        state["api_limiter"] = Limiter(settings.api_per_minute)
    limiter: Limiter = state["api_limiter"]
    return limiter


_OF_BODY = (b"content-length", b"content-type")


def _is_whole_json(start: HTTPResponseStartEvent) -> bool:
    headers = {name.lower(): value for name, value in start["headers"]}
    return start["status"] == 200 and headers.get(b"content-type", b"").startswith(b"application/json")
