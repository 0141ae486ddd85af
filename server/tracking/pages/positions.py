"""*Minhas posições*: what the portal keeps of where a technician was, for that technician alone."""

from __future__ import annotations

from litestar import get
from litestar.response import Template

from server.accounts.actor import Role
from server.tracking.own_positions import own_positions
from server.web.guards import requires
from server.web.requests import ActorRequest


@get("/profile/positions", guards=[requires(Role.TECHNICIAN)])
async def show_positions(request: ActorRequest) -> Template:
    kept = await own_positions(request.user)
    return Template("tracking/positions.html", context={"kept": kept})


ROUTES = [show_positions]
