"""What fits into a day, where an order stands, who is nearest."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from server.agenda.nearness import From, Origin, Whereabouts, closest, nearest, origins
from server.agenda.rules import (
    USUAL_WEEK,
    Load,
    Stand,
    View,
    days_shown,
    free_time,
    is_as_seen,
    is_outside,
    mark_of,
    refuse_move,
    stands_on,
)
from server.problems import Problem
from server.service_orders.rules import OrderState
from server.service_orders.statuses import Status
from server.tracking.duty import Duty

ZONE = ZoneInfo("America/Sao_Paulo")
TODAY = date(2026, 3, 2)  # a Monday
NOW = datetime(2026, 3, 2, 11, 10, tzinfo=UTC)  # 08:10 there
HOURS = ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))
VISIT = timedelta(minutes=90)
SCHOOL, BANK = (-27.5949, -48.5482), (-27.6040, -48.5482)


def at(hour: int, minute: int = 0, day: date = TODAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def free(*taken: datetime, day: date = TODAY, wished: time | None = None, now: datetime = NOW) -> datetime:
    return free_time(day, HOURS, taken, VISIT, zone=ZONE, now=now, wished=wished).astimezone(ZONE)


def order(status: Status, scheduled_at: datetime | None = None) -> OrderState:
    return OrderState(uuid4(), status, uuid4(), NOW, scheduled_at, None, None)


def test_the_first_gap_of_the_day_is_taken_and_lunch_is_none() -> None:
    assert free() == at(8, 30)
    assert free(at(8, 30)) == at(10)
    assert free(at(8, 30), at(10)) == at(13, 30)


def test_nobody_is_sent_to_the_past() -> None:
    assert free(now=at(9, 52)) == at(10)
    with pytest.raises(Problem, match="day_over"):
        free(day=TODAY - timedelta(days=1))


def test_the_time_that_it_had_is_kept_while_it_is_free() -> None:
    assert free(at(8, 30), wished=time(15)) == at(15)
    assert free(at(15), wished=time(15)) == at(8, 30)
    assert free(wished=time(20)) == at(8, 30)


def test_a_full_day_takes_more_at_its_end_and_says_that_it_is_over() -> None:
    full = [at(8, 30), at(10), at(13, 30), at(15), at(16, 30)]
    assert free(*full) == at(18)
    assert [is_outside(at(hour), HOURS, ZONE) for hour in (8, 9, 12, 17, 18)] == [True] + [False] * 3 + [True]
    assert Load(5, 450, 450).over == 0
    assert Load(6, 540, 450).over == 90
    assert Load(6, 540, None).over == 0


def test_a_week_leaves_out_the_days_on_which_nobody_works() -> None:
    thursday = date(2026, 3, 5)
    assert [day.day for day in days_shown(View.WEEK, thursday, USUAL_WEEK)] == [5, 6, 9, 10, 11]
    assert days_shown(View.DAY, thursday, USUAL_WEEK) == (thursday,)


@pytest.mark.parametrize(
    ("status", "scheduled_at", "where"),
    [
        (Status.DISPATCHED, at(10), TODAY),
        (Status.DISPATCHED, datetime(2026, 3, 3, 2, 0, tzinfo=UTC), TODAY),  # 23:00 of that day there
        (Status.DISPATCHED, None, Stand.UNPLANNED),
        (Status.DISPATCHED, at(10, day=date(2026, 2, 27)), Stand.UNPLANNED),
        (Status.DISPATCHED, at(10, day=date(2026, 3, 9)), Stand.ELSEWHERE),
        (Status.IN_SERVICE, at(10, day=date(2026, 2, 27)), TODAY),
        (Status.PENDING, None, Stand.ELSEWHERE),
        (Status.DONE, at(9), TODAY),
    ],
)
def test_each_order_stands_where_it_is_looked_for(
    status: Status, scheduled_at: datetime | None, where: date | Stand
) -> None:
    assert stands_on(status, scheduled_at, (TODAY,), TODAY, ZONE) == where


def test_what_is_planned_between_today_and_the_days_shown_is_not_left_over() -> None:
    later = (date(2026, 3, 9),)
    assert stands_on(Status.DISPATCHED, at(10), later, TODAY, ZONE) is Stand.ELSEWHERE
    assert stands_on(Status.IN_SERVICE, at(10), later, TODAY, ZONE) is Stand.ELSEWHERE


def test_only_what_is_as_it_was_seen_may_be_moved() -> None:
    seen = order(Status.DISPATCHED, at(10))
    assert is_as_seen(seen, mark_of(seen))
    assert not is_as_seen(order(Status.DISPATCHED, at(10)), mark_of(seen))
    for status, code in (
        (Status.IN_SERVICE, "order_being_served"),
        (Status.DONE, "order_closed"),
        (Status.DISPATCHED, "order_moved"),
    ):
        now_so = order(status)
        assert status is Status.DISPATCHED or not is_as_seen(now_so, mark_of(now_so))
        with pytest.raises(Problem, match=code):
            refuse_move(now_so, technician="Tiago", turned="Ana mudou")


def test_who_is_nearest_comes_first_and_who_cannot_be_measured_is_left_out() -> None:
    tiago, vera, nils = uuid4(), uuid4(), uuid4()
    known = {tiago: [Origin(From.LAST, BANK)], vera: [Origin(From.HERE, SCHOOL)], nils: []}
    found = nearest(SCHOOL, known)
    assert [one.technician_id for one in found] == [vera, tiago]
    assert found[1].km == pytest.approx(1.01, abs=0.02)
    assert closest(SCHOOL, known) == found[0]
    assert (nearest(None, known), closest(None, known), closest(SCHOOL, {nils: []})) == ((), None, None)


def test_a_phone_tells_where_somebody_is_only_on_duty_today_and_just_now() -> None:
    def starts(duty: Duty = Duty.WORKING, age: int = 5, *, is_today: bool = True) -> list[From]:
        known = Whereabouts(duty, SCHOOL, NOW - timedelta(minutes=age), BANK)
        return [origin.kind for origin in origins(known, [], is_today=is_today, now=NOW)]

    assert starts() == [From.HERE]
    assert starts(Duty.OFF) == starts(age=31) == starts(is_today=False) == [From.LAST]
    # What is planned goes before what was.
    known = Whereabouts(Duty.OFF, last=BANK)
    assert [one.kind for one in origins(known, [SCHOOL], is_today=True, now=NOW)] == [From.PLAN]
