"""The month's readings as the desk sees them: who answered, who did not, and one customer's request."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Stream, Template

from server.accounts.actor import Actor
from server.accounts.scope import ASKS_FOR_READINGS
from server.reading_requests import actions, export, notices, photos, queries
from server.reading_requests.forms import active_filters, query_string, read_filter
from server.reading_requests.rules import ANSWERABLE, STATE_NAMES, month_name, month_of
from server.reading_requests.views import RequestFilter
from server.web.forms import Form
from server.web.guards import requires
from server.web.page_stream import watched
from server.web.picture_answer import PictureSize, show_picture
from server.web.rendering import in_zone
from server.web.requests import ActorRequest, is_htmx
from server.web.spreadsheets import download

PATH = "/reading-requests"
_ONE = f"{PATH}/{{reading_request_id:uuid}}"


@get(PATH, guards=[requires(ASKS_FOR_READINGS)])
async def list_requests(request: ActorRequest) -> Template:
    actor, now = request.user, datetime.now(UTC)
    form, wanted = _filter(request, now)
    cursor = form.text("after")
    page = await queries.list_requests(actor, wanted, now=now, after=cursor or None)
    context = {
        "page": page,
        "form": form,
        "wanted": wanted,
        "month": month_name(wanted.month_on),
        "summary": await queries.summary_of(actor, wanted),
        "states": STATE_NAMES,
        "filters": active_filters(form),
        "link": lambda **changes: PATH + query_string(form, **changes),
        "before": _month_text(wanted.month_on, -1),
        "behind": _month_text(wanted.month_on, 1),
        "here": PATH + query_string(form, after=cursor),
        "is_first": not cursor,
        "export": lambda kind: f"{PATH}/export.{kind}{query_string(form)}",
    }
    return _answer(request, "index", context, 200 if form.is_valid else 422)


@watched("reading-requests", ASKS_FOR_READINGS)
async def follow_requests(actor: Actor, _: UUID | None) -> str:
    """Tells that some request changed, not which: the page asks again within its own scope."""
    return notices.list_topic(actor.reseller_id)


@get(f"{PATH}/export.csv", guards=[requires(ASKS_FOR_READINGS)])
async def export_csv(request: ActorRequest) -> Stream:
    return _file(request, "csv")


@get(f"{PATH}/export.xlsx", guards=[requires(ASKS_FOR_READINGS)])
async def export_xlsx(request: ActorRequest) -> Stream:
    return _file(request, "xlsx")


@get(_ONE, guards=[requires(ASKS_FOR_READINGS)])
async def show_request(request: ActorRequest, reading_request_id: FromPath[UUID]) -> Template:
    found = await queries.get_request(request.user, reading_request_id, now=datetime.now(UTC))
    context = {
        "asked": found,
        "month": month_name(found.row.month_on),
        "states": STATE_NAMES,
        "is_open": found.row.state in ANSWERABLE,
        "may_write": found.row.completed_at is None and found.row.state != "revoked",
        "here": f"{PATH}/{reading_request_id}",
    }
    return _answer(request, "show", context, 200)


@get(f"{_ONE}/photos/{{reading_item_id:uuid}}", guards=[requires(ASKS_FOR_READINGS)])
async def show_photo(
    request: ActorRequest,
    reading_request_id: FromPath[UUID],
    reading_item_id: FromPath[UUID],
    size: FromQuery[PictureSize] = PictureSize.FULL,
) -> Response[bytes]:
    return await show_picture(
        request, await photos.find_photo(request.user, reading_request_id, reading_item_id), size
    )


@post(f"{_ONE}/repetitions", guards=[requires(ASKS_FOR_READINGS)], status_code=200)
async def create_repetition(request: ActorRequest, reading_request_id: FromPath[UUID]) -> Response[Any]:
    await actions.write_again(request.user, reading_request_id, now=datetime.now(UTC))
    return Redirect(f"{PATH}/{reading_request_id}", status_code=303)


@post(f"{_ONE}/revocation", guards=[requires(ASKS_FOR_READINGS)], status_code=200)
async def create_revocation(request: ActorRequest, reading_request_id: FromPath[UUID]) -> Response[Any]:
    await actions.revoke(request.user, reading_request_id, now=datetime.now(UTC))
    return Redirect(f"{PATH}/{reading_request_id}", status_code=303)


ROUTES = [
    list_requests,
    export_csv,
    export_xlsx,
    show_request,
    show_photo,
    create_repetition,
    create_revocation,
]


def _filter(request: ActorRequest, now: datetime) -> tuple[Form, RequestFilter]:
    form = Form(request.query_params.multi_items(), request.user.timezone)
    return form, read_filter(form, month_of(in_zone(now, request.user.timezone)))


def _month_text(month_on: date, step: int) -> str:
    number = month_on.year * 12 + month_on.month - 1 + step
    return f"{number // 12:04}-{number % 12 + 1:02}"


def _file(request: ActorRequest, suffix: str) -> Stream:
    now = datetime.now(UTC)
    form, wanted = _filter(request, now)
    form.check()
    cells = export.cells(request.user, wanted, now)
    return download(export.COLUMNS, cells, f"leituras-{wanted.month_on:%Y-%m}", suffix)


def _answer(request: ActorRequest, name: str, context: dict[str, Any], status: int) -> Template:
    part = "_" if is_htmx(request) else ""
    return Template(
        f"reading_requests/{part}{name}.html",
        context=context,
        status_code=status,
        headers={"Vary": "HX-Request"},
    )
