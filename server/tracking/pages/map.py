"""*Técnicos*: the map of those on the road, live."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.response import Template

from server.accounts.actor import Actor, Role
from server.problems import Problem
from server.settings import Settings
from server.tracking import queries
from server.tracking.duty import DUTY_NAMES, Duty
from server.tracking.movements import Movements, markers_json
from server.tracking.policy import policy_of
from server.web.forms import Form
from server.web.guards import followers_only, may_follow
from server.web.page_stream import told, watched
from server.web.requests import ActorRequest, is_htmx

PATH = "/technicians/map"


@get(PATH, guards=[followers_only])
async def show_map(request: ActorRequest) -> Template:
    actor, settings = request.user, _settings(request)
    form = Form(request.query_params.multi_items(), actor.timezone)
    company_id = form.uuid("company_id")
    now = datetime.now(UTC)
    rows = await queries.list_technicians(actor, company_id, now=now)
    narrowed = f"?company_id={company_id}" if company_id else ""
    context = {
        "rows": rows,
        "counts": {duty: sum(row.duty is duty for row in rows) for duty in Duty},
        "stopped": sum(row.stopped_at is not None for row in rows),
        "duty_names": DUTY_NAMES,
        "markers": markers_json(rows),
        "form": form,
        "here": PATH + narrowed,
        "narrowed": narrowed,
        "company_id": company_id,
        "now": now,
    }
    if not is_htmx(request):
        context |= {
            "companies": await queries.company_choices(actor),
            "silent_minutes": (await policy_of(actor.reseller_id)).silent_minutes,
            "may_decide": actor.role is Role.ADMIN,
            "tile_url": settings.tile_url,
            "tile_attribution": settings.tile_attribution,
        }
    part = "_" if is_htmx(request) else ""
    return Template(
        f"tracking/{part}map.html",
        context=context,
        status_code=200 if form.is_valid else 422,
        headers={"Vary": "HX-Request"},
    )


@get(f"{PATH}/tracks", guards=[followers_only])
async def show_tracks(request: ActorRequest) -> Response[bytes]:
    """Today's lines of those on duty, by technician: pieces of `[latitude, longitude]`."""
    tracks = await queries.todays_tracks(request.user, _company(request), now=datetime.now(UTC))
    body = msgspec.json.encode({str(one): pieces for one, pieces in tracks.items()})
    return Response(body, media_type="application/json")


@watched("technicians")
async def follow_technicians(actor: Actor, _: UUID | None) -> str:
    """Tells that what somebody is at has changed, not who."""
    if not may_follow(actor):
        raise Problem("not_found")
    return f"reseller:{actor.reseller_id}:visits"


@told("positions")
def follow_positions(actor: Actor, company_id: UUID | None) -> Movements:
    """Those that moved, of one company or of all that the actor sees."""
    if not may_follow(actor):
        raise Problem("not_found")
    return Movements(actor, company_id, now=datetime.now(UTC))


ROUTES = [show_map, show_tracks]


def _company(request: ActorRequest) -> UUID | None:
    """One that is not there, or not theirs, shows nobody."""
    return Form(request.query_params.multi_items()).uuid("company_id")


def _settings(request: ActorRequest) -> Settings:
    settings: Settings = request.app.state.settings
    return settings
