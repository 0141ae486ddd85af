"""Who may call a handler: said beside its address, and refused when nothing is said.

    @get("/users", guards=[requires(Role.ADMIN)])

Nobody logged in is a `login_required`; the wrong role a `not_found`: what one may not see does not exist.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from litestar import Litestar, Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute

from server.accounts.actor import PEOPLE, Actor, Role
from server.audit.actions import append
from server.problems import Problem
from server.web.kept import kept_fields
from server.web.requests import is_for_person

Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], Awaitable[None]]

DESK_ROLES = frozenset(
    {Role.ADMIN, Role.SERVICE_OPERATOR, Role.CALL_OPERATOR, Role.LOGISTICS_OPERATOR, Role.SUPPLIES_OPERATOR}
)


def requires(*roles: Role | Iterable[Role]) -> Guard:
    """A logged-in person of one of these roles; of any role when none is named, but never the bridge."""
    allowed = frozenset(
        role for item in roles for role in ((item,) if isinstance(item, Role) else tuple(item))
    ) or frozenset(PEOPLE)

    # Not a plain function: Litestar would send it through a thread.
    async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        actor: Actor | None = connection.scope.get("user")
        if actor is None:
            raise Problem("login_required")
        if actor.role not in allowed:
            raise Problem("not_found")

    return guard


def keeping(begin: str) -> Guard:
    """Before `requires`, on a form worth keeping: when its session is over, what was typed goes along to the
    login page and is offered to be sent after it. `begin` is where to go when it cannot be kept."""

    async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        if connection.scope.get("user") is None and isinstance(connection, Request):
            kept = await kept_fields(connection) if is_for_person(connection) else None
            raise Problem("login_required", **({"kept": kept, "begin": begin} if kept else {}))

    return guard


async def monitors_only(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The admin, and whom of the desk the admin lets see the monitoring."""
    actor: Actor | None = connection.scope.get("user")
    if actor is None:
        raise Problem("login_required")
    if not may_monitor(actor):
        raise Problem("not_found")


def may_monitor(actor: Actor) -> bool:
    return actor.role is Role.ADMIN or (actor.role in DESK_ROLES and actor.can_view_monitoring)


async def followers_only(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Who sees where technicians are: the admin, the service operator, and whom of the desk may monitor."""
    actor: Actor | None = connection.scope.get("user")
    if actor is None:
        raise Problem("login_required")
    if not may_follow(actor):
        raise Problem("not_found")


def may_follow(actor: Actor) -> bool:
    return actor.role is Role.SERVICE_OPERATOR or may_monitor(actor)


async def admin_only(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The reseller's admin; somebody else's try is kept in the audit trail."""
    actor: Actor | None = connection.scope.get("user")
    if actor is None:
        raise Problem("login_required")
    if actor.role is not Role.ADMIN:
        await append(
            "admin.denied",
            reseller_id=actor.reseller_id,
            user_id=actor.user_id,
            address=str(connection.scope["state"].get("address", "")),
            path=connection.scope["path"],
        )
        raise Problem("not_found")


def check_every_route_is_guarded(app: Litestar) -> None:
    """Refuse to start with a handler that says neither who may call it nor that everybody may."""
    for route in app.routes:
        handlers = route.route_handlers if isinstance(route, HTTPRoute) else [route.route_handler]
        for handler in handlers:
            answers_options_only = getattr(handler, "http_methods", None) == {"OPTIONS"}
            if not (answers_options_only or handler.opt.get("public") or handler.resolve_guards()):
                raise RuntimeError(f"{route.path}: {handler} has neither a guard nor opt={{'public': True}}")
