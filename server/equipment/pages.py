"""Defeitos: which of ILUX's defects customers find under each tab, and the status that a call begins in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from server.equipment import catalogue, queries
from server.problems import Problem
from server.service_orders.opening.rules import LISTED, OPENING_STATUSES, TAB_NAMES, Tab
from server.service_orders.statuses import STATUS_NAMES
from server.web.forms import Form
from server.web.guards import admin_only
from server.web.requests import ActorRequest

PATH = "/defects"
_SORTS = {"code": "número", "name": "nome"}


@get(PATH, guards=[admin_only])
async def list_defects(
    request: ActorRequest,
    tab: FromQuery[Tab] = Tab.WITH_CONTRACT,
    sort: FromQuery[str] = "code",
    done: FromQuery[str] = "",
) -> Template:
    listing = tab if tab in LISTED else Tab.WITH_CONTRACT
    by = sort if sort in _SORTS else "code"
    context = {
        "tab": listing,
        "tabs": {key: TAB_NAMES[key] for key in LISTED},
        "sort": by,
        "sorts": _SORTS,
        "defects": await queries.list_defects(request.user, LISTED[listing], by),
        "opening_status": await queries.opening_status(request.user),
        "opening_statuses": {status: STATUS_NAMES[status] for status in OPENING_STATUSES},
        "done": done,
    }
    return Template("equipment/defects.html", context=context)


@post(PATH, guards=[admin_only], status_code=200)
async def edit_listing(request: ActorRequest) -> Response[Any]:
    """`shown` names every row that the form had: a defect that ILUX added meanwhile is left as it is."""
    form = await _sent(request)
    tab = next(iter(form.choices("tab", Tab)), Tab.WITH_CONTRACT)
    if tab not in LISTED:
        raise Problem("not_found")
    await catalogue.list_defects(request.user, LISTED[tab], _ids(form, "shown"), _ids(form, "listed"))
    return Redirect(f"{PATH}?tab={tab}&done=listed", status_code=303)


@post("/opening-status", guards=[admin_only], status_code=200)
async def edit_opening_status(request: ActorRequest) -> Response[Any]:
    form = await _sent(request)
    wanted = next((status for status in OPENING_STATUSES if status == form.text("status")), None)
    if wanted is None:
        raise Problem("invalid", fields=[{"name": "status", "message": "Escolha um status da lista."}])
    await catalogue.set_opening_status(request.user, wanted)
    return Redirect(f"{PATH}?done=status", status_code=303)


ROUTES = [list_defects, edit_listing, edit_opening_status]


async def _sent(request: ActorRequest) -> Form:
    return Form((await request.form()).multi_items(), request.user.timezone)


def _ids(form: Form, name: str) -> frozenset[UUID]:
    found = set()
    for text in form.all(name):
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return frozenset(found)
