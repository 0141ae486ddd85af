"""Clientes: found by what people type, and where each one is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from server.accounts.actor import Actor
from server.accounts.scope import find_visible
from server.customers import queries, show, wording
from server.customers.forms import (
    POSITION_CHOICES,
    active_filters,
    position_form,
    query_string,
    read_filter,
    read_position,
)
from server.customers.map import place_json
from server.customers.tables import Customer
from server.customers.views import STATE_NAMES
from server.positions import actions
from server.problems import Problem
from server.settings import Settings
from server.web.forms import Form
from server.web.guards import DESK_ROLES, requires
from server.web.page_stream import row_of, watched
from server.web.requests import ActorRequest, is_htmx

PATH = "/customers"
_ONE = f"{PATH}/{{customer_id:uuid}}"
_PROPOSAL = f"{_ONE}/proposals/{{proposal_id:uuid}}"
_READERS = DESK_ROLES
_PLACERS = actions.PLACERS


@get(PATH, guards=[requires(_READERS)])
async def list_customers(request: ActorRequest) -> Template:
    actor = request.user
    form = Form(request.query_params.multi_items(), actor.timezone)
    cursor = form.text("after")
    page = await queries.list_customers(actor, read_filter(form), after=cursor or None)
    context = {
        "page": page,
        "form": form,
        "choices": POSITION_CHOICES,
        "state_names": STATE_NAMES,
        "filters": active_filters(form),
        "first": PATH + query_string(form) if cursor else None,
        "next": PATH + query_string(form, page.next) if page.next else None,
    }
    return _answer(request, "index", context, 200)


@get(_ONE, guards=[requires(_READERS)])
async def show_customer(request: ActorRequest, customer_id: FromPath[UUID]) -> Template:
    return await _page(request, customer_id)


@watched("customer", _READERS)
async def follow_customer(actor: Actor, customer_id: UUID | None) -> str:
    customer_id = row_of(customer_id)
    await find_visible(actor, Customer, customer_id)
    return actions.topic(customer_id)


@post(f"{_ONE}/position", guards=[requires(_PLACERS)], status_code=200)
async def create_position(request: ActorRequest, customer_id: FromPath[UUID]) -> Response[Any]:
    """By hand; both fields empty say that nobody knows."""
    form = Form((await request.form()).multi_items(), request.user.timezone)
    position = read_position(form)
    if not form.is_valid:
        return await _page(request, customer_id, form=form, status=422)
    try:
        await actions.place(request.user, customer_id, position, now=datetime.now(UTC))
    except Problem as problem:
        if problem.code != "invalid":
            raise
        form.errors |= {fault["name"]: fault["message"] for fault in problem.facts["fields"]}
        return await _page(request, customer_id, form=form, status=problem.status)
    return Redirect(f"{PATH}/{customer_id}", status_code=303)


@post(f"{_PROPOSAL}/acceptance", guards=[requires(_PLACERS)], status_code=200)
async def create_acceptance(
    request: ActorRequest, customer_id: FromPath[UUID], proposal_id: FromPath[UUID]
) -> Redirect:
    await actions.accept(request.user, customer_id, proposal_id, now=datetime.now(UTC))
    return Redirect(f"{PATH}/{customer_id}", status_code=303)


@post(f"{_PROPOSAL}/rejection", guards=[requires(_PLACERS)], status_code=200)
async def create_rejection(
    request: ActorRequest, customer_id: FromPath[UUID], proposal_id: FromPath[UUID]
) -> Redirect:
    await actions.reject(request.user, customer_id, proposal_id, now=datetime.now(UTC))
    return Redirect(f"{PATH}/{customer_id}", status_code=303)


ROUTES = [
    list_customers,
    show_customer,
    create_position,
    create_acceptance,
    create_rejection,
]


async def _page(
    request: ActorRequest, customer_id: UUID, *, form: Form | None = None, status: int = 200
) -> Template:
    actor, settings = request.user, _settings(request)
    customer = await show.get_customer(actor, customer_id, now=datetime.now(UTC))
    context = {
        "customer": customer,
        "form": form or position_form(customer.position),
        "words": wording,
        "place": place_json(customer),
        "state_names": STATE_NAMES,
        "may_place": actor.role in _PLACERS,
        "tile_url": settings.tile_url,
        "tile_attribution": settings.tile_attribution,
        "here": f"{PATH}/{customer_id}",
    }
    return _answer(request, "show", context, status)


def _settings(request: ActorRequest) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _answer(request: ActorRequest, name: str, context: dict[str, Any], status: int) -> Template:
    part = "_" if is_htmx(request) else ""
    return Template(
        f"customers/{part}{name}.html", context=context, status_code=status, headers={"Vary": "HX-Request"}
    )
