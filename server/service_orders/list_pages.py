"""What the list of orders can beside being read: taken along as a file, and its filters kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from server.accounts.actor import Actor
from server.accounts.scope import WORKS_WITH_ORDERS
from server.problems import Problem
from server.service_orders.export import csv_lines, xlsx_chunks
from server.service_orders.forms import read_filter
from server.service_orders.saved_filters import keep_filter, remove_filter
from server.service_orders.views import OrderFilter
from server.web.forms import Form
from server.web.guards import requires
from server.web.rendering import in_zone
from server.web.requests import ActorRequest

LIST = "/service-orders"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Export = Callable[[Actor, OrderFilter, datetime], AsyncIterator[bytes]]


@get(f"{LIST}/export.csv", guards=[requires(WORKS_WITH_ORDERS)])
async def export_csv(request: ActorRequest) -> Stream:
    return _file(request, csv_lines, "csv", "text/csv; charset=utf-8")


@get(f"{LIST}/export.xlsx", guards=[requires(WORKS_WITH_ORDERS)])
async def export_xlsx(request: ActorRequest) -> Stream:
    return _file(request, xlsx_chunks, "xlsx", _XLSX)


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


def _file(request: ActorRequest, export: Export, suffix: str, media_type: str) -> Stream:
    actor, now = request.user, datetime.now(UTC)
    form = Form(request.query_params.multi_items(), actor.timezone)
    wanted = read_filter(form)
    if not form.is_valid:
        fields = [{"name": name, "message": text} for name, text in form.errors.items()]
        raise Problem("invalid", fields=fields)
    day = in_zone(now, actor.timezone).strftime("%Y-%m-%d")
    headers = {"Content-Disposition": f'attachment; filename="chamados-{day}.{suffix}"'}
    return Stream(export(actor, wanted, now), headers=headers, media_type=media_type)
