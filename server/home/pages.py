"""Início: what one comes for, what waits for one, and the last of each kind; and the monitoring dashboard."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from litestar import get
from litestar.response import Template

from server.accounts.actor import Actor
from server.home import queries
from server.home.rules import LAST, Part, buttons_of, parts_of
from server.service_orders.statuses import DESK
from server.service_orders.wording import span
from server.supplies.queries import list_requests
from server.supplies.statuses import STATUS_NAMES as SUPPLY_STATUS_NAMES
from server.supplies.views import RequestFilter
from server.visits.queries import list_visits
from server.visits.views import VisitFilter
from server.web.guards import monitors_only, requires
from server.web.requests import ActorRequest, is_htmx

MONITORED = 20


@get("/home", guards=[requires()])
async def show_home_page(request: ActorRequest) -> Template:
    actor, now = request.user, datetime.now(UTC)
    context = {"buttons": buttons_of(actor.role), "now": now, "span": span, **await _parts(actor, now)}
    name = "_index" if is_htmx(request) else "index"
    return Template(f"home/{name}.html", context=context, headers={"Vary": "HX-Request"})


@get("/monitoring", guards=[monitors_only])
async def show_monitoring(request: ActorRequest) -> Template:
    """The manual's *dashboard de monitoração*; it refreshes itself, for a screen on the wall."""
    now = datetime.now(UTC)
    context = {
        "orders": await queries.last_orders(request.user, now, MONITORED),
        "now": now,
        "span": span,
        "most": MONITORED,
    }
    name = "_monitoring" if is_htmx(request) else "monitoring"
    return Template(f"home/{name}.html", context=context, headers={"Vary": "HX-Request"})


ROUTES = [show_home_page, show_monitoring]


async def _parts(actor: Actor, now: datetime) -> dict[str, Any]:
    """None for what this profile has nothing to do with."""
    parts = parts_of(actor.role)
    is_desk, is_caller = actor.role in DESK, actor.is_of_customer and Part.TRIAGES in parts
    return {
        "waiting": await queries.count_waiting(actor, now) if is_desk else None,
        "questions": await queries.questions_to_answer(actor) if is_caller else (),
        "to_rate": await queries.questions_to_rate(actor, now) if is_caller else (),
        "orders": await queries.last_orders(actor, now) if Part.ORDERS in parts else None,
        "triages": await queries.last_triages(actor) if Part.TRIAGES in parts else None,
        "supply_requests": (await list_requests(actor, RequestFilter(), limit=LAST)).rows
        if Part.SUPPLY_REQUESTS in parts
        else None,
        "visits": (await list_visits(actor, VisitFilter(), limit=LAST)).rows
        if Part.VISITS in parts
        else None,
        "supply_status_names": SUPPLY_STATUS_NAMES,
    }
