"""Is a counter's reading plausible against the last ones? It is accepted in any case; pure.

The same rule as on the phone (`pwa/src/rules/readings.ts`), so that the person is asked about what the
office will see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from server.service_orders.discrepancies import DiscrepancyKind, Finding

LARGEST = 2**31 - 1  # what the column holds; no counter has ten digits
HISTORY = 3  # as many as the phone knows
UNLIKELY_FACTOR = 3  # more than this many times the machine's own rate is worth a second look
UNLIKELY_PAGES_A_DAY = 5_000  # so is this for a machine without a rate of its own


@dataclass(frozen=True, slots=True)
class Counters:
    """What a machine's counters said, in pages; `None` where a machine has none or it was not read."""

    mono: int | None
    color: int | None
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    is_lower: bool
    is_implausible: bool
    facts: dict[str, Any]

    def findings(self, serial_number: str) -> list[Finding]:
        facts = {"serial_number": serial_number, **self.facts}
        if self.is_lower:
            return [Finding(DiscrepancyKind.READING_LOWER, facts)]
        return [Finding(DiscrepancyKind.READING_IMPLAUSIBLE, facts)] if self.is_implausible else []


def is_storable(counters: Counters) -> bool:
    """Whether it is a count at all."""
    return all(value is None or 0 <= value <= LARGEST for value in (counters.mono, counters.color))


def judge(new: Counters, history: Sequence[Counters]) -> Verdict:
    """`history`: readings of this machine in any order; later ones than the new one do not count."""
    before = sorted(
        (old for old in history if old.read_at <= new.read_at), key=lambda old: old.read_at, reverse=True
    )[:HISTORY]
    is_lower = is_implausible = False
    facts: dict[str, Any] = {}
    for counter in ("mono", "color"):
        value: int | None = getattr(new, counter)
        known = [(count, old.read_at) for old in before if (count := getattr(old, counter)) is not None]
        if value is None or not known:
            continue
        last, last_at = known[0]
        if value < last:
            is_lower = True
            facts[counter] = {"value": value, "last": last}
        elif value > (limit := _at_most(known, (new.read_at - last_at).total_seconds() / 86_400)):
            is_implausible = True
            facts[counter] = {"value": value, "last": last, "expected_at_most": limit}
    return Verdict(is_lower, is_implausible, facts)


def _at_most(known: Sequence[tuple[int, datetime]], days: float) -> int:
    """`known`: counts and times, the newest first."""
    (last, last_at), (first, first_at) = known[0], known[-1]
    days_known, pages_known = (last_at - first_at).total_seconds() / 86_400, last - first
    has_rate = days_known >= 1 and pages_known > 0
    a_day = UNLIKELY_FACTOR * pages_known / days_known if has_rate else UNLIKELY_PAGES_A_DAY
    return ceil(last + a_day * max(1.0, days))
