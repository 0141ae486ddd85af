"""The read side of the agenda: everything of some days at once, or who could go to one order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from piccolo.columns.combination import WhereRaw
from piccolo.query import OrderByRaw

from server.accounts.actor import Actor
from server.accounts.scope import is_in_companies, visible
from server.agenda.crew import Member, find_crew
from server.agenda.hours import Hours, hours_of
from server.agenda.nearness import Origin, closest, nearest, origins
from server.agenda.rules import MOVABLE, Placement, Stand, View, days_shown, is_outside, mark_of, stands_on
from server.agenda.views import Board, Candidate, Card, Cell, Choice, CrewPage, DayHead, Line
from server.database.keyset import read_cursor, write_cursor
from server.problems import Problem
from server.service_orders.due import due_of, due_sql
from server.service_orders.orders import state_of
from server.service_orders.rules import is_overdue
from server.service_orders.statuses import Status
from server.service_orders.tables import ServiceOrder

WAITING_SHOWN = 40
CREW_SHOWN = 50
MOST_CARDS = 600  # of one screen: what is beyond is told of, not hidden
_order = ServiceOrder
_customer: Any = ServiceOrder.customer_id
_COLUMNS = (
    _order.id,
    _order.company_id,
    _order.web_number,
    _order.status,
    _order.technician_id,
    _order.defect,
    _order.opened_at,
    _order.scheduled_at,
    _order.due_at,
    _order.revised_due_at,
    _order.paused_due_at,
    _order.pending_reason,
    _order.return_of_id,
    _order.triage_released_at,
    _order.dispatched_at,
    _customer.name.as_alias("customer_name"),
    _customer.district.as_alias("district"),
    _customer.city.as_alias("city"),
    _customer.latitude.as_alias("latitude"),
    _customer.longitude.as_alias("longitude"),
)
# Released ones first, then by when somebody must be there; whose dispatch was taken back was released once.
_RANK = (
    "CASE WHEN service_order.status = 'A' AND (service_order.triage_released_at IS NOT NULL"
    " OR service_order.dispatched_at IS NOT NULL) THEN 0 ELSE 1 END"
)
_URGENCY = f"coalesce({due_sql()}, service_order.opened_at)"
_UNSENT = (Status.OPENED, Status.PENDING, Status.LOGISTICS, Status.STOCK)
# Each half by its index: of an OR of both SQLite would read all orders.
_UNDER_WAY_OR_IN_DAYS = (
    "service_order.id IN (SELECT u.id FROM service_order u WHERE u.reseller_id = {}"
    f" AND u.status IN ('{Status.DISPATCHED}', '{Status.IN_SERVICE}') UNION ALL"
    " SELECT s.id FROM service_order s WHERE s.reseller_id = {}"
    " AND s.scheduled_at >= {} AND s.scheduled_at < {})"
)


async def find_board(
    actor: Actor,
    view: View,
    first: date,
    *,
    now: datetime,
    may_follow: bool,
    after: str | None = None,
    from_member: UUID | None = None,
) -> Board:
    """From the first day on; `after` is the `next` of the page of waiting orders before it, `from_member` the
    first technician of the screen."""
    crew = await find_crew(actor, now=now, may_follow=may_follow)
    hours = await _hours(actor, crew, first, now)
    days = days_shown(view, first, hours.week)
    placed, is_cut = await _placed(actor, crew, days, now)
    waiting, following = await _waiting(actor, now, after)
    zone = ZoneInfo(actor.timezone)
    today = now.astimezone(zone).date()
    near_day = today if today in days else days[0]
    starts = _origins(crew, placed, near_day, is_today=near_day == today, now=now)
    shown = crew_page([member.id for member in crew], from_member)
    return Board(
        tuple(DayHead(day, hours.holiday(day)) for day in days),
        tuple(replace(card, near=closest(card.point, starts)) for card in waiting),
        following,
        tuple(_line(member, days, placed, hours, zone) for member in crew[shown.first - 1 : shown.last]),
        {member.id: member.name for member in crew},
        shown,
        is_cut,
    )


def crew_page(ids: Sequence[UUID], start: UUID | None) -> CrewPage:
    """Who is gone, or somebody else's, begins at the beginning."""
    at = ids.index(start) if start in ids else 0
    before = ids[max(at - CREW_SHOWN, 0)] if at else None
    behind = ids[at + CREW_SHOWN] if at + CREW_SHOWN < len(ids) else None
    return CrewPage(at + 1, min(at + CREW_SHOWN, len(ids)), len(ids), before, behind)


async def find_choice(
    actor: Actor, order_id: UUID, placement: Placement, *, now: datetime, may_follow: bool
) -> Choice:
    """Who could go to the order on that day (today, where none is said). Raises `not_found`."""
    row = await _order.select(*_COLUMNS).where(visible(actor, _order), _order.id == order_id).first()
    if row is None:
        raise Problem("not_found")
    today = now.astimezone(ZoneInfo(actor.timezone)).date()
    day = placement.day or today
    crew = await find_crew(actor, now=now, may_follow=may_follow)
    hours = await _hours(actor, crew, day, now)
    placed, _ = await _placed(actor, crew, (day,), now)
    card = _card(row, now)
    others = {key: [one for one in cards if one.id != order_id] for key, cards in placed.items()}
    starts = _origins(crew, others, day, is_today=day == today, now=now)
    near = {one.technician_id: one for one in nearest(card.point, starts)}
    candidates = [
        Candidate(
            member.id,
            member.name,
            member.whereabouts.duty,
            member.is_sharing,
            hours.load(member.company_id, day, len(others.get((member.id, day), ()))),
            near.get(member.id),
        )
        for member in crew
    ]
    farthest = float("inf")
    candidates.sort(key=lambda one: one.near.km if one.near else farthest)
    return Choice(card, tuple(candidates), hours.holiday(day), placement)


def day_bounds(days: Sequence[date], timezone: str) -> tuple[datetime, datetime]:
    """From the first instant of the first day until that after the last."""
    zone = ZoneInfo(timezone)
    return (
        datetime.combine(days[0], time(), zone),
        datetime.combine(days[-1] + timedelta(days=1), time(), zone),
    )


async def _hours(actor: Actor, crew: Sequence[Member], first: date, now: datetime) -> Hours:
    begins, _ = day_bounds((first,), actor.timezone)
    return await hours_of(actor, {member.company_id: member.uf for member in crew}, min(begins, now))


async def _placed(
    actor: Actor, crew: Sequence[Member], days: Sequence[date], now: datetime
) -> tuple[dict[tuple[UUID, date | None], list[Card]], bool]:
    """By technician and day, in the order of their times; and whether it was too much to show.

    A day is as full as it is: what a technician does for a company out of the actor's reach fills it, too,
    without a word on what it is.
    """
    found: dict[tuple[UUID, date | None], list[Card]] = defaultdict(list)
    if not crew:
        return found, False
    zone, (begins, ends) = ZoneInfo(actor.timezone), day_bounds(days, actor.timezone)
    rows = (
        await _order.select(*_COLUMNS)
        .where(
            _order.reseller_id == actor.reseller_id,
            _order.technician_id.is_in([member.id for member in crew]),
            _order.status != Status.CANCELLED.value,
            WhereRaw(_UNDER_WAY_OR_IN_DAYS, actor.reseller_id, actor.reseller_id, begins, ends),
        )
        .order_by(_order.scheduled_at)
        .order_by(_order.web_number)
        .limit(MOST_CARDS + 1)
    )
    today = now.astimezone(zone).date()
    for row in rows[:MOST_CARDS]:
        card = _card(row, now) if is_in_companies(actor, row["company_id"]) else _foreign_card(row)
        day = stands_on(card.status, card.scheduled_at, days, today, zone)
        if day is not Stand.ELSEWHERE:
            found[row["technician_id"], None if day is Stand.UNPLANNED else day].append(card)
    return found, len(rows) > MOST_CARDS


async def _waiting(actor: Actor, now: datetime, after: str | None) -> tuple[list[Card], str | None]:
    conditions: list[Any] = [
        visible(actor, _order),
        _order.technician_id.is_null(),
        _order.status.is_in([status.value for status in _UNSENT]),
    ]
    if after:
        beyond = read_cursor(after, int, datetime, UUID)
        conditions.append(WhereRaw(f"({_RANK}, {_URGENCY}, service_order.id) > ({{}}, {{}}, {{}})", *beyond))
    rows = (
        await _order.select(*_COLUMNS)
        .where(*conditions)
        .order_by(OrderByRaw(_RANK), OrderByRaw(_URGENCY), OrderByRaw("service_order.id"))
        .limit(WAITING_SHOWN + 1)
    )
    shown = [_card(row, now) for row in rows[:WAITING_SHOWN]]
    if len(rows) <= WAITING_SHOWN:
        return shown, None
    last = rows[WAITING_SHOWN - 1]
    urgency = due_of(last) or last["opened_at"]
    return shown, write_cursor(0 if shown[-1].is_released else 1, urgency, last["id"])


def _origins(
    crew: Sequence[Member],
    placed: Mapping[tuple[UUID, date | None], Sequence[Card]],
    day: date,
    *,
    is_today: bool,
    now: datetime,
) -> dict[UUID, tuple[Origin, ...]]:
    return {
        member.id: origins(
            member.whereabouts,
            [card.point for card in placed.get((member.id, day), ()) if card.point],
            is_today=is_today,
            now=now,
        )
        for member in crew
    }


def _line(
    member: Member,
    days: Sequence[date],
    placed: Mapping[tuple[UUID, date | None], Sequence[Card]],
    hours: Hours,
    zone: ZoneInfo,
) -> Line:
    cells = [Cell(None, tuple(placed.get((member.id, None), ())), None)]
    for day in days:
        opened = hours.on(member.company_id, day)
        cards = tuple(
            replace(card, is_outside=card.is_movable and is_outside(card.scheduled_at, opened, zone))
            for card in placed.get((member.id, day), ())
        )
        cells.append(Cell(day, cards, hours.load(member.company_id, day, len(cards))))
    return Line(
        member.id,
        member.name,
        member.company_id,
        member.company_name,
        member.whereabouts.duty,
        member.is_sharing,
        tuple(cells),
    )


def _card(row: Mapping[str, Any], now: datetime) -> Card:
    state = state_of(row)
    due_at = due_of(row)
    is_placed = row["latitude"] is not None and row["longitude"] is not None
    return Card(
        id=row["id"],
        web_number=row["web_number"],
        status=state.status,
        customer_name=row["customer_name"],
        place=", ".join(part for part in (row["district"], row["city"]) if part),
        point=(row["latitude"], row["longitude"]) if is_placed else None,
        defect=row["defect"],
        technician_id=row["technician_id"],
        scheduled_at=row["scheduled_at"],
        due_at=due_at,
        is_overdue=is_overdue(state.status, row["pending_reason"], due_at, now),
        is_return=row["return_of_id"] is not None,
        is_released=state.status is Status.OPENED
        and (row["triage_released_at"] is not None or row["dispatched_at"] is not None),
        is_movable=state.status in MOVABLE,
        mark=mark_of(state),
    )


def _foreign_card(row: Mapping[str, Any]) -> Card:
    return Card(
        id=row["id"],
        web_number=0,
        status=Status(row["status"]),
        customer_name="",
        place="",
        point=None,
        defect="",
        technician_id=row["technician_id"],
        scheduled_at=row["scheduled_at"],
        due_at=None,
        is_overdue=False,
        is_return=False,
        is_released=False,
        is_movable=False,
        mark="",
        is_foreign=True,
    )
