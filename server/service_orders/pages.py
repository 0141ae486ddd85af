"""Chamados: the list that the desk works from, and one order with what may be done to it.

Both answer the whole page to a browser, and to htmx the part that changes: the same template.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from server.accounts.actor import Actor
from server.accounts.scope import WORKS_WITH_ORDERS, WORKS_WITH_PARTS
from server.attachments.queries import find_order_attachments
from server.bridge.queries import is_late
from server.calendars.promises import Explained, explain
from server.equipment.card.queries import find_machines
from server.equipment.card.rules import READERS
from server.part_requests.statuses import STATUS_NAMES as PART_STATUS_NAMES
from server.problems import Problem
from server.ratings.queries import find_served
from server.ratings.rules import may_rate
from server.service_orders import actions, queries
from server.service_orders.forms import (
    active_filters,
    dispatch_form,
    query_string,
    read_dispatch,
    read_filter,
    read_sort,
    refuse,
)
from server.service_orders.opening.rules import OPENERS
from server.service_orders.returns import find_returns
from server.service_orders.saved_filters import list_saved_filters
from server.service_orders.statuses import (
    CALLERS,
    CLOSED,
    DESK,
    LOGISTICS,
    SOURCE_NAMES,
    STATUS_NAMES,
    Status,
    moves_open_to,
)
from server.service_orders.views import OrderDetail
from server.service_orders.wording import CONTRACT_NAMES, changes_text, pending_text, span
from server.triage.rules import TURN_NAMES
from server.triage.show import triage_context
from server.visits.disclosure import is_shown_to
from server.visits.pictures import find_order_photos
from server.web.forms import Form
from server.web.guards import may_monitor, requires
from server.web.page_stream import watched
from server.web.rendering import in_zone
from server.web.requests import ActorRequest, is_htmx


class Tab(StrEnum):
    """The parts of an order's page; the value is in its address."""

    DETAILS = "details"
    TRIAGE = "triage"
    HISTORY = "history"
    ATTACHMENTS = "attachments"


TAB_NAMES = {
    Tab.DETAILS: "Detalhes",
    Tab.TRIAGE: "Pré-atendimento",
    Tab.HISTORY: "Histórico",
    Tab.ATTACHMENTS: "Anexos",
}
PATH = "/service-orders"
_NOTE_WRITERS = DESK | LOGISTICS


@get(PATH, guards=[requires(WORKS_WITH_ORDERS)])
async def list_orders(request: ActorRequest) -> Template:
    actor, now = request.user, datetime.now(UTC)
    form = Form(request.query_params.multi_items(), actor.timezone)
    wanted = read_filter(form)
    cursor = form.text("after")
    page = await queries.list_orders(actor, wanted, now=now, after=cursor or None)
    sort, is_descending = read_sort(form.text("sort"))
    context = {
        "page": page,
        "form": form,
        "now": now,
        "span": span,
        "statuses": STATUS_NAMES,
        "technicians": () if actor.is_of_customer else await queries.technician_choices(actor),
        "filters": active_filters(form),
        "turn_names": TURN_NAMES,
        "link": lambda **changes: PATH + query_string(form, **changes),
        "here": PATH + query_string(form, after=cursor),
        "is_first": not cursor,
        "sort": sort,
        "is_descending": is_descending,
        "may_open": actor.role in OPENERS,
        "machines": await find_machines(actor, wanted.serial_number)
        if wanted.serial_number and actor.role in READERS
        else (),
        "elsewhere": None if page.rows else await queries.find_elsewhere(actor, wanted, now=now),
        "saved": await list_saved_filters(actor),
        "export": lambda kind: f"{PATH}/export.{kind}{query_string(form)}",
        "query": query_string(form),
        "is_bridge_late": may_monitor(actor) and await is_late(actor, now),
    }
    return _answer(request, "index", context, 200 if form.is_valid else 422)


@watched("orders", WORKS_WITH_ORDERS)
async def follow_orders(actor: Actor, _: UUID | None) -> str:
    """Tells that some order changed, not which: the page asks again within its own scope."""
    return f"reseller:{actor.reseller_id}:orders"


@get(f"{PATH}/{{order_id:uuid}}", guards=[requires(WORKS_WITH_ORDERS)])
async def show_order(
    request: ActorRequest, order_id: FromPath[UUID], tab: FromQuery[Tab] = Tab.DETAILS
) -> Template:
    return await order_page(request, order_id, tab)


@post(f"{PATH}/{{order_id:uuid}}/dispatches", guards=[requires(DESK)], status_code=200)
async def create_dispatch(
    request: ActorRequest, order_id: FromPath[UUID], tab: FromQuery[Tab] = Tab.DETAILS
) -> Response[Any]:
    actor, form = request.user, await sent_form(request)
    order = await queries.get_order(actor, order_id, now=datetime.now(UTC))
    wanted = read_dispatch(form, order, actor.timezone)
    if wanted is None:
        return await order_page(request, order_id, tab, dispatch=form, status=422)
    return await changed(
        request,
        order_id,
        actions.dispatch(actor, order_id, wanted, now=datetime.now(UTC)),
        lambda problem: order_page(
            request, order_id, tab, dispatch=refuse(form, problem), status=problem.status
        ),
        tab,
    )


@post(f"{PATH}/{{order_id:uuid}}/cancellations", guards=[requires(DESK | CALLERS)], status_code=200)
async def create_cancellation(
    request: ActorRequest, order_id: FromPath[UUID], tab: FromQuery[Tab] = Tab.DETAILS
) -> Response[Any]:
    form = await sent_form(request)
    return await changed(
        request,
        order_id,
        actions.cancel(request.user, order_id, form.text("reason"), now=datetime.now(UTC)),
        lambda problem: order_page(
            request, order_id, tab, cancellation=refuse(form, problem), status=problem.status
        ),
        tab,
    )


@post(f"{PATH}/{{order_id:uuid}}/notes", guards=[requires(_NOTE_WRITERS)], status_code=200)
async def create_note(
    request: ActorRequest, order_id: FromPath[UUID], tab: FromQuery[Tab] = Tab.DETAILS
) -> Response[Any]:
    form = await sent_form(request)
    is_internal = form.text("is_for_customer") == ""
    return await changed(
        request,
        order_id,
        actions.add_note(
            request.user, order_id, form.text("body"), now=datetime.now(UTC), is_internal=is_internal
        ),
        lambda problem: order_page(request, order_id, tab, note=refuse(form, problem), status=problem.status),
        tab,
    )


ROUTES = [list_orders, show_order, create_dispatch, create_cancellation, create_note]


def address(order_id: UUID, tab: Tab) -> str:
    return f"{PATH}/{order_id}{at(tab)}"


def at(tab: Tab) -> str:
    """What an address ends with, so that the page comes back at this part."""
    return "" if tab is Tab.DETAILS else f"?tab={tab}"


async def sent_form(request: ActorRequest) -> Form:
    return Form((await request.form()).multi_items(), request.user.timezone)


async def changed(
    request: ActorRequest,
    order_id: UUID,
    action: Awaitable[None],
    show_again: Callable[[Problem], Awaitable[Template]],
    tab: Tab = Tab.DETAILS,
) -> Response[Any]:
    """Done: back to the order, at the part where the person was.

    Refused by a rule: the form again, with the reason and what was typed.
    """
    try:
        await action
    except Problem as problem:
        if problem.code == "not_found":
            raise
        return await show_again(problem)
    return Redirect(address(order_id, tab), status_code=303)


async def order_page(
    request: ActorRequest,
    order_id: UUID,
    tab: Tab = Tab.DETAILS,
    *,
    dispatch: Form | None = None,
    cancellation: Form | None = None,
    note: Form | None = None,
    message: Form | None = None,
    attached: tuple[UUID, ...] = (),
    status: int = 200,
) -> Template:
    """The page of one order, with a form as it was sent where one was refused."""
    actor, now = request.user, datetime.now(UTC)
    order = await queries.get_order(actor, order_id, now=now)
    may_dispatch = actor.role in DESK and order.status not in CLOSED
    technicians = await queries.technician_choices(actor) if not actor.is_of_customer else ()
    names = {str(choice.id): choice.name for choice in technicians}
    if order.technician_name:
        names[str(order.technician_id)] = order.technician_name
    attachments = (
        await find_order_attachments(actor, order_id) if tab in {Tab.TRIAGE, Tab.ATTACHMENTS} else ()
    )
    explained = await _explained(actor, order)
    context = {
        "order": order,
        "visits": [visit for visit in order.visits if is_shown_to(actor, visit.state)],
        "photos": await find_order_photos(actor, order_id) if tab is Tab.ATTACHMENTS else (),
        "attachments": attachments,
        **await triage_context(actor, order, attachments, message, attached, is_open=tab is Tab.TRIAGE),
        "may_rate": await _may_rate(actor, order, now),
        "explained": explained,
        "returns": await find_returns(actor, order_id) if tab is Tab.DETAILS else None,
        "same_day": lambda line: (
            in_zone(line.since, actor.timezone).date() == in_zone(line.until, actor.timezone).date()
        ),
        "is_just_opened": "opened" in request.query_params and not is_htmx(request),
        "may_open": actor.role in OPENERS,
        "tab": tab,
        "tabs": TAB_NAMES,
        "now": now,
        "span": span,
        "contract_names": CONTRACT_NAMES,
        "part_status_names": PART_STATUS_NAMES,
        "WORKS_WITH_PARTS": WORKS_WITH_PARTS,
        "source_names": SOURCE_NAMES,
        "pending_text": pending_text,
        "changes_of": lambda line: changes_text(line.before, line.after, names, actor.timezone),
        "technicians": technicians,
        "may_dispatch": may_dispatch,
        "moves": moves_open_to(order.status, actor.role),
        "may_cancel": Status.CANCELLED in order.changes,
        "may_note": actor.role in _NOTE_WRITERS,
        "dispatch": dispatch
        or dispatch_form(order, actor.timezone, paused_due_at=explained.paused_due_at if explained else None),
        "cancellation": cancellation or Form(),
        "note": note or Form(),
        "here": address(order_id, tab),
        "at": at(tab),
    }
    return _answer(request, "show", context, status)


async def _may_rate(actor: Actor, order: OrderDetail, now: datetime) -> bool:
    if actor.role not in CALLERS or order.opened_by_id != actor.user_id or order.status not in CLOSED:
        return False
    _, served = await find_served(actor, order.id)
    return may_rate(served, actor.user_id, actor.role, now)


async def _explained(actor: Actor, order: OrderDetail) -> Explained | None:
    changes = [(line.occurred_at, line.after) for line in order.history]
    return await explain(actor, order.id, order.opened_at, changes)


def _answer(request: ActorRequest, name: str, context: dict[str, Any], status: int) -> Template:
    part = "_" if is_htmx(request) else ""
    return Template(
        f"service_orders/{part}{name}.html",
        context=context,
        status_code=status,
        headers={"Vary": "HX-Request"},
    )
