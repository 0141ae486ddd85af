"""What is stored of where one technician was."""

from __future__ import annotations

from typing import Any

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.tracking.policy import policy_of
from server.tracking.sharing import refusing
from server.tracking.tables import LastPosition
from server.tracking.views import LastSeen, OwnPositions, TrackDay
from server.visits.tables import Visit

SHOWN = 200
_order: Any = Visit.service_order_id


async def own_positions(actor: Actor) -> OwnPositions:
    """The newest tracks first; nothing for somebody who is no technician."""
    seen = (
        await LastPosition.select(
            LastPosition.latitude, LastPosition.longitude, LastPosition.accuracy_m, LastPosition.fixed_at
        )
        .where(visible(actor, LastPosition))
        .first()
    )
    visits = (
        await Visit.select(
            Visit.id, Visit.travel_started_at, _order.customer_id.name.as_alias("customer_name")
        )
        .where(visible(actor, Visit), Visit.travel_started_at.is_not_null())
        .order_by(Visit.travel_started_at, ascending=False)
        .limit(SHOWN)
    )
    counts = await _counts([visit["id"] for visit in visits])
    tracks = [
        TrackDay(visit["id"], visit["travel_started_at"], visit["customer_name"], *counts[visit["id"]])
        for visit in visits
        if visit["id"] in counts
    ]
    async with DB.reading() as tx:
        is_sharing = not await refusing(tx, [actor.technician_id] if actor.technician_id else [])
    keep_days = (await policy_of(actor.reseller_id)).keep_days
    return OwnPositions(LastSeen(**seen) if seen else None, tuple(tracks), keep_days, is_sharing)


async def _counts(visit_ids: list[Any]) -> dict[Any, tuple[int, bool]]:
    """How many positions, and whether they were thinned."""
    if not visit_ids:
        return {}
    length = "json_array_length(c.fixes::json)" if DB.dialect == "postgres" else "json_array_length(c.fixes)"
    marks = ", ".join(f"${number}" for number in range(1, len(visit_ids) + 1))
    async with DB.reading() as tx:
        rows = await tx.fetch(
            f"SELECT t.id, sum({length}), t.thinned_at IS NOT NULL FROM sync_track t"
            " JOIN sync_track_chunk c ON c.stream = t.id"
            f" WHERE t.id IN ({marks}) GROUP BY t.id, t.thinned_at",
            *visit_ids,
        )
    return {row[0]: (int(row[1]), bool(row[2])) for row in rows if row[1]}
