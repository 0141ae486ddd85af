"""Atendimentos: what technicians recorded, followed live, with its evidence and its report."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from server.accounts.actor import Actor, Role
from server.accounts.scope import find_visible
from server.problems import Problem
from server.service_orders.queries import technician_choices
from server.service_orders.reconciliation import accept_discrepancy
from server.service_orders.returns import find_returns
from server.service_orders.statuses import CALLERS, DESK, LOGISTICS
from server.service_orders.tables import Discrepancy
from server.service_orders.wording import CONTRACT_NAMES, pending_text
from server.settings import Settings
from server.sync.quarantine.queries import count_mutations
from server.tracking import approach_links
from server.tracking.sharing import shares_position
from server.visits import pictures, queries, wording
from server.visits.disclosure import as_seen_by
from server.visits.forms import STATE_CHOICES, active_filters, query_string, read_filter
from server.visits.report import print_report
from server.visits.route import route_json
from server.visits.states import OUTCOME_NAMES, VisitState
from server.visits.tables import Visit
from server.web.forms import Form
from server.web.guards import requires
from server.web.page_stream import row_of, watched
from server.web.picture_answer import PictureSize, show_picture
from server.web.requests import ActorRequest, is_htmx
from server.web.stores import object_store

PATH = "/visits"
_READERS = DESK | LOGISTICS | CALLERS | {Role.TECHNICIAN}
# A browser's own PDF viewer does not start inside a sandbox, nor where objects are forbidden.
_PDF_CSP = "frame-ancestors 'none'"


@get(PATH, guards=[requires(_READERS)])
async def list_visits(request: ActorRequest) -> Template:
    actor = request.user
    form = Form(request.query_params.multi_items(), actor.timezone)
    wanted = read_filter(form)
    cursor = form.text("after")
    page = await queries.list_visits(actor, wanted, after=cursor or None)
    context = {
        "page": page,
        "form": form,
        "states": STATE_CHOICES,
        "technicians": () if actor.is_of_customer else await technician_choices(actor),
        "filters": active_filters(form),
        "first": PATH + query_string(form) if cursor else None,
        "next": PATH + query_string(form, page.next) if page.next else None,
        "here": PATH + query_string(form, cursor),
        "quarantined": 0 if is_htmx(request) else await count_mutations(actor),
    }
    return _answer(request, "index", context, 200 if form.is_valid else 422)


@watched("visits", _READERS)
async def follow_visits(actor: Actor, _: UUID | None) -> str:
    """Tells that some visit changed, not which: the page asks again within its own scope."""
    return f"reseller:{actor.reseller_id}:visits"


@get(f"{PATH}/{{visit_id:uuid}}", guards=[requires(_READERS)])
async def show_visit(request: ActorRequest, visit_id: FromPath[UUID]) -> Template:
    return await _page(request, visit_id)


@watched("visit", _READERS)
async def follow_visit(actor: Actor, visit_id: UUID | None) -> str:
    await find_visible(actor, Visit, row_of(visit_id))
    return f"visit:{visit_id}"


@post(
    f"{PATH}/{{visit_id:uuid}}/discrepancies/{{discrepancy_id:uuid}}/acceptance",
    guards=[requires(DESK)],
    status_code=200,
)
async def create_acceptance(
    request: ActorRequest, visit_id: FromPath[UUID], discrepancy_id: FromPath[UUID]
) -> Response[Any]:
    form = Form((await request.form()).multi_items(), request.user.timezone)
    discrepancy = await find_visible(request.user, Discrepancy, discrepancy_id)
    if discrepancy.visit_id != visit_id:
        raise Problem("not_found")
    try:
        await accept_discrepancy(request.user, discrepancy_id, form.text("note"), now=datetime.now(UTC))
    except Problem as problem:
        if problem.code == "not_found":
            raise
        form.errors["note"] = problem.detail
        return await _page(request, visit_id, refused=(discrepancy_id, form), status=problem.status)
    return Redirect(f"{PATH}/{visit_id}", status_code=303)


@get(f"{PATH}/{{visit_id:uuid}}/photos/{{photo_id:uuid}}", guards=[requires(_READERS)])
async def show_photo(
    request: ActorRequest,
    visit_id: FromPath[UUID],
    photo_id: FromPath[UUID],
    size: FromQuery[PictureSize] = PictureSize.FULL,
) -> Response[bytes]:
    return await show_picture(request, await pictures.find_photo(request.user, visit_id, photo_id), size)


@get(f"{PATH}/{{visit_id:uuid}}/signature.png", guards=[requires(_READERS)])
async def show_signature(request: ActorRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    return await show_picture(
        request, await pictures.find_signature(request.user, visit_id), PictureSize.FULL
    )


@get(f"{PATH}/{{visit_id:uuid}}/report.pdf", guards=[requires(_READERS)])
async def show_report(request: ActorRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    store = object_store(_settings(request))
    number, pdf = await print_report(request.user, visit_id, store, now=datetime.now(UTC))
    headers = {
        "Content-Disposition": f'inline; filename="OS-{number}.pdf"',
        "Content-Security-Policy": _PDF_CSP,
    }
    return Response(pdf, media_type="application/pdf", headers=headers)


ROUTES = [
    list_visits,
    show_visit,
    create_acceptance,
    show_photo,
    show_signature,
    show_report,
]


async def _page(
    request: ActorRequest,
    visit_id: UUID,
    *,
    refused: tuple[UUID, Form] | None = None,
    status: int = 200,
) -> Template:
    actor, settings = request.user, _settings(request)
    now = datetime.now(UTC)
    visit = as_seen_by(actor, await queries.get_visit(actor, visit_id))
    shows_approach = actor.role in DESK and visit.state is VisitState.TRAVELLING
    link_id = await approach_links.link_of(visit_id, now=now) if shows_approach else None
    context = {
        "visit": visit,
        "returns": await find_returns(actor, visit.order.id),
        "words": wording,
        "is_sharing": await shares_position(visit.technician_id) if shows_approach else True,
        "outcomes": OUTCOME_NAMES,
        "contract_names": CONTRACT_NAMES,
        "pending_text": pending_text,
        "route": route_json(visit),
        "tile_url": settings.tile_url,
        "tile_attribution": settings.tile_attribution,
        "shows_approach": shows_approach,
        "approach_address": approach_links.address_of(link_id) if link_id else None,
        "may_accept": actor.role in DESK,
        "acceptance_of": lambda one: refused[1] if refused and refused[0] == one.id else Form(),
        "here": f"{PATH}/{visit_id}",
    }
    return _answer(request, "show", context, status)


def _settings(request: ActorRequest) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _answer(request: ActorRequest, name: str, context: dict[str, Any], status: int) -> Template:
    part = "_" if is_htmx(request) else ""
    return Template(
        f"visits/{part}{name}.html", context=context, status_code=status, headers={"Vary": "HX-Request"}
    )
