"""When a customer is asked for its readings, and what of an answer is taken."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from server.reading_requests.links import token_of
from server.reading_requests.rules import (
    Answer,
    RequestNow,
    RequestState,
    is_due,
    judge_answer,
    may_write,
    month_name,
    state_of,
)
from server.tracking.approach_links import token_of as approach_token
from server.visits.readings import Counters

NOW = datetime(2026, 3, 25, 14, 0, tzinfo=UTC)
# A hundred pages a day.
HISTORY = [
    Counters(10_000, None, NOW - timedelta(days=30)),
    Counters(7_000, None, NOW - timedelta(days=60)),
]


def told(
    mono: int | None, color: int | None = None, *, is_color: bool = False, is_sure: bool = False
) -> Answer:
    counters = Counters(mono, color, NOW)
    return judge_answer(counters, HISTORY, is_color=is_color, is_sure=is_sure, now=NOW)


@pytest.mark.parametrize(
    ("day", "today", "due"),
    [
        (25, date(2026, 3, 24), False),
        (25, date(2026, 3, 25), True),
        (25, date(2026, 3, 28), True),
        (25, date(2026, 3, 29), False),
        (31, date(2026, 2, 28), True),
        (31, date(2026, 2, 27), False),
        (1, date(2026, 2, 28), False),
    ],
)
def test_a_customer_is_asked_on_its_day_or_shortly_after(day: int, today: date, due: bool) -> None:
    assert is_due(day, today) is due


def test_nobody_is_written_to_at_night() -> None:
    assert [hour for hour in range(24) if may_write(NOW.replace(hour=hour))] == list(range(8, 20))


def test_what_is_usual_is_taken() -> None:
    assert told(13_000).is_taken
    assert told(10_000).is_taken, "nobody printed"
    assert not told(13_000).verdict.is_implausible


def test_what_is_lower_is_never_taken_however_sure_somebody_is() -> None:
    answer = told(9_999, is_sure=True)
    assert not answer.is_taken
    assert "10.000" in answer.faults["mono"]


def test_unusually_much_is_taken_once_it_is_confirmed() -> None:
    assert told(60_000).is_doubtful
    assert not told(60_000).is_taken
    sure = told(60_000, is_sure=True)
    assert sure.is_taken
    assert sure.verdict.is_implausible, "and stays flagged"


def test_a_counter_that_was_read_before_is_wanted_again() -> None:
    assert "mono" in told(None, 5, is_color=True).faults
    assert "color" in told(13_000, 5).faults, "a machine without colour has no such counter"
    assert told(None).faults


def test_a_request_is_in_one_state() -> None:
    later, before = NOW + timedelta(days=1), NOW - timedelta(days=1)
    assert state_of(RequestNow(later, None, None, 0), NOW) is RequestState.WAITING
    assert state_of(RequestNow(later, None, None, 1), NOW) is RequestState.PARTIAL
    assert state_of(RequestNow(NOW, None, None, 1), NOW) is RequestState.EXPIRED
    assert state_of(RequestNow(before, before, before, 2), NOW) is RequestState.COMPLETE
    assert state_of(RequestNow(later, None, before, 1), NOW) is RequestState.REVOKED


def test_each_request_has_a_link_of_its_own() -> None:
    one, other = token_of(UUID(int=1)), token_of(UUID(int=2))
    assert one != other
    assert one == token_of(UUID(int=1)), "a reminder leads to the same"
    assert one != approach_token(UUID(int=1)), "no other link's token opens it"


def test_a_month_is_called_by_its_name() -> None:
    assert month_name(date(2026, 3, 1)) == "março de 2026"
