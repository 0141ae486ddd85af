"""Abrir chamado: find what it is about, say what happens, and send it once, however often it is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import segno
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from server.accounts.reach import widen
from server.attachments import rules as limits
from server.attachments.queries import find_loose
from server.attachments.sent import FIELD, FILES, chosen, receive
from server.calendars.promises import promise_for
from server.problems import Problem
from server.service_orders import actions
from server.service_orders.forms import refuse
from server.service_orders.opening import subject as subjects
from server.service_orders.opening.forms import new_form, read_opening
from server.service_orders.opening.places import SHOWN, find_places
from server.service_orders.opening.rules import OPENERS, TAB_NAMES, Tab
from server.service_orders.opening.subject import Subject
from server.web.forms import Form
from server.web.guards import keeping, requires
from server.web.requests import ActorRequest, is_htmx
from server.web.stores import object_store

NEW = "/service-orders/new"
# Without script the pictures come with the form itself.
_MOST_BYTES = limits.MAX_FILES * limits.MAX_BYTES + 256 * 1024


@get(NEW, guards=[requires(OPENERS)])
async def choose_place(
    request: ActorRequest, tab: FromQuery[Tab] = Tab.WITH_CONTRACT, q: FromQuery[str] = ""
) -> Template:
    """What is it about? A customer sees all of it at once; the desk, which has thousands, searches."""
    actor, text = request.user, q[:100]
    needs_text = not actor.is_of_customer and tab is not Tab.CALLS and len(text.strip()) < 2
    places, has_more = ((), False) if needs_text else await find_places(actor, tab, text)
    context = {
        "tab": tab,
        "tabs": TAB_NAMES,
        "q": text,
        "places": places,
        "has_more": has_more,
        "shown": SHOWN,
        "needs_text": needs_text,
        "elsewhere": bool(text and not places and not needs_text and actor.narrowed_to)
        and bool((await find_places(widen(actor), tab, text))[0]),
    }
    name = "_places" if is_htmx(request) else "index"
    return Template(f"service_orders/opening/{name}.html", context=context, headers={"Vary": "HX-Request"})


@get("/equipment/{equipment_id:uuid}/service-orders/new", guards=[requires(OPENERS)])
async def show_form_for_equipment(request: ActorRequest, equipment_id: FromPath[UUID]) -> Template:
    return await _new(request, await subjects.of_equipment(request.user, equipment_id))


@get("/contracts/{contract_id:uuid}/service-orders/new", guards=[requires(OPENERS)])
async def show_form_for_contract(request: ActorRequest, contract_id: FromPath[UUID]) -> Template:
    return await _new(request, await subjects.of_contract(request.user, contract_id))


@get("/service-orders/{order_id:uuid}/return/new", guards=[requires(OPENERS)])
async def show_form_for_return(request: ActorRequest, order_id: FromPath[UUID]) -> Template:
    return await _new(request, await subjects.of_call(request.user, order_id))


@post(
    "/service-orders",
    guards=[keeping(NEW), requires(OPENERS)],
    status_code=200,
    request_max_body_size=_MOST_BYTES,
)
async def create_order(request: ActorRequest) -> Response[Any]:
    actor, now = request.user, datetime.now(UTC)
    sent = await request.form()
    form = Form(((name, value) for name, value in sent.multi_items() if name != FILES), actor.timezone)
    subject = await subjects.subject_of(
        actor, form.uuid("equipment_id"), form.uuid("contract_id"), form.uuid("return_of_id")
    )
    defects = await subjects.listed_defects(actor, subject.listing)
    store = object_store(request.app.state.settings)
    attached = await receive(actor, store, form, chosen(sent.getall(FILES, [])), now=now)
    wanted = read_opening(form, subject, defects, attached)
    if wanted is None:
        return await _form(request, subject, form, attached, status=422)
    try:
        order_id = await actions.open_order(actor, wanted, now=now)
    except Problem as problem:
        if problem.code == "not_found":
            raise
        return await _form(request, subject, refuse(form, problem), attached, status=problem.status)
    return Redirect(f"/service-orders/{order_id}?opened=1", status_code=303)


@get("/equipment/{equipment_id:uuid}/sticker", guards=[requires(OPENERS)])
async def show_sticker(request: ActorRequest, equipment_id: FromPath[UUID]) -> Template:
    """To print and stick on the machine: its code opens the form for exactly that machine."""
    subject = await subjects.of_equipment(request.user, equipment_id)
    link = request.app.state.settings.base_url.rstrip("/") + subject.address
    code = segno.make(link, error="m", micro=False)
    context = {"subject": subject, "link": link, "code": code.svg_inline(scale=1, border=2, omitsize=True)}
    return Template("service_orders/opening/sticker.html", context=context)


ROUTES = [
    choose_place,
    show_form_for_equipment,
    show_form_for_contract,
    show_form_for_return,
    create_order,
    show_sticker,
]


async def _new(request: ActorRequest, subject: Subject) -> Template:
    return await _form(request, subject, new_form(await subjects.last_contact(request.user)), ())


async def _form(
    request: ActorRequest, subject: Subject, form: Form, attached: tuple[UUID, ...], *, status: int = 200
) -> Template:
    actor = request.user
    context = {
        "subject": subject,
        "promised": await promise_for(
            actor.reseller_id, subject.company_id, subject.contract_kind, datetime.now(UTC)
        ),
        "form": form,
        "defects": await subjects.listed_defects(actor, subject.listing),
        "loose": await find_loose(actor, attached),
        "limits": limits,
        "field": FIELD,
    }
    return Template("service_orders/opening/form.html", context=context, status_code=status)
