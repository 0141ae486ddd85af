"""Whom the portal asks what they think, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from server.accounts.actor import Role
from server.problems import Problem
from server.ratings.rules import ASKED_FOR, Served, check_may_rate, may_rate

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
CARLA = uuid4()
SERVED = Served(CARLA, NOW - timedelta(hours=1), "done", is_answered=False)


def test_who_opened_the_call_is_asked_once_it_was_served() -> None:
    assert may_rate(SERVED, CARLA, Role.CUSTOMER, NOW)
    assert may_rate(replace(SERVED, outcome="attended"), CARLA, Role.CALL_OPENER, NOW)


@pytest.mark.parametrize(
    "served",
    [
        None,
        replace(SERVED, opened_by_id=uuid4()),
        replace(SERVED, opened_by_id=None),
        replace(SERVED, outcome="pending"),
        replace(SERVED, ended_at=None),
        replace(SERVED, ended_at=NOW - ASKED_FOR),
    ],
)
def test_nobody_else_and_not_before_or_long_after(served: Served | None) -> None:
    assert not may_rate(served, CARLA, Role.CUSTOMER, NOW)
    with pytest.raises(Problem, match="not_found"):
        check_may_rate(served, CARLA, Role.CUSTOMER, NOW)


def test_the_reseller_does_not_judge_itself() -> None:
    assert not may_rate(SERVED, CARLA, Role.SERVICE_OPERATOR, NOW)


def test_who_answered_or_passed_over_is_not_asked_again() -> None:
    with pytest.raises(Problem, match="rating_given"):
        check_may_rate(replace(SERVED, is_answered=True), CARLA, Role.CUSTOMER, NOW)
