"""Turns a request's token into an Actor, and keeps the rest of the request inside that person's tenant.

The token comes as the session cookie (browsers) or as `Authorization: Bearer` (programs). One query; nothing
is written but the session's `last_seen_at`, at most every five minutes.
"""

from __future__ import annotations

from datetime import UTC, datetime

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from server.accounts.sessions import find_actor
from server.accounts.viewing import check_reads_only
from server.database import tenant
from server.settings import Settings

BEARER = "Bearer "


def cookie_name(settings: Settings) -> str:
    """`__Host-` binds a cookie to this host and to https; without https browsers refuse the prefix."""
    return "__Host-session" if settings.is_https else "session"


class AuthenticationMiddleware:
    """Sets `scope["user"]` to an Actor or None, and `scope["auth"]` to the way it was proved."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._cookie = cookie_name(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["user"], scope["auth"] = None, None
        handler = scope.get("route_handler")
        if scope["type"] != ScopeType.HTTP or (handler is not None and handler.opt.get("without_session")):
            await self._app(scope, receive, send)
            return
        token, way = self._token(ASGIConnection(scope))
        actor = await find_actor(token, datetime.now(UTC), self._settings) if token else None
        if actor is None:
            await self._app(scope, receive, send)
            return
        check_reads_only(actor, scope["method"], scope["path"])
        scope["user"], scope["auth"] = actor, way
        with tenant(actor.reseller_id):
            await self._app(scope, receive, send)

    def _token(self, connection: ASGIConnection) -> tuple[str, str | None]:  # type: ignore[type-arg]
        header = connection.headers.get("authorization", "")
        if header.startswith(BEARER):
            return header.removeprefix(BEARER).strip(), "bearer"
        return connection.cookies.get(self._cookie, ""), "cookie"
