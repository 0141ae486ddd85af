"""Is it early to ask for the same again? A warning that the person may confirm, never a refusal; pure.

A cartridge is expected to last for its yield. What was printed since the last one was asked for is read from
the machine's counters; where they say nothing, the days speak.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from server.visits.readings import Counters

NEARLY_USED = 0.8  # of what the last ones last for: who asks then asks in time
EARLY = timedelta(days=15)  # what is early where no counter tells
COLOR_NAMES = {"K": "preto", "C": "ciano", "M": "magenta", "Y": "amarelo"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """`page_yield` is how many pages one lasts for; None or 0 where nobody knows."""

    supply_id: UUID
    name: str
    color: str | None
    page_yield: int | None
    quantity: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """The last time that the same was asked for the same machine. `pages` is its counter then."""

    supply_id: UUID
    requested_at: datetime
    quantity: int
    counters: Counters | None = None


def warn(
    wanted: Iterable[Wanted], earlier: Iterable[Earlier], counters: Counters | None, now: datetime
) -> list[str]:
    """A sentence for each item that is asked for early; `counters` are the newest that are known."""
    last: dict[UUID, Earlier] = {}
    for one in earlier:
        known = last.get(one.supply_id)
        if known is None or known.requested_at < one.requested_at:
            last[one.supply_id] = one
    found = []
    for item in wanted:
        before = last.get(item.supply_id)
        if before is not None and _is_early(item, before, counters, now):
            found.append(_sentence(item, before, counters, now))
    return found


def warn_of_reading(counters: Counters, is_lower: bool, last: Counters | None) -> list[str]:
    """A counter that runs backwards is most often a digit mistyped."""
    if not is_lower or last is None:
        return []
    for name, value, known in (
        ("preto e branco", counters.mono, last.mono),
        ("colorido", counters.color, last.color),
    ):
        if value is not None and known is not None and value < known:
            return [f"O contador {name} está menor que o último registrado, {number(known)}."]
    return ["O contador está menor que o último registrado."]


def at(moment: datetime, readings: Sequence[Counters]) -> Counters | None:
    """The reading nearest to a moment, of those that are not later; else the first one after it."""
    before = [one for one in readings if one.read_at <= moment]
    if before:
        return max(before, key=lambda one: one.read_at)
    return min(readings, key=lambda one: one.read_at, default=None)


def pages(color: str | None, counters: Counters | None) -> int | None:
    """What a cartridge of that colour has worked for: black for every page, the others for the coloured."""
    if counters is None:
        return None
    if color in {"C", "M", "Y"}:
        return counters.color
    if counters.mono is None:
        return None
    return counters.mono + (counters.color or 0)


def _is_early(item: Wanted, before: Earlier, counters: Counters | None, now: datetime) -> bool:
    printed = _printed(item, before, counters)
    if printed is None or not item.page_yield:
        return now - before.requested_at < EARLY
    return printed < item.page_yield * before.quantity * NEARLY_USED


def _printed(item: Wanted, before: Earlier, counters: Counters | None) -> int | None:
    then, current = pages(item.color, before.counters), pages(item.color, counters)
    return None if then is None or current is None or current < then else current - then


def _sentence(item: Wanted, before: Earlier, counters: Counters | None, now: datetime) -> str:
    printed = _printed(item, before, counters)
    what = f"o último toner {COLOR_NAMES[item.color]}" if item.color in COLOR_NAMES else f"“{item.name}”"
    said = f"{what[0].upper()}{what[1:]} foi pedido {_ago(now - before.requested_at)}"
    if printed is not None:
        said += f", {number(printed)} página{'' if printed == 1 else 's'} atrás"
    if item.page_yield:
        each = number(item.page_yield)
        count = before.quantity
        said += f"; rende {each}" if count == 1 else f"; foram {count}, e cada um rende {each}"
    return said + "."


def _ago(length: timedelta) -> str:
    days = length.days
    return "hoje" if days < 1 else "ontem" if days == 1 else f"há {days} dias"


def number(value: int) -> str:
    return f"{value:,}".replace(",", ".")
