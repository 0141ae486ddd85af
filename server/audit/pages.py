"""*Auditoria*: who did what, from where, with what before and after. Read by the admin, written by nobody."""

from __future__ import annotations

from urllib.parse import urlencode

from litestar import get
from litestar.response import Template

from server.audit import queries
from server.audit.queries import AuditFilter
from server.audit.wording import GROUPS
from server.web.forms import Form
from server.web.guards import admin_only
from server.web.requests import ActorRequest

PATH = "/audit"
FIELDS = ("person", "group", "address", "since", "until")


@get(PATH, guards=[admin_only])
async def list_entries(request: ActorRequest) -> Template:
    form = Form(request.query_params.multi_items(), request.user.timezone)
    wanted = AuditFilter(
        person=form.text("person")[:100],
        group=form.text("group"),
        address=form.text("address")[:64],
        since=form.day_start("since"),
        until=form.day_end("until"),
    )
    cursor = form.text("after")
    lines, next_key = await queries.list_entries(request.user, wanted, cursor or None)
    asked = {name: form.text(name) for name in FIELDS if form.text(name)}
    return Template(
        "audit/index.html",
        context={
            "lines": lines,
            "form": form,
            "groups": GROUPS,
            "is_filtered": bool(asked),
            "first": f"{PATH}?{urlencode(asked)}" if cursor else None,
            "next": f"{PATH}?{urlencode(asked | {'after': next_key})}" if next_key else None,
        },
        status_code=200 if form.is_valid else 422,
    )


ROUTES = [list_entries]
