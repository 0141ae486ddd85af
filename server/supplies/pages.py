"""Suprimentos: the list, a new request in two steps, and one request with what may be done to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from offline_sync.ids import uuid7
from server.accounts.actor import Actor, Role
from server.accounts.scope import WORKS_WITH_SUPPLIES
from server.problems import Problem
from server.service_orders.statuses import SOURCE_NAMES
from server.supplies import actions, notices, queries, subjects
from server.supplies.forms import (
    QUANTITY,
    active_filters,
    edit_form,
    query_string,
    read_edit,
    read_filter,
    read_request,
    read_sort,
    refuse,
)
from server.supplies.repeats import COLOR_NAMES
from server.supplies.statuses import EDITABLE, STATUS_NAMES, RequestStatus
from server.supplies.wording import changes_text, items_text
from server.web.forms import Form
from server.web.guards import requires
from server.web.page_stream import watched
from server.web.requests import ActorRequest, is_htmx

PATH = "/supply-requests"
_ONE = f"{PATH}/{{supply_request_id:uuid}}"
_DESK = frozenset({Role.ADMIN, Role.SERVICE_OPERATOR, Role.SUPPLIES_OPERATOR})
# By a machine's serial number, or by a model under a contract: the two kinds of request.
KINDS = {"machines": "Equipamento / série", "contracts": "Modelo / contrato"}


@get(PATH, guards=[requires(WORKS_WITH_SUPPLIES)])
async def list_supply_requests(request: ActorRequest) -> Template:
    actor = request.user
    form = Form(request.query_params.multi_items(), actor.timezone)
    cursor = form.text("after")
    page = await queries.list_requests(actor, read_filter(form), after=cursor or None)
    sort, is_descending = read_sort(form.text("sort"))
    context = {
        "page": page,
        "form": form,
        "statuses": STATUS_NAMES,
        "items_text": items_text,
        "filters": active_filters(form),
        "link": lambda **changes: PATH + query_string(form, **changes),
        "here": PATH + query_string(form, after=cursor),
        "is_first": not cursor,
        "sort": sort,
        "is_descending": is_descending,
    }
    return _answer(request, "index", context, 200 if form.is_valid else 422)


@watched("supply-requests", WORKS_WITH_SUPPLIES)
async def follow_supply_requests(actor: Actor, _: UUID | None) -> str:
    """Tells that some request changed, not which: the page asks again within its own scope."""
    return notices.list_topic(actor.reseller_id)


@get(f"{PATH}/new", guards=[requires(WORKS_WITH_SUPPLIES)])
async def new_supply_request(request: ActorRequest) -> Template:
    """First what it is for, then what is asked for."""
    form = Form(request.query_params.multi_items(), request.user.timezone)
    if form.text("equipment_id") or form.text("contract_id"):
        form.suggest("requester_name", "" if request.user.role in _DESK else request.user.name)
        return await _form(request, form)
    kind = "contracts" if form.text("kind") == "contracts" else "machines"
    text = form.text("q")
    context = {
        "form": form,
        "kind": kind,
        "kinds": KINDS,
        "machines": await subjects.find_machines(request.user, text) if kind == "machines" else (),
        "contracts": await subjects.find_contracts(request.user, text) if kind == "contracts" else (),
        "is_searched": bool(text) or request.user.is_of_customer,
        "most": subjects.SEARCH_LIMIT,
    }
    return _answer(request, "choose", context, 200)


@post(PATH, guards=[requires(WORKS_WITH_SUPPLIES)], status_code=200)
async def create_supply_request(request: ActorRequest) -> Response[Any]:
    form = await _sent(request)
    wanted = read_request(form)
    if wanted is None:
        return await _form(request, form, status=422)
    try:
        request_id = await actions.request_supplies(request.user, wanted, now=datetime.now(UTC))
    except Problem as problem:
        if problem.code == "not_found":
            raise
        warnings = problem.facts.get("warnings", ())
        shown = form if warnings else refuse(form, problem)
        return await _form(request, shown, warnings=warnings, status=problem.status)
    return Redirect(f"{PATH}/{request_id}", status_code=303)


@get(_ONE, guards=[requires(WORKS_WITH_SUPPLIES)])
async def show_supply_request(request: ActorRequest, supply_request_id: FromPath[UUID]) -> Template:
    return await _page(request, supply_request_id)


@post(f"{_ONE}/edits", guards=[requires(_DESK)], status_code=200)
async def create_edit(request: ActorRequest, supply_request_id: FromPath[UUID]) -> Response[Any]:
    form = await _sent(request)
    wanted = read_edit(form)
    if wanted is None:
        return await _page(request, supply_request_id, edit=form, status=422)
    try:
        await actions.edit(
            request.user,
            supply_request_id,
            wanted,
            now=datetime.now(UTC),
            note=form.text("note"),
            is_internal=not form.text("is_for_customer"),
        )
    except Problem as problem:
        if problem.code == "not_found":
            raise
        return await _page(request, supply_request_id, edit=refuse(form, problem), status=problem.status)
    return Redirect(f"{PATH}/{supply_request_id}", status_code=303)


@post(f"{_ONE}/cancellations", guards=[requires(WORKS_WITH_SUPPLIES)], status_code=200)
async def create_cancellation(request: ActorRequest, supply_request_id: FromPath[UUID]) -> Response[Any]:
    form = await _sent(request)
    try:
        await actions.cancel(request.user, supply_request_id, form.text("reason"), now=datetime.now(UTC))
    except Problem as problem:
        if problem.code == "not_found":
            raise
        return await _page(
            request, supply_request_id, cancellation=refuse(form, problem), status=problem.status
        )
    return Redirect(f"{PATH}/{supply_request_id}", status_code=303)


ROUTES = [
    list_supply_requests,
    new_supply_request,
    create_supply_request,
    show_supply_request,
    create_edit,
    create_cancellation,
]


async def _sent(request: ActorRequest) -> Form:
    return Form((await request.form()).multi_items(), request.user.timezone)


async def _form(
    request: ActorRequest, form: Form, *, warnings: tuple[str, ...] | list[str] = (), status: int = 200
) -> Template:
    """What is asked for; it comes by GET first, and again when somebody searches for another supply."""
    actor = request.user
    subject = await subjects.find_subject(
        actor,
        equipment_id=form.uuid("equipment_id"),
        contract_id=form.uuid("contract_id"),
        model=form.text("model"),
    )
    chosen = {UUID(name.removeprefix(QUANTITY)) for name in form.names() if _is_quantity(form, name)}
    fits, others = await queries.supplies_for(actor, subject, form.text("supply"), chosen)
    readings = await subjects.newest_readings(subject.equipment_id)
    context = {
        "form": form,
        "subject": subject,
        "fits": fits,
        "others": others,
        "colors": COLOR_NAMES,
        "last_reading": readings[0] if readings else None,
        "warnings": warnings,
        "request_id": form.text("request_id") or str(uuid7()),
        "quantity": QUANTITY,
    }
    return _answer(request, "new", context, status)


def _is_quantity(form: Form, name: str) -> bool:
    try:
        return name.startswith(QUANTITY) and bool(form.text(name) and UUID(name.removeprefix(QUANTITY)))
    except ValueError:
        return False


async def _page(
    request: ActorRequest,
    request_id: UUID,
    *,
    edit: Form | None = None,
    cancellation: Form | None = None,
    status: int = 200,
) -> Template:
    actor = request.user
    supply_request = await queries.get_request(actor, request_id)
    is_desk = actor.role in _DESK
    carriers = await queries.carrier_choices(actor) if is_desk else ()
    names = {str(choice.id): choice.name for choice in carriers}
    if supply_request.carrier_name:
        names[str(supply_request.carrier_id)] = supply_request.carrier_name
    context = {
        "supplies": supply_request,
        "colors": COLOR_NAMES,
        "statuses": STATUS_NAMES,
        "choices": EDITABLE,
        "source_names": SOURCE_NAMES,
        "changes_of": lambda line: changes_text(line.before, line.after, names),
        "carriers": carriers,
        "may_edit": is_desk and supply_request.status is not RequestStatus.CANCELLED,
        "edit": edit or edit_form(supply_request),
        "cancellation": cancellation or Form(),
        "here": f"{PATH}/{request_id}",
    }
    return _answer(request, "show", context, status)


def _answer(request: ActorRequest, name: str, context: dict[str, Any], status: int) -> Template:
    part = "_" if is_htmx(request) else ""
    return Template(
        f"supplies/{part}{name}.html", context=context, status_code=status, headers={"Vary": "HX-Request"}
    )
