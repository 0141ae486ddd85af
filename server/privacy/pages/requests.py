"""The admin's table of requests, with their deadlines, and the decision of one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from server.accounts.confirmation import is_confirmed
from server.privacy import consents, requests
from server.privacy.rules import (
    HOLD_REASONS,
    REQUEST_NAMES,
    STATE_NAMES,
    RequestKind,
    RequestState,
    days_left,
)
from server.problems import Problem
from server.web.forms import Form
from server.web.guards import admin_only
from server.web.requests import ActorRequest, address

PATH = "/privacy/requests"
REQUEST = f"{PATH}/{{request_id:uuid}}"
NAMES = {"request_names": REQUEST_NAMES, "state_names": STATE_NAMES, "days_left": days_left}


@get(PATH, guards=[admin_only])
async def list_requests(
    request: ActorRequest, show: FromQuery[str] = "open", after: FromQuery[str] = ""
) -> Template:
    now, only_open = datetime.now(UTC), show != "all"
    lines, next_key = await requests.list_requests(
        request.user, only_open=only_open, now=now, after=after or None
    )
    show = "open" if only_open else "all"
    return Template(
        "privacy/requests.html",
        context={
            "lines": lines,
            "show": show,
            "first": f"{PATH}?show={show}" if after else None,
            "next": f"{PATH}?" + urlencode({"show": show, "after": next_key}) if next_key else None,
            "now": now,
            **NAMES,
        },
    )


@get(REQUEST, guards=[admin_only])
async def show_request(
    request: ActorRequest, request_id: FromPath[UUID], done: FromQuery[str] = ""
) -> Template:
    return await _page(request, request_id, Form(), 200, done)


@post(f"{REQUEST}/approval", guards=[admin_only], status_code=200)
async def approve_request(request: ActorRequest, request_id: FromPath[UUID]) -> Response[Any]:
    form = Form((await request.form()).multi_items())
    try:
        await requests.approve_erasure(
            request.user, request_id, form.text("password"), datetime.now(UTC), address(request)
        )
    except Problem as problem:
        return await _refused(request, request_id, form, problem)
    return Redirect(f"{PATH}/{request_id}?done=approved", status_code=303)


@post(f"{REQUEST}/refusal", guards=[admin_only], status_code=200)
async def decline_request(request: ActorRequest, request_id: FromPath[UUID]) -> Response[Any]:
    form = Form((await request.form()).multi_items())
    try:
        await requests.decline_erasure(
            request.user,
            request_id,
            form.text("hold"),
            form.text("reason"),
            datetime.now(UTC),
            address(request),
        )
    except Problem as problem:
        return await _refused(request, request_id, form, problem)
    return Redirect(f"{PATH}/{request_id}?done=declined", status_code=303)


@post("/users/{user_id:uuid}/data-requests", guards=[admin_only], status_code=200)
async def ask_for_person(request: ActorRequest, user_id: FromPath[UUID]) -> Response[Any]:
    """For somebody who asked by telephone, or a customer's contact who left."""
    form = Form((await request.form()).multi_items())
    actor, now = request.user, datetime.now(UTC)
    if form.text("kind") == RequestKind.ERASURE:
        request_id = await requests.ask_for_erasure(
            actor, user_id, form.text("password"), now, address(request)
        )
    else:
        request_id = await requests.ask_for_export(actor, user_id, now, address(request))
    return Redirect(f"{PATH}/{request_id}?done=asked", status_code=303)


async def _refused(request: ActorRequest, request_id: UUID, form: Form, problem: Problem) -> Template:
    if problem.code == "not_found":
        raise problem
    if problem.code == "invalid":
        form.errors |= {field["name"]: field["message"] for field in problem.facts["fields"]}
    else:
        is_password = problem.code in {"password_needed", "wrong_password"}
        form.errors["password" if is_password else ""] = problem.detail
    status = 422 if problem.code == "password_needed" else problem.status
    return await _page(request, request_id, form, status)


async def _page(request: ActorRequest, request_id: UUID, form: Form, status: int, done: str = "") -> Template:
    actor, now = request.user, datetime.now(UTC)
    line = await requests.find_request(actor, request_id, now)
    return Template(
        "privacy/request.html",
        context={
            "line": line,
            "receipts": await consents.list_receipts(actor, line.user_id),
            "is_decidable": line.kind is RequestKind.ERASURE and line.state is RequestState.ASKED,
            "is_own": line.user_id == actor.user_id,
            "asks_password": not is_confirmed(actor, now),
            "hold_reasons": HOLD_REASONS,
            "form": form,
            "done": done,
            "now": now,
            **NAMES,
        },
        status_code=status,
    )


ROUTES = [list_requests, show_request, approve_request, decline_request, ask_for_person]
