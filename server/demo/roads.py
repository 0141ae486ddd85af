"""How a phone saw a trip: fixes every few seconds along the roads, with a GPS's noise and its gaps."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from math import cos, radians
from random import Random

from server.demo.places import METRES_A_DEGREE, Place, Point, by_road, metres_between, node

FIX_INTERVAL_S = 10
FIXES_A_CHUNK = 60
CITY_SPEED = 9.0  # metres per second, red lights included

Fix = tuple[int, float, float, float, float | None]
Gap = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Trip:
    """A polyline with its length; `minutes` at the speed of a city."""

    points: tuple[Point, ...]
    milestones: tuple[float, ...]  # metres from the start at each point

    @property
    def metres(self) -> float:
        return self.milestones[-1]

    @property
    def duration(self) -> timedelta:
        return timedelta(seconds=max(120, round(self.metres / CITY_SPEED)))


def trip(rng: Random, start: tuple[Place, Point], end: tuple[Place, Point]) -> Trip:
    """From door to door by the crossings between, with a street corner or two on each stretch."""
    crossings = by_road(node(start[0]), node(end[0]))
    corners = [start[1], *(crossings if len(crossings) > 1 and crossings[0] != crossings[-1] else ()), end[1]]
    points: list[Point] = [corners[0]]
    for here, there in pairwise(corners):
        for share in (0.35, 0.7):
            points.append(_aside(rng, here, there, share))
        points.append(there)
    steps = (metres_between(a, b) for a, b in pairwise(points))
    return Trip(tuple(points), (0.0, *accumulate(steps)))


def fixes(rng: Random, way: Trip, began: datetime) -> tuple[list[Fix], list[Gap]]:
    """What the phone recorded: one fix each interval, sometimes a while with the screen off."""
    start_ms = int(began.timestamp() * 1000)
    seconds = int(way.duration.total_seconds())
    recorded: list[Fix] = []
    gaps: list[Gap] = []
    hidden = range(0)
    if seconds > 600 and rng.random() < 0.2:
        first = rng.randrange(200, seconds - 300)
        hidden = range(first, first + rng.randrange(60, 200))
        gaps.append((start_ms + hidden.start * 1000, start_ms + hidden.stop * 1000, "hidden"))
    for second in range(0, seconds + 1, FIX_INTERVAL_S):
        if second in hidden:
            continue
        latitude, longitude = _along(way, way.metres * second / seconds)
        noise = rng.gauss(0, 3.0), rng.gauss(0, 3.0)
        recorded.append(
            (
                start_ms + second * 1000,
                round(latitude + noise[0] / METRES_A_DEGREE, 6),
                round(longitude + noise[1] / (METRES_A_DEGREE * cos(radians(latitude))), 6),
                round(rng.uniform(4, 18), 1),
                round(max(0.0, rng.gauss(CITY_SPEED, 2.5)), 1),
            )
        )
    return recorded, gaps


def _aside(rng: Random, here: Point, there: Point, share: float) -> Point:
    """A point on the way, a little beside the straight line."""
    sway = min(40.0, metres_between(here, there) * 0.05) / METRES_A_DEGREE
    return (
        here[0] + (there[0] - here[0]) * share + rng.uniform(-sway, sway),
        here[1] + (there[1] - here[1]) * share + rng.uniform(-sway, sway),
    )


def _along(way: Trip, metres: float) -> Point:
    after = min(max(1, bisect_left(way.milestones, metres)), len(way.points) - 1)
    here, there = way.points[after - 1], way.points[after]
    step = way.milestones[after] - way.milestones[after - 1]
    share = (metres - way.milestones[after - 1]) / step if step else 0.0
    return (here[0] + (there[0] - here[0]) * share, here[1] + (there[1] - here[1]) * share)
