"""Which company or registration is looked at, and looking as somebody else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from server.accounts.narrowing import list_choices, narrow_session
from server.accounts.viewing import END_PATH, begin_viewing, end_viewing
from server.problems import Problem
from server.web.forms import Form
from server.web.guards import admin_only, requires
from server.web.requests import ActorRequest, address, is_htmx, safe_next


@get("/narrowing", guards=[requires()])
async def show_choices(request: ActorRequest, next: FromQuery[str] = "") -> Template:
    """The page, and for the menu of the top bar its list alone."""
    context = {"choices": await list_choices(request.user), "next": safe_next(next) or "/home"}
    name = "_narrowing" if is_htmx(request) else "narrowing"
    return Template(f"accounts/{name}.html", context=context, headers={"Vary": "HX-Request"})


@post("/narrowing", guards=[requires()], status_code=200)
async def create_narrowing(request: ActorRequest) -> Response[Any]:
    form = Form((await request.form()).multi_items())
    to_id = form.uuid("to")
    if not form.is_valid:
        raise Problem("not_found")
    await narrow_session(request.user, to_id)
    return Redirect(safe_next(form.text("next")) or "/home", status_code=303)


@post("/users/{user_id:uuid}/viewing", guards=[admin_only], status_code=200)
async def create_viewing(request: ActorRequest, user_id: FromPath[UUID]) -> Response[Any]:
    await begin_viewing(request.user, user_id, address(request))
    return Redirect("/home", status_code=303)


@post(END_PATH, guards=[requires()], status_code=200)
async def create_viewing_end(request: ActorRequest) -> Response[Any]:
    viewed = request.user
    await end_viewing(viewed, address(request))
    return Redirect(f"/users/{viewed.user_id}" if viewed.viewer_id else "/home", status_code=303)


ROUTES = [show_choices, create_narrowing, create_viewing, create_viewing_end]
