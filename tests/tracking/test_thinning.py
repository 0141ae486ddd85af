"""What is left of a track that has become old."""

from __future__ import annotations

from datetime import timedelta

from server.tracking.chunks import Track
from server.tracking.rules import Fix, Gap, GapReason, Travel, metres, split_at_gaps
from server.tracking.thinning import thinned
from tests.tracking.test_rules import HOME, NOW, drive, travel


def test_a_straight_way_becomes_its_ends_and_says_no_speed() -> None:
    left = thinned(Track(drive(60), []), travel(10))
    assert len(left.fixes) == 2
    assert left.fixes[0].at_ms == drive(60)[0].at_ms
    assert left.fixes[-1].at_ms == drive(60)[-1].at_ms
    assert metres(left.fixes[-1].point, drive(60)[-1].point) < 20


def test_a_bend_and_a_gap_stay() -> None:
    north = drive(20)
    corner = north[-1]
    east = [
        Fix(corner.at_ms + 600_000 + n * 10_000, corner.latitude, HOME[1] + n * 0.001, 8.0) for n in range(20)
    ]
    gap = Gap(corner.at_ms, east[0].at_ms, GapReason.HIDDEN)
    left = thinned(Track([*north, *east], [gap]), Travel(NOW, NOW + timedelta(minutes=30)))
    assert len(left.fixes) == 4
    assert left.gaps == [gap]
    assert [len(piece) for piece in split_at_gaps(left.fixes, left.gaps)] == [2, 2]


def test_thinning_again_changes_nothing() -> None:
    once = thinned(Track(drive(60), []), travel(10))
    assert thinned(once, travel(10)).fixes == once.fixes


def test_nothing_but_the_travel_is_kept() -> None:
    assert thinned(Track(drive(5, start=0), []), travel(10)).fixes == []
