"""What is left of a track that has become old: the line of its way, without its times; pure.

Distance and duration were measured while it was whole, and stay. Start and arrival keep their times; between
them a point stands for a bend, no position was farther from the line than the tolerance, and whoever reads it
learns the way and neither speed nor stops.
"""

from __future__ import annotations

from server.tracking.chunks import Track
from server.tracking.rules import Fix, Gap, Travel, filter_fixes, find_gaps, simplify, split_at_gaps, within

TOLERANCE_M = 50.0
ACCURACY_M = 50.0


def thinned(track: Track, travel: Travel) -> Track:
    """Gaps are kept by their times, so that the line still breaks where nobody knew the way."""
    line = filter_fixes(within(track.fixes, travel))
    gaps = find_gaps(line, track.gaps)
    kept: list[Fix] = []
    for piece in split_at_gaps(line, gaps):
        points = simplify([fix.point for fix in piece], TOLERANCE_M)
        kept += _evenly(piece[0].at_ms, piece[-1].at_ms, points)
    return Track(kept, [Gap(gap.from_ms, gap.until_ms, gap.reason) for gap in gaps], is_thinned=True)


def _evenly(start: int, end: int, points: list[tuple[float, float]]) -> list[Fix]:
    """Times that say the order and no more; coordinates to ten metres."""
    steps = max(len(points) - 1, 1)
    return [
        Fix(
            start + (end - start) * number // steps,
            round(latitude, 4),
            round(longitude, 4),
            ACCURACY_M,
        )
        for number, (latitude, longitude) in enumerate(points)
    ]
