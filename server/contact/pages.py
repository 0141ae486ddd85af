"""Contato: a customer writes, or asks for an offer; the desk answers and closes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from offline_sync.ids import uuid7
from server.accounts.actor import Actor, Role
from server.accounts.scope import ANSWERS_CONTACTS
from server.contact import actions, queries
from server.contact.actions import NewMessage
from server.contact.queries import ContactFilter
from server.contact.rules import KIND_NAMES, STATE_NAMES, ContactKind, ContactState, message_faults
from server.problems import Problem
from server.web.forms import WHOLE_FORM, Form
from server.web.guards import requires
from server.web.page_stream import watched
from server.web.requests import ActorRequest, is_htmx

PATH = "/contact-messages"
_ONE = f"{PATH}/{{contact_message_id:uuid}}"
_READERS = ANSWERS_CONTACTS | {Role.CUSTOMER}
FILTER_LABELS = {"customer": "cliente", "kind": "tipo", "state": "situação"}


@get(PATH, guards=[requires(_READERS)])
async def list_contacts(request: ActorRequest) -> Template:
    form = Form(request.query_params.multi_items(), request.user.timezone)
    cursor = form.text("after")
    wanted = ContactFilter(
        customer=form.text("customer"),
        kind=next(iter(form.choices("kind", ContactKind)), None),
        state=next(iter(form.choices("state", ContactState)), None),
    )
    page = await queries.list_messages(request.user, wanted, after=cursor or None)
    context = {
        "page": page,
        "form": form,
        "kinds": KIND_NAMES,
        "states": STATE_NAMES,
        "filters": [label for name, label in FILTER_LABELS.items() if form.text(name)],
        "first": PATH + _query_string(form) if cursor else None,
        "next": PATH + _query_string(form, page.next) if page.next else None,
        "here": PATH + _query_string(form, cursor),
    }
    return _answer(request, "index", context)


@watched("contact", _READERS)
async def follow_contacts(actor: Actor, _: UUID | None) -> str:
    """Tells that some message changed, not which."""
    return actions.list_topic(actor.reseller_id)


@get(f"{PATH}/new", guards=[requires(Role.CUSTOMER)])
async def new_contact(request: ActorRequest) -> Template:
    form = Form(request.query_params.multi_items(), request.user.timezone)
    return await _form(request, form)


@post(PATH, guards=[requires(Role.CUSTOMER)], status_code=200)
async def create_contact(request: ActorRequest) -> Response[Any]:
    form = await _sent(request)
    customer_id = form.uuid("customer_id")
    if customer_id is None:
        form.errors.setdefault("customer_id", "Escolha o cadastro.")
    kind = next(iter(form.choices("kind", ContactKind)), ContactKind.CONTACT)
    form.errors |= message_faults(form.text("subject"), form.text("body"), form.text("phone"))
    if customer_id is None or not form.is_valid:
        return await _form(request, form, status=422)
    message = NewMessage(
        form.uuid("message_id") or uuid7(),
        customer_id,
        kind,
        form.text("subject"),
        form.text("body"),
        form.text("phone"),
    )
    message_id = await actions.send_message(request.user, message, now=datetime.now(UTC))
    return Redirect(f"{PATH}/{message_id}?sent=1", status_code=303)


@get(_ONE, guards=[requires(_READERS)])
async def show_contact(request: ActorRequest, contact_message_id: FromPath[UUID]) -> Template:
    return await _page(request, contact_message_id)


@post(f"{_ONE}/answers", guards=[requires(ANSWERS_CONTACTS)], status_code=200)
async def create_answer(request: ActorRequest, contact_message_id: FromPath[UUID]) -> Response[Any]:
    form = await _sent(request)
    try:
        await actions.answer(request.user, contact_message_id, form.text("body"), now=datetime.now(UTC))
    except Problem as problem:
        return await _refused(request, contact_message_id, form, problem)
    return Redirect(f"{PATH}/{contact_message_id}", status_code=303)


@post(f"{_ONE}/closures", guards=[requires(ANSWERS_CONTACTS)], status_code=200)
async def create_closure(request: ActorRequest, contact_message_id: FromPath[UUID]) -> Response[Any]:
    try:
        await actions.close(request.user, contact_message_id, now=datetime.now(UTC))
    except Problem as problem:
        return await _refused(request, contact_message_id, Form(), problem)
    return Redirect(f"{PATH}/{contact_message_id}", status_code=303)


ROUTES = [list_contacts, new_contact, create_contact, show_contact, create_answer, create_closure]


async def _sent(request: ActorRequest) -> Form:
    return Form((await request.form()).multi_items(), request.user.timezone)


async def _refused(request: ActorRequest, message_id: UUID, form: Form, problem: Problem) -> Template:
    if problem.code == "not_found":
        raise problem
    form.errors["body" if problem.code == "text_required" else WHOLE_FORM] = problem.detail
    return await _page(request, message_id, answer=form, status=problem.status)


async def _form(request: ActorRequest, form: Form, *, status: int = 200) -> Template:
    context = {
        "form": form,
        "customers": await queries.own_customers(request.user),
        "kinds": KIND_NAMES,
        "kind": form.text("kind") or ContactKind.CONTACT.value,
        "message_id": form.text("message_id") or str(uuid7()),
    }
    return _answer(request, "new", context, status)


async def _page(
    request: ActorRequest, message_id: UUID, *, answer: Form | None = None, status: int = 200
) -> Template:
    message = await queries.get_message(request.user, message_id)
    is_desk = request.user.role in ANSWERS_CONTACTS
    context = {
        "message": message,
        "kinds": KIND_NAMES,
        "states": STATE_NAMES,
        "is_sent": "sent" in request.query_params,
        "may_answer": is_desk and message.state is not ContactState.CLOSED,
        "answer": answer or Form(),
        "here": f"{PATH}/{message_id}",
    }
    return _answer(request, "show", context, status)


def _query_string(form: Form, after: str = "") -> str:
    return form.query(FILTER_LABELS, after=after)


def _answer(request: ActorRequest, name: str, context: dict[str, Any], status: int = 200) -> Template:
    part = "_" if is_htmx(request) else ""
    return Template(
        f"contact/{part}{name}.html", context=context, status_code=status, headers={"Vary": "HX-Request"}
    )
