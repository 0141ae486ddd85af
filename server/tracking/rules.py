"""From positions to a distance: which fixes count, how far it was, by which method; pure.

A phone's fixes arrive in chunks, late and twice, with jumps and with times when it was silent. The distance
is that of the polyline through the fixes that can be trusted, in the order of their own time, within the
travel; where the phone was silent the straight line counts, and the method says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise
from math import asin, cos, hypot, radians, sin, sqrt
from typing import Any

from geopy.distance import geodesic as _untyped_geodesic

geodesic: Any = _untyped_geodesic
EARTH_M = 6_371_009  # the mean radius
GOOD_ACCURACY_M = 50.0
USABLE_ACCURACY_M = 200.0
FASTEST_KMH = 160.0
SILENCE_MS = 120_000  # fixes come every 10 s; two minutes without one is a gap
EDGE_TOLERANCE_MS = 60_000  # the first fix may come a little before or after the tap on "viagem iniciada"


class Method(StrEnum):
    """How a distance came about."""

    GPS = "gps"
    GPS_GAPS = "gps_gaps"
    STRAIGHT_LINE = "straight_line"
    NONE = "none"


METHOD_NAMES = {
    Method.GPS: "GPS",
    Method.GPS_GAPS: "GPS com interrupções",
    Method.STRAIGHT_LINE: "Linha reta",
    Method.NONE: "Sem posições",
}


class GapReason(StrEnum):
    """Why there are no positions for a while; the first four are the phone's words."""

    HIDDEN = "hidden"
    DENIED = "denied"
    LOST = "lost"
    OFF = "off"
    SILENT = "silent"


GAP_NAMES = {
    GapReason.HIDDEN: "Aplicativo em segundo plano",
    GapReason.DENIED: "Posição não permitida",
    GapReason.LOST: "Sem sinal de GPS",
    GapReason.OFF: "Aplicativo fechado",
    GapReason.SILENT: "Sem posições",
}


@dataclass(frozen=True, slots=True, order=True)
class Fix:
    """A position; `at_ms` is milliseconds since 1970 by the device."""

    at_ms: int
    latitude: float
    longitude: float
    accuracy_m: float

    @property
    def point(self) -> tuple[float, float]:
        return self.latitude, self.longitude


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    from_ms: int
    until_ms: int
    reason: GapReason


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when, by the device, a fact was recorded."""

    kind: str
    at: datetime
    latitude: float
    longitude: float
    accuracy_m: float

    @property
    def point(self) -> tuple[float, float]:
        return self.latitude, self.longitude


@dataclass(frozen=True, slots=True)
class Travel:
    """The way there: from `travel_started` to `arrived`, with the positions of those two taps if known."""

    started_at: datetime | None
    arrived_at: datetime | None
    start: tuple[float, float] | None = None
    arrival: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Distance:
    km: float | None
    method: Method
    minutes: int | None


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Along the ellipsoid."""
    return float(geodesic(a, b).meters)


def roughly_metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """On a sphere: half a per cent off at most, a hundredth of the work; for what is compared, not shown."""
    (lat_a, lon_a), (lat_b, lon_b) = a, b
    phi_a, phi_b = radians(lat_a), radians(lat_b)
    half = sin((phi_b - phi_a) / 2) ** 2 + cos(phi_a) * cos(phi_b) * sin(radians(lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(half)))


def minutes_between(started_at: datetime | None, arrived_at: datetime | None) -> int | None:
    if started_at is None or arrived_at is None or arrived_at < started_at:
        return None
    return round((arrived_at - started_at).total_seconds() / 60)


def filter_fixes(fixes: Iterable[Fix]) -> list[Fix]:
    """In order of time, one an instant, without the inaccurate and without those nobody could drive to.

    Accurate fixes are preferred: less accurate ones count only when hardly any accurate one exists.
    """
    ordered = sorted({fix.at_ms: fix for fix in sorted(fixes, key=_worst_first)}.values())
    good = [fix for fix in ordered if fix.accuracy_m <= GOOD_ACCURACY_M]
    usable = good if len(good) >= 2 else [fix for fix in ordered if fix.accuracy_m <= USABLE_ACCURACY_M]
    return _without_jumps(usable)


def within(fixes: Iterable[Fix], travel: Travel) -> list[Fix]:
    """Those of the travel; an end that is not known does not cut."""
    start = -1 if travel.started_at is None else to_ms(travel.started_at) - EDGE_TOLERANCE_MS
    end = None if travel.arrived_at is None else to_ms(travel.arrived_at) + EDGE_TOLERANCE_MS
    return [fix for fix in fixes if fix.at_ms >= start and (end is None or fix.at_ms <= end)]


def find_gaps(fixes: Sequence[Fix], told: Iterable[Gap]) -> list[Gap]:
    """What the phone told of, and every silence that it did not explain."""
    known = sorted(set(told))
    silences = [
        Gap(a.at_ms, b.at_ms, GapReason.SILENT)
        for a, b in pairwise(fixes)
        if b.at_ms - a.at_ms > SILENCE_MS and not any(_overlaps(gap, a.at_ms, b.at_ms) for gap in known)
    ]
    return sorted([*known, *silences])


def measure(fixes: Iterable[Fix], gaps: Iterable[Gap], travel: Travel) -> Distance:
    """The distance of a travel, by the best method that its positions allow."""
    minutes = minutes_between(travel.started_at, travel.arrived_at)
    line = filter_fixes(within(fixes, travel))
    if len(line) >= 2:
        km = sum(metres(a.point, b.point) for a, b in pairwise(line)) / 1000
        window = [gap for gap in find_gaps(line, gaps) if _overlaps(gap, *_window(travel, line))]
        return Distance(round(km, 3), Method.GPS_GAPS if window else Method.GPS, minutes)
    ends = [travel.start, *(fix.point for fix in line), travel.arrival]
    points = [point for point in ends if point is not None]
    if len(points) >= 2:
        return Distance(round(metres(points[0], points[-1]) / 1000, 3), Method.STRAIGHT_LINE, minutes)
    return Distance(None, Method.NONE, minutes)


def split_at_gaps(fixes: Sequence[Fix], gaps: Iterable[Gap]) -> list[list[Fix]]:
    """The pieces of a line between its gaps; a piece has at least one fix."""
    breaks = sorted((gap.from_ms, gap.until_ms) for gap in gaps)
    pieces: list[list[Fix]] = []
    previous: Fix | None = None
    for fix in fixes:
        if previous is None or any(previous.at_ms < until and start < fix.at_ms for start, until in breaks):
            pieces.append([])
        pieces[-1].append(fix)
        previous = fix
    return pieces


def simplify(points: Sequence[tuple[float, float]], tolerance_m: float = 8.0) -> list[tuple[float, float]]:
    """Douglas–Peucker: no dropped point was farther than the tolerance from the line that is left."""
    if len(points) < 3:
        return list(points)
    kept = {0, len(points) - 1}
    stretches = [(0, len(points) - 1)]
    while stretches:
        first, last = stretches.pop()
        farthest, distance = first, 0.0
        for index in range(first + 1, last):
            off = _metres_off(points[index], points[first], points[last])
            if off > distance:
                farthest, distance = index, off
        if distance > tolerance_m:
            kept.add(farthest)
            stretches += [(first, farthest), (farthest, last)]
    return [points[index] for index in sorted(kept)]


def to_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def from_ms(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _worst_first(fix: Fix) -> tuple[int, float, float, float]:
    return fix.at_ms, -fix.accuracy_m, fix.latitude, fix.longitude


def _without_jumps(fixes: Sequence[Fix]) -> list[Fix]:
    """Drop what would need more than 160 km/h. When the first fix is the wrong one, the next two say so."""
    kept: list[Fix] = []
    for index, fix in enumerate(fixes):
        if kept and _is_too_fast(kept[-1], fix):
            following = fixes[index + 1] if index + 1 < len(fixes) else None
            is_first_wrong = (
                len(kept) == 1
                and following is not None
                and not _is_too_fast(fix, following)
                and _is_too_fast(kept[0], following)
            )
            if is_first_wrong:
                kept = [fix]
            continue
        kept.append(fix)
    return kept


def _is_too_fast(a: Fix, b: Fix) -> bool:
    """Both circles of accuracy are given the benefit of the doubt."""
    way = roughly_metres(a.point, b.point) - a.accuracy_m - b.accuracy_m
    return way > FASTEST_KMH / 3.6 * max(b.at_ms - a.at_ms, 1) / 1000


def _overlaps(gap: Gap, start: int, end: int) -> bool:
    return gap.from_ms < end and start < gap.until_ms


def _window(travel: Travel, line: Sequence[Fix]) -> tuple[int, int]:
    start = line[0].at_ms if travel.started_at is None else to_ms(travel.started_at)
    end = line[-1].at_ms if travel.arrived_at is None else to_ms(travel.arrived_at)
    return start, end


def _metres_off(point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    """From the point to the segment, on the flat map that a town is."""
    scale = 111_320.0
    shrink = cos(radians(start[0]))

    def flat(p: tuple[float, float]) -> tuple[float, float]:
        return (p[1] - start[1]) * scale * shrink, (p[0] - start[0]) * scale

    (px, py), (ex, ey) = flat(point), flat(end)
    length = ex * ex + ey * ey
    along = 0.0 if length == 0 else max(0.0, min(1.0, (px * ex + py * ey) / length))
    return hypot(px - along * ex, py - along * ey)
