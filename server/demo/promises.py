"""The reseller's calendar, and what the orders of the last days were promised by it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from server.calendars.holidays import OwnHoliday, holidays_between
from server.calendars.promises import to_the_minute, written_week
from server.calendars.rules import Calendar, ledger
from server.demo.world import TIMEZONE, World, as_json

DAY = ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))
MINUTES: dict[str, int | None] = {"full": 240, "light": 480, "none": 960}
FEAST = OwnHoliday(date(2026, 3, 23), "Aniversário de Florianópolis", True)
EXPLAINED_FOR = timedelta(days=10)


class Promises:
    """Orders from before are due as the office said then."""

    def __init__(self, world: World) -> None:
        self._world = world
        since = (world.now - EXPLAINED_FOR).astimezone(TIMEZONE).date()
        found = holidays_between(since, 370, "SC", has_state=True, has_optional=False, own=[FEAST])
        self._calendar = Calendar(TIMEZONE, (DAY,) * 5 + ((), ()), found, MINUTES)

    def make_calendar(self) -> None:
        world, born = self._world, self._world.now - timedelta(days=700)
        world.add(
            "calendar",
            id=world.reseller_id,
            week=as_json(written_week(self._calendar.week)),
            has_state_holidays=True,
            has_optional_holidays=False,
            **{f"{kind}_minutes": minutes for kind, minutes in MINUTES.items()},
        )
        world.add(
            "calendar_holiday",
            id=world.id_at(born),
            company_id=world.firms[0].id,
            held_on=FEAST.held_on,
            name=FEAST.name,
            is_yearly=FEAST.is_yearly,
        )

    def due_at(self, contract_kind: str, opened_at: datetime) -> datetime | None:
        minutes = MINUTES[contract_kind]
        if minutes is None or opened_at < self._world.now - EXPLAINED_FOR:
            return None
        due_at = ledger(self._calendar, opened_at, timedelta(minutes=minutes)).due_at
        return None if due_at is None else to_the_minute(due_at)

    def keep(self, order_id: UUID, contract_kind: str, opened_at: datetime) -> None:
        due_at = self.due_at(contract_kind, opened_at)
        if due_at is None:
            return
        self._world.add(
            "order_promise",
            id=self._world.id_at(opened_at),
            service_order_id=order_id,
            minutes=MINUTES[contract_kind],
            due_at=due_at,
            calendar=as_json(
                {
                    "zone": TIMEZONE.key,
                    "week": written_week(self._calendar.week),
                    "holidays": {day.isoformat(): name for day, name in self._calendar.holidays.items()},
                }
            ),
        )
