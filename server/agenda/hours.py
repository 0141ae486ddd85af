"""When each company works, and what a visit takes: the calendar as the agenda reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.agenda.rules import USUAL_HOURS, USUAL_WEEK, Load
from server.calendars.actions import VISIT_MINUTES
from server.calendars.promises import parse_week, rules_of
from server.calendars.rules import Calendar as Rules
from server.calendars.rules import Day, hours_on, minutes_of
from server.calendars.tables import Calendar, CalendarHoliday


@dataclass(frozen=True, slots=True)
class Hours:
    """`by_company` is empty where the reseller has no calendar: then nobody can say what is too much."""

    week: tuple[Day, ...]
    visit: timedelta
    by_company: Mapping[UUID, Rules]

    def on(self, company_id: UUID, day: date) -> Day:
        rules = self.by_company.get(company_id)
        return USUAL_HOURS if rules is None else hours_on(rules, day)

    def holiday(self, day: date) -> str:
        """Its name, when all companies that are seen keep it."""
        names = [rules.holidays.get(day, "") for rules in self.by_company.values()]
        return names[0] if names and all(names) else ""

    def load(self, company_id: UUID, day: date, orders: int) -> Load:
        room = minutes_of(self.on(company_id, day)) if self.by_company else None
        return Load(orders, orders * round(self.visit.total_seconds() / 60), room)


async def hours_of(actor: Actor, ufs: Mapping[UUID, str], since: datetime) -> Hours:
    """For companies by their state, with the holidays of the year from `since`."""
    row = await Calendar.select().where(visible(actor, Calendar)).first()
    if row is None:
        return Hours(USUAL_WEEK, timedelta(minutes=VISIT_MINUTES), {})
    own = await CalendarHoliday.select().where(visible(actor, CalendarHoliday))
    rules = {
        company_id: rules_of(
            row, uf, actor.timezone, [one for one in own if one["company_id"] in (None, company_id)], since
        )
        for company_id, uf in ufs.items()
    }
    week = parse_week(msgspec.json.decode(row["week"]))
    return Hours(week or USUAL_WEEK, timedelta(minutes=row["visit_minutes"]), rules)
