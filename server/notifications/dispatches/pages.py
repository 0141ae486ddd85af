"""Envios: what left for whom, what waits, what died."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from server.notifications.addresses import clear_mark
from server.notifications.dispatches import actions, queries
from server.notifications.dispatches.queries import DispatchFilter
from server.notifications.rules import State
from server.web.forms import Form
from server.web.guards import admin_only
from server.web.requests import ActorRequest, is_htmx

PATH = "/notifications/dispatches"
STATE_NAMES = {
    State.WAITING: "Na fila",
    State.SENDING: "Enviando",
    State.SENT: "Enviado",
    State.DEAD: "Falhou",
    State.WITHHELD: "Não enviado",
}
CHANNEL_NAMES = {"mail": "E-mail", "push": "Push"}
FILTER_LABELS = {
    "state": "situação",
    "channel": "canal",
    "person": "pessoa",
    "from": "período inicial",
    "until": "período final",
}


@get(PATH, guards=[admin_only])
async def list_dispatches(request: ActorRequest) -> Template:
    actor = request.user
    form = Form(request.query_params.multi_items(), actor.timezone)
    cursor = form.text("after")
    page = await queries.list_dispatches(actor, _read(form), after=cursor or None)
    context = {
        "page": page,
        "form": form,
        "states": STATE_NAMES,
        "channels": CHANNEL_NAMES,
        "filters": [label for name, label in FILTER_LABELS.items() if form.text(name)],
        "dead": await queries.count_dead(actor),
        "spared": await queries.list_spared(actor),
        "first": PATH + _query(form) if cursor else None,
        "next": PATH + _query(form, page.next) if page.next else None,
        "query": _query(form),
    }
    return Template(
        f"notifications/{'_' if is_htmx(request) else ''}dispatches.html",
        context=context,
        status_code=200 if form.is_valid else 422,
        headers={"Vary": "HX-Request"},
    )


@post(f"{PATH}/{{dispatch_id:uuid}}/repetitions", guards=[admin_only], status_code=200)
async def create_repetition(request: ActorRequest, dispatch_id: FromPath[UUID]) -> Redirect:
    await actions.repeat(request.user, dispatch_id, now=datetime.now(UTC))
    return Redirect(PATH, status_code=303)


@post(f"{PATH}/repetitions", guards=[admin_only], status_code=200)
async def create_repetitions(request: ActorRequest) -> Redirect:
    """Of all dead ones that the list's filter shows."""
    form = Form(request.query_params.multi_items(), request.user.timezone)
    await actions.repeat_all(request.user, _read(form), now=datetime.now(UTC))
    return Redirect(PATH, status_code=303)


@post("/notifications/addresses/{address_id:uuid}/clearance", guards=[admin_only], status_code=200)
async def create_clearance(request: ActorRequest, address_id: FromPath[UUID]) -> Redirect:
    await clear_mark(request.user, address_id)
    return Redirect(PATH, status_code=303)


ROUTES = [list_dispatches, create_repetition, create_repetitions, create_clearance]


def _read(form: Form) -> DispatchFilter:
    """Faults are left in the form; a field at fault does not filter."""
    state, channel = form.text("state"), form.text("channel")
    return DispatchFilter(
        state=State(state) if state in set(State) else None,
        channel=channel if channel in CHANNEL_NAMES else "",
        person=form.text("person"),
        since=form.day_start("from"),
        until=form.day_end("until"),
    )


def _query(form: Form, after: str = "") -> str:
    return form.query(FILTER_LABELS, after=after)
