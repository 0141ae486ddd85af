"""Turns a request's token into an Actor, and keeps the rest of the request inside that person's tenant.

The token comes as the session cookie (browsers) or as `Authorization: Bearer` (programs). One query; nothing
is written but the session's `last_seen_at`, at most every five minutes.
"""

from __future__ import annotations

from datetime import UTC, datetime

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from server.accounts.actor import Actor
from server.accounts.sessions import find_actor
from server.accounts.viewing import check_reads_only
from server.database import tenant
from server.problems import Problem
from server.settings import Settings
from server.web.requests import PROGRAM_PATHS

BEARER = "Bearer "
# Secrets and wishes: not even an admin who looks as this person sees them.
OWN_ALONE = ("/profile/second-factor", "/profile/privacy", "/profile/email", "/privacy/requests", "/consents")


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
        self._check_gate(actor, scope)
        with tenant(actor.reseller_id):
            await self._app(scope, receive, send)

    def _check_gate(self, actor: Actor, scope: Scope) -> None:
        """What a person owes before the portal's pages open. Never the sync: recorded work is not held up.

        Raises `second_factor_missing` or `terms_refused`.
        """
        handler = scope.get("route_handler")
        if actor.viewer_id is not None and scope["path"].startswith(OWN_ALONE):
            raise Problem("not_found")
        if actor.viewer_id is not None or handler is None:
            return
        if any(handler.opt.get(mark) for mark in ("public", "before_gate")):
            return
        if scope["path"].startswith(PROGRAM_PATHS):
            return
        if actor.role in self._settings.two_factor_roles and not actor.has_second_factor:
            raise Problem("second_factor_missing")
        if actor.has_refused_terms:
            raise Problem("terms_refused")

    def _token(self, connection: ASGIConnection) -> tuple[str, str | None]:  # type: ignore[type-arg]
        header = connection.headers.get("authorization", "")
        if header.startswith(BEARER):
            return header.removeprefix(BEARER).strip(), "bearer"
        return connection.cookies.get(self._cookie, ""), "cookie"
