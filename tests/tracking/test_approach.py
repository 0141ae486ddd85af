"""What a customer who waits may see, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from server.tracking.approach import Approach, LinkNow, approach_of, coarse, distance_words
from server.tracking.pace import Pace
from server.visits.states import VisitState

NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
SCHOOL = (-27.5949, -48.5482)


@pytest.mark.parametrize(
    ("state", "approach"),
    [
        (VisitState.SELECTED, Approach.OVER),
        (VisitState.TRAVELLING, Approach.COMING),
        (VisitState.ARRIVED, Approach.ARRIVED),
        (VisitState.WORKING, Approach.ARRIVED),
        (VisitState.COMPLETED, Approach.ARRIVED),
        (VisitState.CANCELLED, Approach.OVER),
    ],
)
def test_a_link_shows_the_travel_alone(state: VisitState, approach: Approach) -> None:
    assert approach_of(LinkNow(state, True, LATER, None), NOW) is approach


def test_a_revoked_a_late_and_a_reassigned_link_show_nothing() -> None:
    travelling = VisitState.TRAVELLING
    assert approach_of(LinkNow(travelling, True, LATER, NOW), NOW) is Approach.OVER
    assert approach_of(LinkNow(travelling, True, NOW, None), NOW) is Approach.OVER
    assert approach_of(LinkNow(travelling, False, LATER, None), NOW) is Approach.OVER


def test_a_place_is_told_to_a_hundred_metres() -> None:
    assert coarse((-27.594912, -48.548267)) == (-27.595, -48.548)


def test_a_distance_says_that_it_is_a_straight_line_and_no_more_than_it_knows() -> None:
    assert distance_words((-27.5660, -48.5482), SCHOOL) == "há 3,2 km em linha reta"
    assert distance_words((-27.5949, -48.5490), SCHOOL) == "a menos de 300 m em linha reta"


def test_an_address_that_asks_too_often_waits_for_the_next_window() -> None:
    pace = Pace(tries=2, seconds=60)
    assert [pace.allows("a", 0), pace.allows("a", 1), pace.allows("a", 2)] == [True, True, False]
    assert pace.allows("b", 3)
    assert pace.allows("a", 61)
