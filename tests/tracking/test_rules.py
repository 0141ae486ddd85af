"""From positions to a distance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import cos, radians

import pytest
from geopy.distance import great_circle
from hypothesis import given
from hypothesis import strategies as st

from server.tracking.rules import (
    Fix,
    Gap,
    GapReason,
    Method,
    Travel,
    filter_fixes,
    find_gaps,
    measure,
    roughly_metres,
    simplify,
    split_at_gaps,
    to_ms,
)

NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
START = to_ms(NOW)
HOME = (-27.5949, -48.5482)
latitudes, longitudes = st.floats(-90, 90), st.floats(-180, 180)
STEP_M = 100.0  # 10 s at 36 km/h


def drive(count: int, *, every_ms: int = 10_000, start: int = START) -> list[Fix]:
    """Northwards, 100 m every ten seconds."""
    return [Fix(start + n * every_ms, HOME[0] + n * STEP_M / 110_800, HOME[1], 8.0) for n in range(count)]


def travel(minutes: float) -> Travel:
    return Travel(NOW, NOW + timedelta(minutes=minutes))


def test_a_clean_drive_is_its_polyline() -> None:
    distance = measure(drive(13), [], travel(2))
    assert distance.method is Method.GPS
    assert distance.minutes == 2
    assert distance.km is not None
    assert abs(distance.km - 1.2) < 0.01


@given(st.permutations(drive(8)), st.lists(st.sampled_from(drive(8)), max_size=5))
def test_late_and_repeated_fixes_count_once_and_in_their_own_order(
    fixes: list[Fix], again: list[Fix]
) -> None:
    assert measure([*fixes, *again], [], travel(2)) == measure(drive(8), [], travel(2))


@given(st.integers(1, 6), st.floats(0.5, 20))
def test_a_jump_that_nobody_can_drive_is_left_out(where: int, degrees: float) -> None:
    line = drive(8)
    jump = Fix(line[where].at_ms + 3_000, HOME[0] + degrees, HOME[1], 5.0)
    assert filter_fixes([*line, jump]) == line


def test_a_first_fix_in_another_town_does_not_throw_the_rest_away() -> None:
    line = drive(6)
    stale = Fix(START - 1_000, -23.55, -46.63, 20.0)
    assert filter_fixes([stale, *line]) == line


def test_inaccurate_fixes_count_only_when_there_are_no_better_ones() -> None:
    rough = [Fix(fix.at_ms + 5_000, fix.latitude + 0.0003, fix.longitude, 120.0) for fix in drive(5)]
    assert filter_fixes([*drive(5), *rough]) == drive(5)
    assert filter_fixes(rough) == rough
    assert filter_fixes([Fix(START, *HOME, 5_000.0)]) == []


def test_fixes_before_and_after_the_travel_do_not_count() -> None:
    long_drive = drive(60)
    assert measure(long_drive, [], travel(2)).km == measure(long_drive[:19], [], travel(2)).km


def test_a_silence_counts_as_a_straight_line_and_the_method_says_so() -> None:
    line = drive(40)
    silent = line[:10] + line[30:]
    distance = measure(silent, [], travel(7))
    assert distance.method is Method.GPS_GAPS
    assert distance.km == measure(line, [], travel(7)).km
    [gap] = find_gaps(silent, [])
    assert gap == Gap(line[9].at_ms, line[30].at_ms, GapReason.SILENT)


def test_a_gap_that_the_phone_explained_is_not_told_twice() -> None:
    line = drive(40)
    silent = line[:10] + line[30:]
    hidden = Gap(line[9].at_ms + 1, line[30].at_ms - 1, GapReason.HIDDEN)
    assert find_gaps(silent, [hidden, hidden]) == [hidden]
    assert [len(piece) for piece in split_at_gaps(silent, [hidden])] == [10, 10]


def test_two_taps_with_positions_make_a_straight_line() -> None:
    way = Travel(NOW, NOW + timedelta(minutes=27), HOME, (HOME[0] + 0.05, HOME[1]))
    distance = measure([], [], way)
    assert (distance.method, distance.minutes) == (Method.STRAIGHT_LINE, 27)
    assert distance.km is not None
    assert 5.5 < distance.km < 5.6


def test_without_positions_there_is_no_distance_but_there_are_minutes() -> None:
    distance = measure([], [], travel(27))
    assert (distance.km, distance.method, distance.minutes) == (None, Method.NONE, 27)
    assert measure([], [], Travel(NOW, None)).minutes is None
    assert measure([], [], Travel(NOW, NOW - timedelta(minutes=1))).minutes is None


points = st.lists(st.tuples(st.floats(-27.7, -27.5), st.floats(-48.7, -48.4)), min_size=0, max_size=40)


@given(points)
def test_a_simplified_line_keeps_its_ends_and_strays_no_farther_than_allowed(
    line: list[tuple[float, float]],
) -> None:
    kept = simplify(line, tolerance_m=50)
    assert kept[:1] == line[:1]
    assert kept[-1:] == line[-1:]
    assert all(any(near(point, a, b) for a, b in zip(kept, kept[1:] or kept, strict=False)) for point in line)


def near(point: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> bool:
    """Within 51 m of the segment, on a flat map."""
    shrink = cos(radians(a[0]))

    def flat(p: tuple[float, float]) -> complex:
        return complex((p[1] - a[1]) * 111_320 * shrink, (p[0] - a[0]) * 111_320)

    p, end = flat(point), flat(b)
    if end == 0:
        return abs(p) < 51
    along = max(0.0, min(1.0, (p / end).real))
    return abs(p - along * end) < 51


def test_a_straight_drive_needs_two_points() -> None:
    assert len(simplify([fix.point for fix in drive(100)])) == 2


@given(latitudes, longitudes, latitudes, longitudes)
def test_rough_metres_are_those_of_a_sphere(a: float, b: float, c: float, d: float) -> None:
    expected = great_circle((a, b), (c, d)).meters
    assert roughly_metres((a, b), (c, d)) == pytest.approx(expected, rel=1e-6, abs=0.01)
