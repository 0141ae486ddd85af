"""What the list of orders can beside being read: taken along as a file, and its filters kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from server.accounts.scope import WORKS_WITH_ORDERS
from server.service_orders import export
from server.service_orders.forms import read_filter
from server.service_orders.saved_filters import keep_filter, remove_filter
from server.web.forms import Form
from server.web.guards import requires
from server.web.rendering import in_zone
from server.web.requests import ActorRequest
from server.web.spreadsheets import download

LIST = "/service-orders"


@get(f"{LIST}/export.csv", guards=[requires(WORKS_WITH_ORDERS)])
async def export_csv(request: ActorRequest) -> Stream:
    return _file(request, "csv")


@get(f"{LIST}/export.xlsx", guards=[requires(WORKS_WITH_ORDERS)])
async def export_xlsx(request: ActorRequest) -> Stream:
    return _file(request, "xlsx")


@post("/saved-filters", guards=[requires(WORKS_WITH_ORDERS)], status_code=200)
async def create_saved_filter(request: ActorRequest) -> Response[Any]:
    form = Form((await request.form()).multi_items())
    query = await keep_filter(request.user, form.text("name"), form.text("query"))
    return Redirect(LIST + query, status_code=303)


@post("/saved-filters/{saved_filter_id:uuid}/removal", guards=[requires(WORKS_WITH_ORDERS)], status_code=200)
async def create_filter_removal(request: ActorRequest, saved_filter_id: FromPath[UUID]) -> Response[Any]:
    await remove_filter(request.user, saved_filter_id)
    return Redirect(LIST, status_code=303)


ROUTES = [export_csv, export_xlsx, create_saved_filter, create_filter_removal]


def _file(request: ActorRequest, suffix: str) -> Stream:
    actor, now = request.user, datetime.now(UTC)
    form = Form(request.query_params.multi_items(), actor.timezone)
    wanted = read_filter(form)
    form.check()
    name = f"chamados-{in_zone(now, actor.timezone):%Y-%m-%d}"
    return download(export.COLUMNS, export.cells(actor, wanted, now), name, suffix)
