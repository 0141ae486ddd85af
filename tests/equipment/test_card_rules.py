"""The pages of a machine by month, from readings that come whenever somebody passes by."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from server.equipment.card.chart import HEIGHT, draw
from server.equipment.card.rules import Month, Reading, Use, months_of

ZONE = "America/Sao_Paulo"
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def at(month: int, day: int, hour: int = 12, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def pages(*readings: Reading) -> dict[str, int | None]:
    return {f"{month.begins_on:%m}": month.mono.pages for month in months_of(readings, ZONE, NOW)}


def test_the_pages_of_two_readings_are_spread_over_their_months_and_none_is_lost() -> None:
    found = pages(Reading(1_000, None, at(1, 22)), Reading(1_601, None, at(3, 13)))
    assert sum(count or 0 for count in found.values()) == 601
    assert list(found) == ["01", "02", "03"]
    assert found["02"] == max(count for count in found.values() if count is not None), "it had all its days"


def test_a_month_begins_where_the_reseller_is() -> None:
    (first, second) = months_of(
        [Reading(0, None, at(2, 1, 2)), Reading(100, None, at(2, 1, 4))], ZONE, at(2, 20)
    )
    # At two in the morning of UTC it is still January in São Paulo.
    assert (first.begins_on, first.mono) == (date(2026, 1, 1), Use(0, 50))
    assert (second.begins_on, second.mono) == (date(2026, 2, 1), Use(100, 50))


def test_what_lies_before_a_doubtful_or_lower_reading_is_not_counted() -> None:
    assert pages(
        Reading(1_000, None, at(3, 1)),
        Reading(90_000, None, at(3, 2), is_doubtful=True),
        Reading(1_100, None, at(3, 3), is_doubtful=True),
        Reading(1_130, None, at(3, 4)),
    ) == {"03": 30}
    assert pages(
        Reading(5_000, None, at(3, 1)),
        Reading(5, None, at(3, 2)),  # a new board
        Reading(45, None, at(3, 5)),
    ) == {"03": 40}


def test_a_year_is_shown_and_a_counter_that_was_not_read_is_skipped() -> None:
    long_ago = Reading(0, 0, at(1, 1, year=2024))
    months = months_of([long_ago, Reading(None, 50, at(1, 10)), Reading(900, 60, at(3, 10))], ZONE, NOW)
    assert len(months) == 12
    assert months[0].begins_on == date(2025, 4, 1)
    assert months[-3].color.counter == 50
    assert months[-3].mono == Use(None, months[-3].mono.pages), "pages went on, nobody looked at the counter"
    assert months_of([long_ago], ZONE, NOW) == ()


def test_the_highest_bar_stays_below_the_highest_line_and_parts_stand_on_each_other() -> None:
    months = [Month(date(2026, 1, 1) + timedelta(31 * n), Use(None, 61 * n), Use(None, 40)) for n in range(3)]
    chart = draw(months)
    assert chart is not None
    assert [line.pages for line in chart.lines] == [0, 50, 100, 150, 200]
    last = chart.bars[-1]
    assert chart.lines[-1].y <= last.color_y < last.mono_y < chart.ground < HEIGHT
    assert round(last.color_y + last.color_height, 1) == last.mono_y
    assert draw([Month(date(2026, 1, 1), Use(7, None), Use(None, None))]) is None
