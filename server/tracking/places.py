"""Where the facts of a visit were recorded; read once a transaction, and added to as it adds facts."""

from __future__ import annotations

from uuid import UUID

from server.database import Transaction
from server.tracking.rules import Place


async def places_of(tx: Transaction, visit_id: UUID) -> list[Place]:
    kept, key = tx.root.kept, ("places", visit_id)
    if key not in kept:
        rows = await tx.fetch(
            "SELECT kind, occurred_at, latitude, longitude, accuracy_m FROM visit_event"
            " WHERE visit_id = $1 AND latitude IS NOT NULL",
            visit_id,
        )
        kept[key] = [Place(*row) for row in rows]
    places: list[Place] = kept[key]
    return places


def add_place(tx: Transaction, visit_id: UUID, place: Place) -> None:
    """Of the fact that this transaction has just inserted."""
    kept = tx.root.kept.get(("places", visit_id))
    if kept is not None:
        kept.append(place)
