"""*Relatórios*: one at a time, for a period, on the page or as a file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.response import Template

from server.accounts.actor import Actor, Role
from server.reports import files
from server.reports.queries import make_report
from server.reports.rules import DEFAULT_DAYS, NOTES, TITLES, Kind, Period, period_fault
from server.web.forms import Form
from server.web.guards import requires
from server.web.rendering import in_zone
from server.web.requests import ActorRequest
from server.web.stores import object_store

PATH = "/reports"
PLANNERS = frozenset({Role.ADMIN, Role.SERVICE_OPERATOR})
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": _XLSX, "pdf": "application/pdf"}


@get(PATH, guards=[requires(PLANNERS)])
async def show_reports(request: ActorRequest) -> Template:
    form, kind, period = _asked(request)
    report = await make_report(request.user, kind, period) if form.is_valid else None
    days = {
        "since": f"{in_zone(period.since, request.user.timezone):%Y-%m-%d}",
        "until": f"{in_zone(period.until - timedelta(seconds=1), request.user.timezone):%Y-%m-%d}",
    }
    return Template(
        "reports/index.html",
        context={
            "kind": kind,
            "titles": TITLES,
            "note": NOTES[kind],
            "report": report,
            "said": files.said,
            "form": form,
            "days": days,
            "query": urlencode({"report": kind.value, **days}),
            "query_for": lambda other: urlencode({"report": other.value, **days}),
        },
        status_code=200 if form.is_valid else 422,
    )


@get(f"{PATH}/file", guards=[requires(PLANNERS)])
async def download_report(request: ActorRequest) -> Response[bytes]:
    form, kind, period = _asked(request)
    ending = form.text("format")
    if ending not in _TYPES:
        form.errors["format"] = "Escolha CSV, Excel ou PDF."
    form.check()
    report = await make_report(request.user, kind, period)
    if ending == "csv":
        content = files.as_csv(report)
    elif ending == "xlsx":
        content = await files.as_xlsx(report)
    else:
        content = await files.as_pdf(
            request.user, report, period, object_store(request.app.state.settings), now=datetime.now(UTC)
        )
    return Response(
        content,
        media_type=_TYPES[ending],
        headers={"content-disposition": f'attachment; filename="{kind.value}.{ending}"'},
    )


def _asked(request: ActorRequest) -> tuple[Form, Kind, Period]:
    """The last 30 days until something else is asked for."""
    actor: Actor = request.user
    form = Form(request.query_params.multi_items(), actor.timezone)
    asked = form.text("report")
    kind = Kind(asked) if asked in set(Kind) else Kind.STATUS
    since, until = form.day_start("since"), form.day_end("until")
    tomorrow = in_zone(datetime.now(UTC), actor.timezone).replace(hour=0, minute=0, second=0, microsecond=0)
    until = until or (tomorrow + timedelta(days=1)).astimezone(UTC)
    since = since or until - timedelta(days=DEFAULT_DAYS)
    if fault := period_fault(since, until):
        form.errors["since"] = fault
    return form, kind, Period(since, until)


ROUTES: list[Any] = [show_reports, download_report]
