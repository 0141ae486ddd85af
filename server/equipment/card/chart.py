"""Where the bars of a machine's pages stand: black below, colour above it; the page draws them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.equipment.card.rules import Month

WIDTH, HEIGHT = 360, 180
_LEFT, _TOP, _BOTTOM = 46, 8, 24
_NAMES = ("jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez")
_STEPS = (1, 2, 5, 10)
LINES = 4  # at most, above the ground


@dataclass(frozen=True, slots=True)
class Line:
    """A number of pages at its height."""

    y: float
    pages: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One month: from `x`, each part's upper edge and height."""

    x: float
    name: str
    mono_y: float
    mono_height: float
    color_y: float
    color_height: float


@dataclass(frozen=True, slots=True)
class Chart:
    lines: tuple[Line, ...]
    bars: tuple[Bar, ...]
    bar_width: float
    left: int = _LEFT
    ground: int = HEIGHT - _BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


def month_name(month: Month) -> str:
    """`mar/26`"""
    return f"{_NAMES[month.begins_on.month - 1]}/{month.begins_on:%y}"


def draw(months: Sequence[Month]) -> Chart | None:
    """None when no page is known of."""
    most = max((month.pages for month in months), default=0)
    if most <= 0:
        return None
    step = _step(most)
    top = -(-most // step) * step
    ground = HEIGHT - _BOTTOM
    scale = (ground - _TOP) / top
    slot = (WIDTH - _LEFT) / len(months)
    width = min(slot * 0.7, 28)
    bars = []
    for place, month in enumerate(months):
        mono, color = (month.mono.pages or 0) * scale, (month.color.pages or 0) * scale
        bars.append(
            Bar(
                round(_LEFT + slot * place + (slot - width) / 2, 1),
                _NAMES[month.begins_on.month - 1],
                round(ground - mono, 1),
                round(mono, 1),
                round(ground - mono - color, 1),
                round(color, 1),
            )
        )
    lines = tuple(Line(round(ground - pages * scale, 1), pages) for pages in range(0, top + 1, step))
    return Chart(lines, tuple(bars), round(width, 1))


def _step(most: int) -> int:
    """1, 2 or 5 with zeros, so that few lines reach over the highest bar."""
    power = 1
    while True:
        for one in _STEPS:
            if most <= one * power * LINES:
                return one * power
        power *= 10
