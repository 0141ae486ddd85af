"""A visit's way as its map draws it (`pwa/src/desk/route.ts`)."""

from __future__ import annotations

import msgspec

from server.visits.views import VisitDetail


def route_json(visit: VisitDetail) -> str | None:
    """Pieces of the way, the places of the steps, and the customer's; None when no position was recorded."""
    stops = [
        {"at": (entry.latitude, entry.longitude), "label": entry.name}
        for entry in visit.timeline
        if entry.latitude is not None and entry.longitude is not None
    ]
    segments = [segment.points for segment in visit.travel.segments if segment.points]
    if not stops and not segments:
        return None
    where = visit.customer
    customer = None if where.latitude is None else (where.latitude, where.longitude)
    return msgspec.json.encode({"segments": segments, "stops": stops, "customer": customer}).decode()
