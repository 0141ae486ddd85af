"""A travel as a page shows it: the line in pieces, simplified for a map, and the gaps between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.tracking.chunks import Track
from server.tracking.rules import (
    GAP_NAMES,
    METHOD_NAMES,
    Method,
    Travel,
    filter_fixes,
    find_gaps,
    from_ms,
    simplify,
    split_at_gaps,
    within,
)
from server.visits.views import GapView, Segment, TravelView


def travel_of(visit: Mapping[str, Any], track: Track) -> TravelView:
    """`visit` holds the visit's travel columns and `near_m`, its reseller's idea of near."""
    travel = Travel(visit["travel_started_at"], visit["arrived_at"])
    # A thinned line has few points far apart: its gaps were written down when it was thinned.
    line = sorted(track.fixes) if track.is_thinned else filter_fixes(within(track.fixes, travel))
    gaps = sorted(track.gaps) if track.is_thinned else find_gaps(line, track.gaps)
    method, metres_off = visit["distance_method"], visit["arrival_distance_m"]
    return TravelView(
        distance_km=visit["distance_km"],
        minutes=visit["travel_minutes"],
        method=method,
        method_name=METHOD_NAMES[Method(method)] if method else "",
        arrival_distance_m=metres_off,
        is_arrival_near=None if metres_off is None else metres_off <= visit["near_m"],
        segments=tuple(
            Segment(
                tuple(simplify([fix.point for fix in piece])),
                from_ms(piece[0].at_ms),
                from_ms(piece[-1].at_ms),
            )
            for piece in split_at_gaps(line, gaps)
        ),
        gaps=tuple(
            GapView(from_ms(gap.from_ms), from_ms(gap.until_ms), gap.reason, GAP_NAMES[gap.reason])
            for gap in gaps
        ),
    )
