"""Entregas: invoices on their way, their attempts with the proof, and what a proof must hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from server.accounts.actor import Actor, Role
from server.accounts.scope import WORKS_WITH_DELIVERIES, find_visible
from server.deliveries import notices, policy, queries, wording
from server.deliveries.forms import (
    REQUIREMENT_LABELS,
    STATE_CHOICES,
    active_filters,
    policy_form,
    query_string,
    read_filter,
    read_policy,
)
from server.deliveries.map import invoice_map, list_map
from server.deliveries.proof import event_time
from server.deliveries.reconciliation import accept_discrepancy
from server.deliveries.report import print_proof
from server.deliveries.tables import Invoice
from server.deliveries.views import STATE_NAMES
from server.problems import Problem
from server.settings import Settings
from server.web.forms import Form
from server.web.guards import requires
from server.web.page_stream import row_of, watched
from server.web.picture_answer import PictureSize, show_picture
from server.web.requests import ActorRequest, is_htmx
from server.web.stores import object_store

PATH = "/deliveries"
_ONE = f"{PATH}/{{invoice_id:uuid}}"
_READERS = WORKS_WITH_DELIVERIES
_DECIDERS = frozenset({Role.ADMIN, Role.SERVICE_OPERATOR})
# A browser's own PDF viewer does not start inside a sandbox, nor where objects are forbidden.
_PDF_CSP = "frame-ancestors 'none'"


@get(PATH, guards=[requires(_READERS)])
async def list_deliveries(request: ActorRequest) -> Template:
    actor, settings = request.user, _settings(request)
    form = Form(request.query_params.multi_items(), actor.timezone)
    wanted = read_filter(form)
    cursor = form.text("after")
    page = await queries.list_deliveries(actor, wanted, now=datetime.now(UTC), after=cursor or None)
    context = {
        "page": page,
        "form": form,
        "states": STATE_CHOICES,
        "state_names": STATE_NAMES,
        "carriers": () if actor.is_of_customer else await queries.carrier_choices(actor),
        "filters": active_filters(form),
        "places": list_map(page.rows),
        "tile_url": settings.tile_url,
        "tile_attribution": settings.tile_attribution,
        "first": PATH + query_string(form) if cursor else None,
        "next": PATH + query_string(form, page.next) if page.next else None,
        "here": PATH + query_string(form, cursor),
    }
    return _answer(request, "index", context, 200 if form.is_valid else 422)


@watched("deliveries", _READERS)
async def follow_deliveries(actor: Actor, _: UUID | None) -> str:
    """Tells that some delivery changed, not which: the page asks again within its own scope."""
    return notices.list_topic(actor.reseller_id)


@get(f"{PATH}/policy", guards=[requires(Role.ADMIN)])
async def show_policy(request: ActorRequest) -> Template:
    form = policy_form(await policy.policy_of(request.user.reseller_id))
    return _policy(form, is_done="done" in request.query_params)


@post(f"{PATH}/policy", guards=[requires(Role.ADMIN)], status_code=200)
async def edit_policy(request: ActorRequest) -> Response[Any]:
    form = Form((await request.form()).multi_items(), request.user.timezone)
    try:
        await policy.edit_policy(request.user, read_policy(form))
    except Problem as problem:
        form.errors |= problem.facts.get("errors", {})
        return _policy(form, status=problem.status)
    return Redirect(f"{PATH}/policy?done=1", status_code=303)


@get(_ONE, guards=[requires(_READERS)])
async def show_delivery(request: ActorRequest, invoice_id: FromPath[UUID]) -> Template:
    return await _page(request, invoice_id)


@watched("invoice", _READERS)
async def follow_delivery(actor: Actor, invoice_id: UUID | None) -> str:
    row_id = row_of(invoice_id)
    await find_visible(actor, Invoice, row_id)
    return notices.invoice_topic(row_id)


@get(f"{_ONE}/files/{{file_id:uuid}}", guards=[requires(_READERS)])
async def show_file(
    request: ActorRequest,
    invoice_id: FromPath[UUID],
    file_id: FromPath[UUID],
    size: FromQuery[PictureSize] = PictureSize.FULL,
) -> Response[bytes]:
    return await show_picture(request, await queries.find_picture(request.user, invoice_id, file_id), size)


@get(f"{_ONE}/proof.pdf", guards=[requires(_READERS)])
async def show_proof(request: ActorRequest, invoice_id: FromPath[UUID]) -> Response[bytes]:
    store = object_store(_settings(request))
    number, pdf = await print_proof(request.user, invoice_id, store, now=datetime.now(UTC))
    headers = {
        "Content-Disposition": f'inline; filename="NF-{number}.pdf"',
        "Content-Security-Policy": _PDF_CSP,
    }
    return Response(pdf, media_type="application/pdf", headers=headers)


@post(
    f"{_ONE}/discrepancies/{{delivery_discrepancy_id:uuid}}/acceptance",
    guards=[requires(_DECIDERS)],
    status_code=200,
)
async def create_acceptance(
    request: ActorRequest, invoice_id: FromPath[UUID], delivery_discrepancy_id: FromPath[UUID]
) -> Response[Any]:
    form = Form((await request.form()).multi_items(), request.user.timezone)
    try:
        await accept_discrepancy(
            request.user, invoice_id, delivery_discrepancy_id, form.text("note"), now=datetime.now(UTC)
        )
    except Problem as problem:
        if problem.code == "not_found":
            raise
        form.errors["note"] = problem.detail
        refused = (delivery_discrepancy_id, form)
        return await _page(request, invoice_id, refused=refused, status=problem.status)
    return Redirect(f"{PATH}/{invoice_id}", status_code=303)


ROUTES = [
    list_deliveries,
    show_policy,
    edit_policy,
    show_delivery,
    show_file,
    show_proof,
    create_acceptance,
]


async def _page(
    request: ActorRequest, invoice_id: UUID, *, refused: tuple[UUID, Form] | None = None, status: int = 200
) -> Template:
    actor, settings = request.user, _settings(request)
    invoice = await queries.get_delivery(actor, invoice_id, now=datetime.now(UTC))
    context = {
        "invoice": invoice,
        "words": wording,
        "event_time": event_time,
        "state_names": STATE_NAMES,
        "places": invoice_map(invoice),
        "tile_url": settings.tile_url,
        "tile_attribution": settings.tile_attribution,
        "may_accept": actor.role in _DECIDERS,
        "acceptance_of": lambda one: refused[1] if refused and refused[0] == one.id else Form(),
        "here": f"{PATH}/{invoice_id}",
    }
    return _answer(request, "show", context, status)


def _policy(form: Form, *, is_done: bool = False, status: int = 200) -> Template:
    context = {"form": form, "requirements": REQUIREMENT_LABELS, "is_done": is_done}
    return Template("deliveries/policy.html", context=context, status_code=status)


def _settings(request: ActorRequest) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _answer(request: ActorRequest, name: str, context: dict[str, Any], status: int) -> Template:
    part = "_" if is_htmx(request) else ""
    return Template(
        f"deliveries/{part}{name}.html", context=context, status_code=status, headers={"Vary": "HX-Request"}
    )
