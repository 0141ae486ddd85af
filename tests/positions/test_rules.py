"""What becomes of a position, and where visits agree that a customer is."""

from __future__ import annotations

from math import cos, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.geocoding.rules import Found, Point, Quality
from server.positions.rules import (
    APART_M,
    TOGETHER_M,
    Answer,
    Source,
    Standing,
    answered,
    meeting_point,
    must_ask,
    unasked,
)
from server.tracking.rules import roughly_metres

DOOR = (-27.6, -48.55)


def beside(north_m: float, east_m: float, point: Point = DOOR) -> Point:
    return (
        point[0] + north_m / 111_320,
        point[1] + east_m / (111_320 * cos(radians(point[0]))),
    )


near = st.tuples(st.floats(-60, 60), st.floats(-60, 60)).map(lambda off: beside(*off))
anywhere = st.tuples(st.floats(-5000, 5000), st.floats(-5000, 5000)).map(lambda off: beside(*off))


@given(st.lists(anywhere, max_size=10), st.none() | anywhere, st.lists(anywhere, max_size=3))
def test_a_meeting_is_of_three_or_more_that_are_together_and_far_from_what_is_known(
    arrivals: list[Point], known: Point | None, rejected: list[Point]
) -> None:
    meeting = meeting_point(arrivals, known, rejected)
    if meeting is None:
        return
    together = [at for at in arrivals if roughly_metres(at, meeting.point) <= 2 * TOGETHER_M]
    assert 3 <= meeting.visits <= len(together)
    assert 2 * meeting.visits > len(arrivals)
    assert known is None or roughly_metres(known, meeting.point) > APART_M
    assert all(roughly_metres(point, meeting.point) > TOGETHER_M for point in rejected)
    for axis in (0, 1):
        values = [at[axis] for at in arrivals]
        assert min(values) - 1e-6 <= meeting.point[axis] <= max(values) + 1e-6


@given(
    st.lists(anywhere, max_size=10).flatmap(
        lambda points: st.tuples(st.just(points), st.permutations(points))
    )
)
def test_the_order_of_the_visits_says_nothing(both: tuple[list[Point], list[Point]]) -> None:
    assert meeting_point(both[0], None) == meeting_point(both[1], None)


@given(st.lists(near, min_size=3, max_size=6), st.lists(anywhere, max_size=2))
def test_a_few_arrivals_elsewhere_move_nothing(arrivals: list[Point], others: list[Point]) -> None:
    meeting = meeting_point([*others, *arrivals], None)
    assert meeting is not None
    assert roughly_metres(meeting.point, DOOR) <= TOGETHER_M
    assert meeting_point([*others, *arrivals], DOOR) is None, "where it is known already"


@pytest.mark.parametrize("arrivals", [[DOOR, DOOR], [DOOR, DOOR, beside(400, 0)], []])
def test_two_arrivals_prove_nothing(arrivals: list[Point]) -> None:
    assert meeting_point(arrivals, None) is None


def test_what_was_rejected_is_not_said_again() -> None:
    arrivals = [beside(10, 0), beside(0, 10), beside(-10, 0)]
    assert meeting_point(arrivals, beside(500, 0)) is not None
    assert meeting_point(arrivals, beside(500, 0), [beside(20, 0)]) is None


HERE, THERE = "rua a|1||c|sc|", "rua b|2||c|sc|"
HOUSE = Found(beside(0, 900), Quality.HOUSE)
ROUGH = Found(beside(5000, 0), Quality.CITY)
standings = st.builds(
    Standing,
    point=st.none() | st.just(DOOR),
    source=st.none() | st.sampled_from(Source),
    address=st.sampled_from(["", HERE, THERE]),
    answer=st.none() | st.sampled_from(Answer),
    is_stale=st.booleans(),
)


@given(standings, st.sampled_from(["", HERE, THERE]), st.sampled_from([None, HOUSE, ROUGH]))
def test_no_program_moves_what_a_person_placed(standing: Standing, key: str, found: Found | None) -> None:
    for outcome in (answered(standing, key, found), unasked(standing, key, Answer.OFF)):
        if standing.is_peoples:
            assert (outcome.point, outcome.source) == (standing.point, standing.owner)
        if outcome.source is Source.GEOCODER and outcome.point != standing.point:
            assert found is not None
            assert found.is_good
        assert outcome.point is None or outcome.source is not None
        assert not (outcome.rough and found is HOUSE)


@given(standings, st.sampled_from([HERE, THERE]))
def test_an_answered_address_is_not_asked_for_again(standing: Standing, key: str) -> None:
    outcome = answered(standing, key, HOUSE)
    after = Standing(outcome.point, outcome.source, key, outcome.answer, outcome.is_stale)
    assert not must_ask(after, key)


def test_a_persons_position_is_asked_about_only_when_its_address_changes() -> None:
    placed = Standing(DOOR, Source.HAND, HERE)
    assert not must_ask(placed, HERE)
    assert must_ask(placed, THERE)
    assert answered(placed, THERE, HOUSE).proposed == HOUSE
    assert answered(placed, THERE, HOUSE).is_stale
    same_door = answered(placed, THERE, Found(beside(0, 100), Quality.HOUSE))
    assert (same_door.proposed, same_door.is_stale) == (None, False)
    assert unasked(placed, THERE, Answer.OFF).is_stale, "the desk looks itself"
