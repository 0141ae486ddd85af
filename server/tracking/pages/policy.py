"""What an admin decides about following technicians."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect, Template

from server.accounts.actor import Role
from server.problems import Problem
from server.tracking import policy
from server.tracking.policy import Policy
from server.web.forms import Form
from server.web.guards import requires
from server.web.requests import ActorRequest

PATH = "/technicians/policy"


@get(PATH, guards=[requires(Role.ADMIN)])
async def show_policy(request: ActorRequest) -> Template:
    now = await policy.policy_of(request.user.reseller_id)
    form = Form.showing({"silent_minutes": str(now.silent_minutes), "keep_days": str(now.keep_days)})
    return _page(form, is_done="done" in request.query_params)


@post(PATH, guards=[requires(Role.ADMIN)], status_code=200)
async def edit_policy(request: ActorRequest) -> Response[Any]:
    form = Form((await request.form()).multi_items(), request.user.timezone)
    try:
        # A number that is none becomes 0, which no policy has.
        wanted = Policy(form.number("silent_minutes") or 0, form.number("keep_days") or 0)
        await policy.edit_policy(request.user, wanted)
    except Problem as problem:
        form.errors |= problem.facts.get("errors", {})
        return _page(form, status=problem.status)
    return Redirect(f"{PATH}?done=1", status_code=303)


def _page(form: Form, *, is_done: bool = False, status: int = 200) -> Template:
    return Template("tracking/policy.html", context={"form": form, "is_done": is_done}, status_code=status)


ROUTES = [show_policy, edit_policy]
