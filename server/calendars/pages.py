"""Calendário: hours, holidays and promised times, for the admin."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from server.accounts.actor import Role
from server.accounts.scope import visible
from server.accounts.tables import Company
from server.calendars import actions
from server.calendars.forms import WEEKDAYS, calendar_form, read_calendar
from server.calendars.promises import KINDS, rules_of
from server.calendars.rules import promise
from server.calendars.tables import Calendar, CalendarHoliday
from server.problems import Problem
from server.service_orders.views import Choice
from server.service_orders.wording import CONTRACT_NAMES
from server.web.forms import Form
from server.web.guards import requires
from server.web.requests import ActorRequest

PATH = "/calendars"
SHOWN_HOLIDAYS = 8


@get(PATH, guards=[requires(Role.ADMIN)])
async def show_calendar(request: ActorRequest) -> Template:
    return await _page(request, is_done="done" in request.query_params)


@post(PATH, guards=[requires(Role.ADMIN)], status_code=200)
async def edit_calendar(request: ActorRequest) -> Response[Any]:
    form = Form((await request.form()).multi_items(), request.user.timezone)
    wanted = read_calendar(form)
    if not form.is_valid:
        return await _page(request, form=form, status=422)
    try:
        await actions.edit_calendar(request.user, wanted)
    except Problem as problem:
        form.errors |= problem.facts.get("errors", {})
        return await _page(request, form=form, status=problem.status)
    return Redirect(f"{PATH}?done=1", status_code=303)


@post(f"{PATH}/holidays", guards=[requires(Role.ADMIN)], status_code=200)
async def create_holiday(request: ActorRequest) -> Response[Any]:
    form = Form((await request.form()).multi_items(), request.user.timezone)
    held_on, company_id = form.day("held_on"), form.uuid("company_id")
    if held_on is None:
        form.errors.setdefault("held_on", "Escolha o dia.")
    if not form.text("name"):
        form.errors["name"] = "Escreva o nome do feriado."
    if held_on is None or not form.is_valid:
        return await _page(request, holiday=form, status=422)
    await actions.add_holiday(
        request.user,
        held_on,
        form.text("name"),
        company_id=company_id,
        is_yearly=bool(form.text("is_yearly")),
    )
    return Redirect(f"{PATH}#holidays", status_code=303)


@post(f"{PATH}/holidays/{{holiday_id:uuid}}/removal", guards=[requires(Role.ADMIN)], status_code=200)
async def remove_holiday(request: ActorRequest, holiday_id: FromPath[UUID]) -> Redirect:
    await actions.remove_holiday(request.user, holiday_id)
    return Redirect(f"{PATH}#holidays", status_code=303)


ROUTES = [show_calendar, edit_calendar, create_holiday, remove_holiday]


async def _page(
    request: ActorRequest,
    *,
    form: Form | None = None,
    holiday: Form | None = None,
    is_done: bool = False,
    status: int = 200,
) -> Template:
    actor, now = request.user, datetime.now(UTC)
    row = await Calendar.select().where(visible(actor, Calendar)).first()
    companies = (
        await Company.select(Company.id, Company.name, Company.trade_name, Company.uf)
        .where(visible(actor, Company), Company.is_active.eq(True))
        .order_by(Company.name)
    )
    own = (
        await CalendarHoliday.select()
        .where(visible(actor, CalendarHoliday))
        .order_by(CalendarHoliday.held_on, CalendarHoliday.id)
    )
    uf = companies[0]["uf"] if companies else ""
    rules = rules_of(row, uf, actor.timezone, own, now) if row else None
    names = {company["id"]: company["trade_name"] or company["name"] for company in companies}
    context = {
        "form": form or calendar_form(row),
        "holiday": holiday or Form(),
        "is_done": is_done,
        "weekdays": WEEKDAYS,
        "kinds": {kind: CONTRACT_NAMES[kind] for kind in KINDS},
        "own": own,
        "companies": [Choice(company_id, name) for company_id, name in names.items()],
        "company_names": names,
        "coming": list(rules.holidays.items())[:SHOWN_HOLIDAYS] if rules else [],
        "promised": {kind: promise(now, rules, kind) for kind in KINDS} if rules else {},
    }
    return Template("calendars/index.html", context=context, status_code=status)
