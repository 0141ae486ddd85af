"""*Agenda*: technicians, days and what waits for its dispatch; and the form that puts one order somewhere.

A drag, a move by keyboard and the plain form send the same placement.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from server.accounts.actor import Actor
from server.agenda import actions, wording
from server.agenda.forms import (
    FIELD_OF_PROBLEM,
    PATH,
    Place,
    placement_form,
    read_place,
    read_placement,
    read_time,
)
from server.agenda.nearness import FROM_NAMES
from server.agenda.queries import find_board, find_choice
from server.agenda.rules import VIEW_NAMES, Placement, View
from server.agenda.views import Choice
from server.problems import Problem
from server.service_orders.statuses import DESK
from server.service_orders.wording import span
from server.web.forms import WHOLE_FORM, Form
from server.web.guards import may_follow, requires
from server.web.requests import ActorRequest, is_htmx

PLACEMENTS = "/service-orders/{order_id:uuid}/placements"


@get(PATH, guards=[requires(DESK)])
async def show_agenda(request: ActorRequest) -> Template:
    form = Form(request.query_params.multi_items(), request.user.timezone)
    place = read_place(form)
    return await _board(request, place, after=form.text("after"), placed=form.uuid("placed"), form=form)


@get(PLACEMENTS + "/new", guards=[requires(DESK)])
async def show_placement_form(request: ActorRequest, order_id: FromPath[UUID]) -> Template:
    """Asked again, too, when another day is chosen: who is near and how full it is depends on it."""
    form = Form(request.query_params.multi_items(), request.user.timezone)
    today = _today(request.user)
    day = form.day("day") or (None if form.text("has_day") else today)
    placement = Placement(form.uuid("technician_id"), day, read_time(form))
    return await _choice(request, order_id, placement, read_place(form, day="shown"))


@post(PLACEMENTS, guards=[requires(DESK)], status_code=200)
async def create_placement(request: ActorRequest, order_id: FromPath[UUID]) -> Response[Any]:
    """Done: back to the agenda. Refused: the agenda, or the form, as things stand now, with the reason."""
    actor = request.user
    form = Form((await request.form()).multi_items(), actor.timezone)
    place = read_place(form, day="shown")
    wanted = read_placement(form)
    status = 422
    if wanted is not None:
        try:
            await actions.place(actor, order_id, wanted, form.text("seen"), now=datetime.now(UTC))
        except Problem as problem:
            if problem.code == "not_found":
                raise
            status = problem.status
            form.errors[FIELD_OF_PROBLEM.get(problem.code, WHOLE_FORM)] = problem.detail
        else:
            return Redirect(place.link(placed=order_id), status_code=303)
    if form.text("is_drag"):
        return await _board(request, place, refused=" ".join(form.errors.values()), status=status)
    meant = wanted or Placement(form.uuid("technician_id"), form.day("day"))
    return await _choice(request, order_id, meant, place, sent=form, status=status)


ROUTES = [show_agenda, show_placement_form, create_placement]


async def _board(
    request: ActorRequest,
    place: Place,
    *,
    after: str = "",
    placed: UUID | None = None,
    refused: str = "",
    form: Form | None = None,
    status: int = 200,
) -> Template:
    actor, now = request.user, datetime.now(UTC)
    today = _today(actor)
    first = place.first or today
    board = await find_board(
        actor,
        place.view,
        first,
        now=now,
        may_follow=may_follow(actor),
        after=after or None,
        from_member=place.crew,
    )
    step = 1 if place.view is View.DAY else 7
    said = refused or (wording.placed_text(board, placed, now, actor.timezone) if placed else "")
    context = {
        "board": board,
        "place": place,
        "first": first,
        "today": today,
        "now": now,
        "here": place.link(after=after),
        "previous": place.link(day=first - timedelta(days=step)),
        "next": place.link(day=_next(first, board.days[-1].day, place.view)),
        "is_first": not after,
        "views": VIEW_NAMES,
        "from_names": FROM_NAMES,
        "words": wording,
        "span": span,
        "said": said,
        "is_refused": bool(refused),
        "form": form or Form(),
        "names": board.names,
    }
    return _answer(request, "index", context, 422 if form and not form.is_valid and status == 200 else status)


async def _choice(
    request: ActorRequest,
    order_id: UUID,
    placement: Placement,
    place: Place,
    *,
    sent: Form | None = None,
    status: int = 200,
) -> Template:
    actor, now = request.user, datetime.now(UTC)
    choice = await find_choice(actor, order_id, placement, now=now, may_follow=may_follow(actor))
    form = placement_form(choice.card, _meant(choice), actor.timezone)
    context = {
        "choice": choice,
        "card": choice.card,
        "form": form if sent is None else _again(sent, choice),
        "place": place,
        "day": placement.day or _today(actor),
        "today": _today(actor),
        "now": now,
        "from_names": FROM_NAMES,
        "words": wording,
        "span": span,
    }
    answer = _answer(request, "placement", context, status)
    if is_htmx(request) and status != 200:
        answer.headers |= {"HX-Retarget": "#placement-form", "HX-Reswap": "outerHTML"}
    return answer


def _meant(choice: Choice) -> Placement:
    """Who has the order already; nobody is chosen for who stands first as the nearest."""
    placement = choice.placement
    if placement.technician_id is None:
        return replace(placement, technician_id=choice.card.technician_id)
    return placement


def _again(sent: Form, choice: Choice) -> Form:
    """What was chosen, of the order as it is seen now: sent once more, it is meant."""
    kept = Form(
        [(name, sent.text(name)) for name in ("technician_id", "day", "time")] + [("seen", choice.card.mark)]
    )
    kept.errors = sent.errors
    return kept


def _next(first: date, last: date, view: View) -> date:
    """A week has as many working days as it shows, wherever it began."""
    return first + timedelta(days=1) if view is View.DAY else last + timedelta(days=1)


def _today(actor: Actor) -> date:
    return datetime.now(ZoneInfo(actor.timezone)).date()


def _answer(request: ActorRequest, name: str, context: dict[str, Any], status: int) -> Template:
    part = "_" if is_htmx(request) else ""
    return Template(
        f"agenda/{part}{name}.html",
        context=context,
        status_code=status,
        headers={"Vary": "HX-Request"},
    )
