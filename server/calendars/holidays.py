"""The country's and the states' holidays, from the `holidays` package; towns keep theirs by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from holidays import OPTIONAL, PUBLIC, country_holidays

from server.geocoding.rules import STATES


@dataclass(frozen=True, slots=True)
class OwnHoliday:
    held_on: date
    name: str
    is_yearly: bool


def holidays_between(
    first: date, days: int, uf: str, *, has_state: bool, has_optional: bool, own: Iterable[OwnHoliday]
) -> dict[date, str]:
    """By day, in order; what the reseller wrote itself goes before the law's names."""
    last = first + timedelta(days=days)
    years = range(first.year, last.year + 1)
    found: dict[date, str] = dict(
        country_holidays(
            "BR",
            subdiv=uf if has_state and uf in STATES else None,
            years=years,
            categories=(PUBLIC, OPTIONAL) if has_optional else (PUBLIC,),
            language="pt_BR",
        )
    )
    for holiday in own:
        for day in _days_of(holiday, years):
            found[day] = holiday.name
    return {day: found[day] for day in sorted(found) if first <= day <= last}


def _days_of(holiday: OwnHoliday, years: range) -> list[date]:
    if not holiday.is_yearly:
        return [holiday.held_on]
    day = holiday.held_on
    # The 29th of February is held in leap years alone.
    return [day.replace(year=year) for year in years if (day.month, day.day) != (2, 29) or year % 4 == 0]
