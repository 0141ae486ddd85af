"""When a backup is due on the reseller's wall: also after a night without current, and when clocks move."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from ilux_bridge.backup.schedule import is_backup_due, is_copy_due, last_due, pause
from tests.bridge.backup.shelf import ZONE

TIMES = (time(12, 30), time(20))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{text}-03:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("02T12:29:59", "01T20:00"),
        ("02T12:30:00", "02T12:30"),
        ("02T23:59:00", "02T20:00"),
        ("03T00:01:00", "02T20:00"),
    ],
)
def test_the_last_moment_that_has_come_counts(now: str, due: str) -> None:
    assert last_due(at(now), TIMES, ZONE) == at(due)


def test_what_was_missed_is_made_up_once() -> None:
    monday = at("02T08:10:00")
    assert is_backup_due(monday, [at("01T12:31:00")], TIMES, ZONE)
    assert not is_backup_due(monday, [at("01T20:00:05")], TIMES, ZONE)
    assert not is_backup_due(monday, [at("01T12:31:00"), monday], TIMES, ZONE)
    assert is_backup_due(monday, [], TIMES, ZONE)


def test_a_backup_of_the_future_is_of_a_clock_that_was_wrong() -> None:
    assert is_backup_due(at("02T12:31:00"), [at("20T12:30:00")], TIMES, ZONE)


def test_an_hour_that_comes_twice_makes_one_backup() -> None:
    lisbon = "Europe/Lisbon"  # on 25 October 2026, 02:00 becomes 01:00
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    for minutes in (1, 61):
        assert last_due(first + timedelta(minutes=minutes), (time(1, 30),), lisbon) == first


def test_a_copy_is_due_each_week() -> None:
    assert is_copy_due(at("09T12:00:00"), [], 7)
    assert is_copy_due(at("09T12:00:00"), [at("02T12:00:00")], 7)
    assert not is_copy_due(at("09T11:59:00"), [at("02T12:00:00")], 7)


def test_failures_are_tried_again_ever_more_slowly() -> None:
    assert [pause(n) // timedelta(minutes=1) for n in (1, 2, 3, 6, 500)] == [5, 10, 20, 120, 120]
