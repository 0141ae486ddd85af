"""When each customer is asked for its readings, if at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from server.accounts.scope import ASKS_FOR_READINGS
from server.reading_requests import actions, queries
from server.reading_requests.forms import read_schedule
from server.web.forms import Form
from server.web.guards import requires
from server.web.requests import ActorRequest, is_htmx, safe_next

PATH = "/reading-schedules"
_CUSTOMER = "/customers/{customer_id:uuid}"


@get(PATH, guards=[requires(ASKS_FOR_READINGS)])
async def list_schedules(request: ActorRequest) -> Template:
    return await _page(request, Form(request.query_params.multi_items(), request.user.timezone))


@post(f"{_CUSTOMER}/reading-schedule", guards=[requires(ASKS_FOR_READINGS)], status_code=200)
async def set_schedule(request: ActorRequest, customer_id: FromPath[UUID]) -> Response[Any]:
    form = Form((await request.form()).multi_items(), request.user.timezone)
    is_on, day, remind = read_schedule(form)
    form.check()
    await actions.set_schedule(
        request.user, customer_id, is_on=is_on, day_of_month=day, remind_after_days=remind
    )
    return Redirect(safe_next(form.text("next")) or PATH, status_code=303)


@post(f"{_CUSTOMER}/reading-requests", guards=[requires(ASKS_FOR_READINGS)], status_code=200)
async def create_request(request: ActorRequest, customer_id: FromPath[UUID]) -> Response[Any]:
    """Now, whatever the day; the one of this month, where it was asked for already."""
    request_id = await actions.ask_now(request.user, customer_id, now=datetime.now(UTC))
    return Redirect(f"/reading-requests/{request_id}", status_code=303)


ROUTES = [list_schedules, set_schedule, create_request]


async def _page(request: ActorRequest, form: Form) -> Template:
    cursor, text = form.text("after"), form.text("customer")
    page = await queries.list_schedules(request.user, text, after=cursor or None)
    context = {
        "page": page,
        "form": form,
        "filters": ["cliente"] if text else [],
        "link": lambda **changes: PATH + form.query(("customer",), **changes),
        "here": PATH + form.query(("customer",), after=cursor),
        "is_first": not cursor,
    }
    part = "_" if is_htmx(request) else ""
    return Template(f"reading_requests/{part}schedules.html", context=context, headers={"Vary": "HX-Request"})
