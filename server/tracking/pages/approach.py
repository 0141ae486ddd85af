"""*Técnico a caminho*: the desk's link, and the public page that it opens.

The page is public: whoever has the address may see it. It says a first name, a coarse place and a distance,
only while the technician travels, and asks that nobody keeps, indexes or passes on its address.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from server.problems import Problem
from server.service_orders.statuses import DESK
from server.settings import Settings
from server.tracking import approach_links
from server.tracking.approach import Approach, first_name
from server.tracking.approach_links import Coming
from server.tracking.pace import Pace
from server.web.guards import requires
from server.web.requests import ActorRequest, AnyRequest, address, is_htmx

# The page asks again every 15 s; a family may look from one address.
VIEWS = Pace(tries=120, seconds=60)
_LINK = "/visits/{visit_id:uuid}/approach-link"
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",  # the token is in the address
    "Vary": "HX-Request",
}


@get("/on-the-way/{token:str}", opt={"public": True, "without_session": True})
async def show_approach(request: AnyRequest, token: FromPath[str]) -> Template:
    now, caller = datetime.now(UTC), address(request)
    if not VIEWS.allows(caller, now.timestamp()):
        raise Problem("too_many_views", retry_after=60)
    coming = await approach_links.find_coming(token, now=now, address=caller)
    settings: Settings = request.app.state.settings
    context = {
        "coming": coming,
        "name": first_name(coming.technician_name or ""),
        "route": _route(coming),
        "here": f"/on-the-way/{token}",
        "tile_url": settings.tile_url,
        "tile_attribution": settings.tile_attribution,
        "now": now,
    }
    return Template(
        f"tracking/{'_' if is_htmx(request) else ''}approach.html",
        context=context,
        status_code=410 if coming.approach is Approach.OVER else 200,
        headers=_HEADERS,
    )


@post(_LINK, guards=[requires(DESK)], status_code=200)
async def create_link(request: ActorRequest, visit_id: FromPath[UUID]) -> Response[None]:
    await approach_links.create_link(request.user, visit_id, now=datetime.now(UTC))
    return Redirect(f"/visits/{visit_id}", status_code=303)


@post(f"{_LINK}/revocation", guards=[requires(DESK)], status_code=200)
async def revoke_link(request: ActorRequest, visit_id: FromPath[UUID]) -> Response[None]:
    await approach_links.revoke_links(request.user, visit_id, now=datetime.now(UTC))
    return Redirect(f"/visits/{visit_id}", status_code=303)


ROUTES = [show_approach, create_link, revoke_link]


def _route(coming: Coming) -> str | None:
    """As `pwa/src/desk/map.ts` draws it."""
    if coming.at is None:
        return None
    stops = [{"at": coming.at, "label": first_name(coming.technician_name or "")}]
    return msgspec.json.encode({"segments": [], "stops": stops, "customer": coming.customer}).decode()
