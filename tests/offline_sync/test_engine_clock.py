"""When something happened, by a clock that somebody may have set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from offline_sync.engine.clock import DeviceClock

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BOOT, EARLIER_BOOT = UUID(int=1), UUID(int=2)


def test_within_one_start_of_the_app_the_steady_clock_decides() -> None:
    clock = DeviceClock(NOON, NOON + timedelta(hours=3), 600_000, BOOT)
    assert clock.estimate(NOON - timedelta(days=400), 300_000, BOOT) == NOON - timedelta(minutes=5)


def test_across_starts_the_measured_offset_decides() -> None:
    clock = DeviceClock(NOON, NOON + timedelta(hours=3), 600_000, BOOT)
    assert clock.offset_ms == -3 * 3600 * 1000
    assert clock.estimate(NOON + timedelta(hours=2), 1, EARLIER_BOOT) == NOON - timedelta(hours=1)


def test_nothing_happens_after_its_receipt() -> None:
    assert DeviceClock(NOON, None, None, None).estimate(NOON + timedelta(days=1), None, None) == NOON
    assert DeviceClock(NOON, NOON, 5, BOOT).estimate(NOON, 900, BOOT) == NOON


def test_a_clock_at_the_edge_of_the_calendar_does_no_harm() -> None:
    clock = DeviceClock(NOON, datetime(1, 1, 1, tzinfo=UTC), None, None)
    assert clock.estimate(datetime(9999, 12, 31, tzinfo=UTC), None, None) == NOON
    assert DeviceClock(NOON, NOON, 1e13, BOOT).estimate(NOON, 0, BOOT) < NOON
