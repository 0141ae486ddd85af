"""What a technician is at, and whether the positions stopped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from server.tracking.duty import Duty, OpenVisit, Standing, standing
from server.visits.states import VisitState

NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
SILENT_AFTER = timedelta(minutes=5)
ONE = uuid4()


def ago(**delta: float) -> datetime:
    return NOW - timedelta(**delta)


def visit(state: VisitState, moved_at: datetime, visit_id: UUID = ONE) -> OpenVisit:
    return OpenVisit(visit_id, state, moved_at)


@pytest.mark.parametrize(
    ("state", "duty"),
    [
        (VisitState.SELECTED, Duty.OFF),
        (VisitState.TRAVELLING, Duty.TRAVELLING),
        (VisitState.ARRIVED, Duty.AT_CUSTOMER),
        (VisitState.WORKING, Duty.WORKING),
        (VisitState.WORK_FINISHED, Duty.WORKING),
        (VisitState.FORM_FILLED, Duty.WORKING),
    ],
)
def test_the_state_of_the_open_visit_says_what_somebody_is_at(state: VisitState, duty: Duty) -> None:
    assert standing([visit(state, ago(minutes=1))], ago(minutes=1), NOW, SILENT_AFTER).duty is duty


def test_without_an_open_visit_one_is_off_duty() -> None:
    assert standing([], ago(seconds=3), NOW, SILENT_AFTER) == Standing(Duty.OFF)


def test_of_two_open_visits_the_one_that_moved_last_counts() -> None:
    other = uuid4()
    visits = [visit(VisitState.WORKING, ago(hours=3)), visit(VisitState.TRAVELLING, ago(minutes=2), other)]
    at = standing(visits, ago(seconds=9), NOW, SILENT_AFTER)
    assert (at.duty, at.visit_id) == (Duty.TRAVELLING, other)


def test_a_visit_that_was_left_open_yesterday_keeps_nobody_on_duty() -> None:
    assert standing([visit(VisitState.WORKING, ago(hours=15))], None, NOW, SILENT_AFTER).duty is Duty.OFF


def test_a_travelling_phone_that_sends_nothing_has_stopped_since_its_last_fix() -> None:
    travelling = [visit(VisitState.TRAVELLING, ago(minutes=30))]
    assert standing(travelling, ago(minutes=4), NOW, SILENT_AFTER).stopped_at is None
    assert standing(travelling, ago(minutes=6), NOW, SILENT_AFTER).stopped_at == ago(minutes=6)


def test_before_its_first_fix_a_travel_has_as_long_as_any() -> None:
    early = ago(hours=9)  # of the day before this travel
    assert (
        standing([visit(VisitState.TRAVELLING, ago(minutes=3))], early, NOW, SILENT_AFTER).stopped_at is None
    )
    stopped = standing([visit(VisitState.TRAVELLING, ago(minutes=7))], early, NOW, SILENT_AFTER)
    assert stopped.stopped_at == ago(minutes=7)


def test_who_is_at_a_customers_needs_no_positions() -> None:
    there = [visit(VisitState.WORKING, ago(hours=2))]
    assert standing(there, ago(hours=2), NOW, SILENT_AFTER).stopped_at is None
