"""When two working hours are over, and what the clock did meanwhile."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.calendars.holidays import OwnHoliday, holidays_between
from server.calendars.promises import waits_of
from server.calendars.rules import Calendar, Clock, Day, Ledger, Wait, ledger, promise, week_faults

ZONE = ZoneInfo("America/Sao_Paulo")
WORKDAY: Day = ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))
WEEK = (WORKDAY,) * 5 + ((), ())
FEAST = date(2026, 3, 23)  # Florianópolis, a Monday
OFFICE = Calendar(ZONE, WEEK, {FEAST: "Aniversário de Florianópolis"}, {"full": 120, "light": None})
TWO_HOURS = timedelta(hours=2)


def at(text: str) -> datetime:
    """Local time of March 2026: `02 11:00` is a Monday."""
    day, clock = text.split()
    return datetime.combine(date(2026, 3, int(day)), time.fromisoformat(clock), ZONE)


def due(opened: str, waits: list[Wait] | None = None) -> datetime | None:
    return ledger(OFFICE, at(opened).astimezone(UTC), TWO_HOURS, waits or []).due_at


@pytest.mark.parametrize(
    ("opened", "expected"),
    [
        ("02 11:00", "02 14:30"),
        ("02 12:30", "02 15:30"),
        ("06 17:00", "09 10:00"),  # Friday to Monday
        ("08 15:00", "09 10:30"),  # Sunday
        ("02 10:00", "02 12:00"),  # just before lunch, not after it
        ("02 03:00", "02 10:30"),
        ("20 17:00", "24 10:00"),  # over the town's holiday
        ("23 09:00", "24 10:30"),
    ],
)
def test_two_working_hours(opened: str, expected: str) -> None:
    assert due(opened) == at(expected)


def told(found: Ledger) -> list[tuple[str, str]]:
    return [(line.clock.value, f"{line.until.astimezone(ZONE):%d %H:%M}") for line in found.lines]


def test_the_ledger_tells_it_line_by_line() -> None:
    found = ledger(OFFICE, at("20 11:30"), timedelta(hours=5), [])
    assert told(found) == [
        ("running", "20 12:00"), ("break", "20 13:30"), ("running", "20 17:30"), ("closed", "23 00:00"),
        ("holiday", "24 00:00"), ("closed", "24 08:30"), ("running", "24 09:00"),
    ]  # fmt: skip
    assert found.lines[4].name == "Aniversário de Florianópolis"


def test_waiting_for_the_customer_stops_the_clock_and_a_wait_over_lunch_only_its_working_part() -> None:
    wait = Wait(at("02 11:30"), at("02 14:00"), "Cliente ausente")
    assert due("02 11:00", [wait]) == at("02 15:30")
    assert due("02 11:00", [Wait(at("02 11:30"), None, "Cliente ausente")]) is None
    assert due("02 11:00", [Wait(at("02 18:00"), None, "Cliente ausente")]) == at("02 14:30"), "due before"


opened = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)
promised = st.integers(1, 60 * 80).map(lambda minutes: timedelta(minutes=minutes))
days = st.lists(st.integers(0, 24 * 12 - 1), max_size=6, unique=True).map(
    lambda fives: tuple(
        (_clock(a), _clock(b)) for a, b in zip(sorted(fives)[::2], sorted(fives)[1::2], strict=False)
    )
)
# New York's clocks jump; Brazil's have not since 2019.
calendars = st.builds(
    Calendar,
    st.sampled_from([ZONE, ZoneInfo("America/New_York"), ZoneInfo("UTC")]),
    st.tuples(*[days] * 7),
    st.dictionaries(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.just("Feriado"), max_size=20),
    st.just({}),
)
waits = st.lists(
    st.tuples(opened, st.integers(1, 60 * 100)).map(
        lambda pair: Wait(pair[0], pair[0] + timedelta(minutes=pair[1]), "Peças")
    ),
    max_size=4,
)


def _clock(fives: int) -> time:
    return time(fives // 12, fives % 12 * 5)


@given(calendars, opened, promised, waits)
def test_the_ledger_has_no_gap_and_counts_what_was_promised(
    calendar: Calendar, at: datetime, promised: timedelta, waits: list[Wait]
) -> None:
    found = ledger(calendar, at, promised, waits)
    for a, b in pairwise(found.lines):
        assert a.until == b.since
    assert all(line.length > timedelta() for line in found.lines)
    assert found.counted <= promised
    for line in found.lines:
        if line.clock is not Clock.RUNNING:
            continue
        local = line.since.astimezone(calendar.zone)
        assert local.date() not in calendar.holidays
        hours = calendar.week[local.weekday()]
        assert any(opens <= local.time().replace(microsecond=0) < closes for opens, closes in hours)
        assert not any(wait.since < line.until and line.since < (wait.until or line.until) for wait in waits)
    if found.due_at is not None:
        assert found.lines[0].since == at
        assert found.lines[-1].until == found.due_at
        assert found.lines[-1].clock is Clock.RUNNING
        assert found.counted == promised


@given(calendars, opened, promised, promised, waits)
def test_more_is_never_due_earlier_and_a_wait_never_brings_it_forward(
    calendar: Calendar, at: datetime, less: timedelta, more: timedelta, waits: list[Wait]
) -> None:
    first = ledger(calendar, at, min(less, more)).due_at
    second = ledger(calendar, at, max(less, more)).due_at
    assert second is None or (first is not None and first <= second)
    waited = ledger(calendar, at, less, waits).due_at
    plain = ledger(calendar, at, less).due_at
    assert waited is None or (plain is not None and plain <= waited)


@given(opened)
def test_a_week_without_hours_promises_nothing(at: datetime) -> None:
    closed = Calendar(ZONE, ((),) * 7, {}, {"full": 60})
    assert promise(at, closed, "full") is None
    assert promise(at, OFFICE, "light") is None
    assert promise(at, OFFICE, "full") is not None


def test_periods_follow_each_other() -> None:
    touching = ((time(8), time(12)), (time(12), time(18)))
    overlapping = ((time(8), time(12)), (time(11), time(18)))
    backwards = ((time(12), time(8)),)
    assert list(week_faults((WORKDAY, touching, overlapping, backwards, ()))) == [2, 3]


def test_the_law_knows_its_holidays_and_the_town_adds_its_own() -> None:
    own = [OwnHoliday(FEAST, "Aniversário", True), OwnHoliday(date(2026, 12, 28), "Recesso", False)]
    found = holidays_between(date(2026, 3, 1), 700, "SC", has_state=True, has_optional=True, own=own)
    assert found[date(2026, 4, 3)] == "Sexta-feira Santa"
    assert found[date(2026, 8, 16)] == "Dia do Estado de Santa Catarina"
    assert found[date(2026, 6, 4)] == "Corpus Christi"
    assert found[date(2027, 3, 23)] == "Aniversário"
    assert found[date(2026, 12, 28)] == "Recesso"
    assert date(2027, 12, 28) not in found
    plain = holidays_between(date(2026, 3, 1), 365, "SC", has_state=False, has_optional=False, own=[])
    assert date(2026, 8, 16) not in plain
    assert date(2026, 6, 4) not in plain


def test_only_waits_for_the_customer_or_parts_pause() -> None:
    def moment(hour: int) -> datetime:
        return datetime(2026, 3, 2, hour, tzinfo=UTC)

    found = waits_of(
        [
            (moment(11), {"status": "E"}),
            (moment(12), {"status": "P", "pending_reason": "customer_absent"}),
            (moment(13), {"technician_id": "x"}),
            (moment(14), {"status": "M"}),
            (moment(15), {"status": "P", "pending_reason": "other"}),
            (moment(16), {"status": "S"}),
        ]
    )
    assert found == [
        Wait(moment(12), moment(14), "Cliente ausente"),
        Wait(moment(16), None, "Peças (estoque)"),
    ]
