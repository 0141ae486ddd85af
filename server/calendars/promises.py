"""What is promised at an order's opening, kept with the calendar as it stood, and explained afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.accounts.tables import Company
from server.calendars.holidays import OwnHoliday, holidays_between
from server.calendars.rules import FARTHEST, Clock, Ledger, Wait, ledger
from server.calendars.rules import Calendar as Rules
from server.calendars.tables import Calendar, CalendarHoliday, OrderPromise
from server.service_orders.statuses import PAUSING, PENDING_REASON_NAMES, PendingReason, Status

KINDS = ("full", "light", "none")
_WAITS = {Status.LOGISTICS: "Peças (logística)", Status.STOCK: "Peças (estoque)"}

# Of an order's history: when, and the columns after it.
Changes = Sequence[tuple[datetime, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Explained:
    """`due_at` is what was promised; `ledger` also knows of the pauses since."""

    minutes: int
    due_at: datetime
    ledger: Ledger

    @property
    def has_paused(self) -> bool:
        return any(line.clock is Clock.WAITING for line in self.ledger.lines)

    @property
    def paused_due_at(self) -> datetime | None:
        """When it is due with the pauses; None without any, and while it still waits."""
        due_at = self.ledger.due_at
        return to_the_minute(due_at) if due_at is not None and self.has_paused else None


async def calendar_of(reseller_id: UUID, company_id: UUID, now: datetime) -> Rules | None:
    """With the holidays of the company's state, and of the year from now. None where none was set."""
    row = await Calendar.select().where(Calendar.reseller_id == reseller_id).first()
    if row is None:
        return None
    company: Any = (
        await Company.select(Company.uf, Company.reseller_id.timezone.as_alias("timezone"))
        .where(Company.reseller_id == reseller_id, Company.id == company_id)
        .first()
    ) or {"uf": "", "timezone": "America/Sao_Paulo"}
    own = await CalendarHoliday.select().where(
        CalendarHoliday.reseller_id == reseller_id,
        CalendarHoliday.company_id.is_null() | (CalendarHoliday.company_id == company_id),
    )
    return rules_of(row, company["uf"], company["timezone"], own, now)


def rules_of(
    row: Mapping[str, Any], uf: str, timezone: str, own: Iterable[Mapping[str, Any]], now: datetime
) -> Rules:
    zone = ZoneInfo(timezone)
    return Rules(
        zone,
        parse_week(msgspec.json.decode(row["week"])),
        holidays_between(
            now.astimezone(zone).date(),
            FARTHEST.days,
            uf,
            has_state=row["has_state_holidays"],
            has_optional=row["has_optional_holidays"],
            own=[OwnHoliday(one["held_on"], one["name"], one["is_yearly"]) for one in own],
        ),
        {kind: row[f"{kind}_minutes"] for kind in KINDS},
    )


@dataclass(frozen=True, slots=True)
class Promise:
    """What is said to the customer, and by which calendar."""

    due_at: datetime
    minutes: int
    calendar: Rules


async def promise_for(
    reseller_id: UUID, company_id: UUID, contract_kind: str, opened_at: datetime
) -> Promise | None:
    """When an order opened at that moment would be due. None where nothing is promised."""
    calendar = await calendar_of(reseller_id, company_id, opened_at)
    minutes = calendar.minutes.get(contract_kind) if calendar else None
    if calendar is None or minutes is None:
        return None
    due_at = ledger(calendar, opened_at, timedelta(minutes=minutes)).due_at
    return None if due_at is None else Promise(to_the_minute(due_at), minutes, calendar)


async def keep_promise(reseller_id: UUID, order_id: UUID, promised: Promise) -> None:
    """Beside its order, in the transaction that opens it."""
    calendar = promised.calendar
    kept = {
        "zone": calendar.zone.key,
        "week": written_week(calendar.week),
        "holidays": {day.isoformat(): name for day, name in calendar.holidays.items()},
    }
    await OrderPromise.insert(
        OrderPromise(
            reseller_id=reseller_id,
            service_order_id=order_id,
            minutes=promised.minutes,
            due_at=promised.due_at,
            calendar=msgspec.json.encode(kept).decode(),
        )
    )


async def explain(actor: Actor, order_id: UUID, opened_at: datetime, changes: Changes) -> Explained | None:
    """Why the order is due when it is."""
    row = (
        await OrderPromise.select()
        .where(visible(actor, OrderPromise), OrderPromise.service_order_id == order_id)
        .first()
    )
    if row is None:
        return None
    return explained(row, opened_at, changes)


def explained(row: Mapping[str, Any], opened_at: datetime, changes: Changes) -> Explained:
    """`row` has the columns of the promise that was kept."""
    kept = msgspec.json.decode(row["calendar"])
    calendar = Rules(
        ZoneInfo(kept["zone"]),
        parse_week(kept["week"]),
        {date.fromisoformat(day): name for day, name in kept["holidays"].items()},
        {},
    )
    promised = timedelta(minutes=row["minutes"])
    return Explained(row["minutes"], row["due_at"], ledger(calendar, opened_at, promised, waits_of(changes)))


def waits_of(changes: Changes) -> list[Wait]:
    """When the order waited for the customer or for parts, from its changes of status in order."""
    waits: list[Wait] = []
    since: tuple[datetime, str] | None = None
    for at, after in sorted(changes, key=lambda change: change[0]):
        if "status" not in after:
            continue
        reason = _waited_for(after)
        if since is not None and (reason is None or reason != since[1]):
            waits.append(Wait(since[0], at, since[1]))
            since = None
        if reason is not None and since is None:
            since = (at, reason)
    if since is not None:
        waits.append(Wait(since[0], None, since[1]))
    return waits


def parse_week(written: Sequence[Sequence[Sequence[str]]]) -> tuple[Any, ...]:
    """From JSON; seven days, Monday first."""
    return tuple(
        tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in day)
        for day in written
    )


def written_week(week: Sequence[Any]) -> list[list[list[str]]]:
    return [[[f"{opens:%H:%M}", f"{closes:%H:%M}"] for opens, closes in day] for day in week]


def _waited_for(after: Mapping[str, Any]) -> str | None:
    status = Status(after["status"])
    if status in _WAITS:
        return _WAITS[status]
    reason = after.get("pending_reason")
    if status is not Status.PENDING or not reason or PendingReason(reason) not in PAUSING:
        return None
    return PENDING_REASON_NAMES[PendingReason(reason)]


def to_the_minute(moment: datetime) -> datetime:
    """Nobody promises seconds: the next full minute."""
    floor = moment.replace(second=0, microsecond=0)
    return floor if floor == moment else floor + timedelta(minutes=1)
