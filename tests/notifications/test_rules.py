"""When a dispatch leaves, and whether it leaves again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from server.accounts.actor import Role
from server.notifications.events import KINDS, Event
from server.notifications.rules import (
    GIVE_UP_AFTER,
    Calm,
    Preference,
    due_at,
    end_of_quiet,
    may_leave_again,
    wait_after,
    ways,
)

ZONE = "America/Sao_Paulo"  # three hours behind UTC
NIGHT = Calm(quiet_from=22 * 60, quiet_until=7 * 60)
SIESTA = Calm(quiet_from=12 * 60, quiet_until=13 * 60 + 30)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Local time of São Paulo, as UTC."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC) + timedelta(hours=3)


@pytest.mark.parametrize(
    ("calm", "now", "leaves"),
    [
        (NIGHT, at(2, 21, 59), at(2, 21, 59)),
        (NIGHT, at(2, 22), at(3, 7)),
        (NIGHT, at(3, 0, 30), at(3, 7)),
        (NIGHT, at(3, 7), at(3, 7)),
        (SIESTA, at(2, 12, 45), at(2, 13, 30)),
        (SIESTA, at(2, 11, 59), at(2, 11, 59)),
        (Calm(), at(2, 3), at(2, 3)),
        (Calm(quiet_from=60, quiet_until=60), at(2, 1), at(2, 1)),
    ],
)
def test_quiet_hours_end_when_the_person_said(calm: Calm, now: datetime, leaves: datetime) -> None:
    assert end_of_quiet(now, calm, ZONE) == leaves


def test_mail_is_collected_unless_it_is_important() -> None:
    hourly, minute = Calm(digest_minutes=60), timedelta(minutes=1)
    assert due_at(at(2, 9), minute, hourly, ZONE, is_important=False) == at(2, 10)
    assert due_at(at(2, 9), minute, hourly, ZONE, is_important=True) == at(2, 9, 1)
    assert due_at(at(2, 9), minute, Calm(), ZONE, is_important=False) == at(2, 9, 1)


def test_a_locked_kind_is_mailed_whatever_was_chosen() -> None:
    nothing = Preference(mail=False, push=False)
    late = ways(KINDS[Event.BRIDGE_LATE], Role.ADMIN, frozenset(), nothing)
    opened = ways(KINDS[Event.ORDER_OPENED], Role.ADMIN, frozenset({"order_opened"}), nothing)
    assert late == Preference(mail=True, push=False)
    assert opened == nothing


def test_patience_grows_and_ends_after_days() -> None:
    born = at(2, 9)
    waits = [wait_after(attempt, born, born) for attempt in (1, 2, 3, 30)]
    assert waits == [timedelta(seconds=5), timedelta(seconds=20), timedelta(seconds=80), timedelta(hours=6)]
    assert wait_after(1, born, born + GIVE_UP_AFTER) is None


def test_what_may_have_arrived_leaves_once_more_and_never_a_third_time() -> None:
    assert may_leave_again(is_touched=False, repeats=5)
    assert may_leave_again(is_touched=True, repeats=0)
    assert not may_leave_again(is_touched=True, repeats=1)
