"""What an admin says of working hours, holidays and promised times; open orders keep their promise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from piccolo_conf import DB
from server.accounts import records
from server.accounts.actor import Actor
from server.accounts.tables import Company
from server.audit.actions import append
from server.calendars.promises import KINDS, written_week
from server.calendars.rules import Day, week_faults
from server.calendars.tables import Calendar, CalendarHoliday
from server.problems import Problem

MOST_MINUTES = 60 * 500
VISIT_MINUTES = 90
LEAST_VISIT, MOST_VISIT = 10, 600


@dataclass(frozen=True, slots=True)
class CalendarEdit:
    """`minutes` by kind of contract; None promises nothing. `visit_minutes` is what a visit takes."""

    week: Sequence[Day]
    has_state_holidays: bool
    has_optional_holidays: bool
    minutes: Mapping[str, int | None]
    visit_minutes: int = VISIT_MINUTES


async def edit_calendar(actor: Actor, wanted: CalendarEdit) -> None:
    """Raises `not_found`, `invalid` with the fields at fault."""
    records.only_admin(actor)
    faults = {f"day_{number}": text for number, text in week_faults(wanted.week).items()}
    for kind, minutes in wanted.minutes.items():
        if minutes is not None and not 0 < minutes <= MOST_MINUTES:
            faults[f"{kind}_hours"] = "De alguns minutos a 500 horas, ou vazio."
    if not LEAST_VISIT <= wanted.visit_minutes <= MOST_VISIT:
        faults["visit_minutes"] = f"De {LEAST_VISIT} a {MOST_VISIT} minutos."
    if faults:
        raise Problem("invalid", errors=faults)
    columns: dict[str, Any] = {
        "week": msgspec.json.encode(written_week(wanted.week)).decode(),
        "has_state_holidays": wanted.has_state_holidays,
        "has_optional_holidays": wanted.has_optional_holidays,
        **{f"{kind}_minutes": wanted.minutes.get(kind) for kind in KINDS},
        "visit_minutes": wanted.visit_minutes,
    }
    async with DB.transaction() as tx:
        # Two admins at once make one row.
        await tx.execute(
            "INSERT INTO calendar (id, reseller_id) VALUES ($1, $1) ON CONFLICT DO NOTHING", actor.reseller_id
        )
        values: dict[Any, Any] = columns
        await Calendar.update(values).where(Calendar.reseller_id == actor.reseller_id)
        await _audit(actor, "calendar.edited", actor.reseller_id, **columns)


async def add_holiday(
    actor: Actor, held_on: date, name: str, *, company_id: UUID | None, is_yearly: bool
) -> None:
    """Raises `not_found` for a company out of reach."""
    records.only_admin(actor)
    async with DB.transaction():
        if company_id is not None:
            await records.find(actor, Company, company_id)
        holiday = CalendarHoliday(
            reseller_id=actor.reseller_id,
            company_id=company_id,
            held_on=held_on,
            name=name[:80],
            is_yearly=is_yearly,
        )
        await CalendarHoliday.insert(holiday)
        await _audit(actor, "calendar_holiday.added", holiday.id, held_on=held_on, name=name)


async def remove_holiday(actor: Actor, holiday_id: UUID) -> None:
    """A plan, not a record: what was promised by it keeps it. Raises `not_found`."""
    records.only_admin(actor)
    async with DB.transaction():
        row = await records.find(actor, CalendarHoliday, holiday_id)
        await CalendarHoliday.delete().where(CalendarHoliday.id == holiday_id)
        await _audit(actor, "calendar_holiday.removed", holiday_id, held_on=row["held_on"], name=row["name"])


async def _audit(actor: Actor, act: str, subject_id: UUID, **facts: Any) -> None:
    await append(
        act,
        reseller_id=actor.reseller_id,
        user_id=actor.user_id,
        subject=(act.partition(".")[0], subject_id),
        **facts,
    )
