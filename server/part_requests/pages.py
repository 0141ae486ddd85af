"""Peças: the queue of logistics, one part with what may be said of it, and an order moved along the queue."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from server.accounts.scope import WORKS_WITH_PARTS
from server.part_requests import actions, export, queries
from server.part_requests.forms import (
    active_filters,
    edit_form,
    query_string,
    read_edit,
    read_filter,
    refuse,
)
from server.part_requests.statuses import ENDED, NEXT_STEP, STATUS_NAMES, STEP_NAMES, TRANSITIONS
from server.problems import Problem
from server.service_orders import actions as order_actions
from server.service_orders.queries import technician_choices
from server.service_orders.statuses import (
    CLOSED,
    DESK,
    LOGISTICS,
    QUEUE,
    PendingReason,
    Status,
    moves_open_to,
)
from server.service_orders.statuses import STATUS_NAMES as ORDER_STATUS_NAMES
from server.service_orders.wording import span
from server.web.forms import Form
from server.web.guards import requires
from server.web.rendering import in_zone
from server.web.requests import ActorRequest, is_htmx, safe_next
from server.web.spreadsheets import download

PATH = "/part-requests"
_ONE = f"{PATH}/{{part_request_id:uuid}}"
_MOVES = "/service-orders/{order_id:uuid}/moves"
_QUEUE = tuple(status for status in Status if status not in CLOSED)
_LONGEST_REASON = 500


@get(PATH, guards=[requires(WORKS_WITH_PARTS)])
async def list_parts(request: ActorRequest) -> Template:
    actor, now = request.user, datetime.now(UTC)
    form = Form(request.query_params.multi_items(), actor.timezone)
    cursor = form.text("after")
    filters = active_filters(form)
    page = await queries.list_parts(actor, read_filter(form), now=now, after=cursor or None)
    is_whole = not cursor and not filters
    context = {
        "page": page,
        "form": form,
        "now": now,
        "today": in_zone(now, actor.timezone).date(),
        "span": span,
        "statuses": STATUS_NAMES,
        "order_statuses": {status: ORDER_STATUS_NAMES[status] for status in _QUEUE},
        "technicians": await technician_choices(actor),
        "filters": filters,
        "complete": await queries.complete_orders(actor) if is_whole else (),
        "bare": await queries.bare_orders(actor) if is_whole else (),
        "may_dispatch": actor.role in DESK,
        "next_step": NEXT_STEP,
        "step_names": STEP_NAMES,
        "link": lambda **changes: PATH + query_string(form, **changes),
        "here": PATH + query_string(form, after=cursor),
        "is_first": not cursor,
        "export": lambda kind: f"{PATH}/export.{kind}{query_string(form)}",
    }
    return _answer(request, "index", context, 200 if form.is_valid else 422)


@get(f"{PATH}/export.csv", guards=[requires(WORKS_WITH_PARTS)])
async def export_csv(request: ActorRequest) -> Stream:
    return _file(request, "csv")


@get(f"{PATH}/export.xlsx", guards=[requires(WORKS_WITH_PARTS)])
async def export_xlsx(request: ActorRequest) -> Stream:
    return _file(request, "xlsx")


@get(_ONE, guards=[requires(WORKS_WITH_PARTS)])
async def show_part(request: ActorRequest, part_request_id: FromPath[UUID]) -> Template:
    return await _page(request, part_request_id)


@post(f"{_ONE}/edits", guards=[requires(WORKS_WITH_PARTS)], status_code=200)
async def create_edit(request: ActorRequest, part_request_id: FromPath[UUID]) -> Response[Any]:
    """From the part's page, or with one touch from the list, which then is shown again."""
    form = await _sent(request)
    wanted = read_edit(form)
    if wanted is None or len(wanted.reason) > _LONGEST_REASON:
        if wanted is not None:
            form.errors["reason"] = f"No máximo {_LONGEST_REASON} caracteres."
        return await _page(request, part_request_id, edit=form, status=422)
    try:
        await actions.edit(request.user, part_request_id, wanted, now=datetime.now(UTC))
    except Problem as problem:
        if problem.code == "not_found":
            raise
        return await _page(request, part_request_id, edit=refuse(form, problem), status=problem.status)
    return Redirect(safe_next(form.text("next")) or f"{PATH}/{part_request_id}", status_code=303)


@post(_MOVES, guards=[requires(WORKS_WITH_PARTS)], status_code=200)
async def create_move(request: ActorRequest, order_id: FromPath[UUID]) -> Response[Any]:
    """To logistics, to stock, or back to who dispatches; what is pending is out of logistics' sight."""
    form = await _sent(request)
    status = next(iter(form.choices("status", Status) & {*QUEUE, Status.PENDING}), None)
    if status is None:
        form.errors["status"] = "Escolha para onde vai."
    form.check()
    assert status is not None
    await order_actions.change_status(
        request.user,
        order_id,
        status,
        now=datetime.now(UTC),
        pending_reason=PendingReason.WAITING_PARTS if status is Status.PENDING else None,
        note=form.text("note"),
    )
    is_out_of_sight = status is Status.PENDING and request.user.role in LOGISTICS
    return Redirect(PATH if is_out_of_sight else safe_next(form.text("next")) or PATH, status_code=303)


ROUTES = [list_parts, export_csv, export_xlsx, show_part, create_edit, create_move]


async def _sent(request: ActorRequest) -> Form:
    return Form((await request.form()).multi_items(), request.user.timezone)


async def _page(
    request: ActorRequest, part_request_id: UUID, *, edit: Form | None = None, status: int = 200
) -> Template:
    actor, now = request.user, datetime.now(UTC)
    part = await queries.get_part(actor, part_request_id, now=now)
    is_open = part.order_status not in CLOSED
    others = await queries.parts_of(actor, part.order_id, now=now)
    edit = edit or edit_form(part)
    context = {
        "part": part,
        "others": [other for other in others if other.id != part.id],
        "is_complete": is_open and all(one.status in ENDED for one in others),
        "choices": (part.status, *TRANSITIONS[part.status]),
        "statuses": STATUS_NAMES,
        "carriers": await queries.carrier_choices(actor),
        "edit": edit,
        "may_edit": is_open,
        "may_dispatch": is_open and actor.role in DESK,
        "moves": moves_open_to(part.order_status, actor.role),
        "order_statuses": ORDER_STATUS_NAMES,
        "now": now,
        "span": span,
        "here": f"{PATH}/{part_request_id}",
    }
    return _answer(request, "show", context, status)


def _file(request: ActorRequest, suffix: str) -> Stream:
    actor, now = request.user, datetime.now(UTC)
    form = Form(request.query_params.multi_items(), actor.timezone)
    wanted = read_filter(form)
    form.check()
    name = f"pecas-{in_zone(now, actor.timezone):%Y-%m-%d}"
    return download(export.COLUMNS, export.cells(actor, wanted, now), name, suffix)


def _answer(request: ActorRequest, name: str, context: dict[str, Any], status: int) -> Template:
    part = "_" if is_htmx(request) else ""
    return Template(
        f"part_requests/{part}{name}.html",
        context=context,
        status_code=status,
        headers={"Vary": "HX-Request"},
    )
