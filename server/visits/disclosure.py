"""What of a visit leaves the house: what was done, not the office's doubts nor where a person went."""

from __future__ import annotations

from dataclasses import replace

from server.accounts.actor import Actor
from server.visits.states import ENDED
from server.visits.views import VisitDetail


def as_seen_by(actor: Actor, visit: VisitDetail) -> VisitDetail:
    """The visit whole for the reseller's people; for a customer's without discrepancies, receipts, withdrawn
    photos, notes between the steps, and positions."""
    if not actor.is_of_customer:
        return visit
    return replace(
        visit,
        timeline=tuple(
            replace(entry, latitude=None, longitude=None, accuracy_m=None, note="")
            for entry in visit.timeline
        ),
        travel=replace(visit.travel, segments=(), gaps=()),
        photos=tuple(photo for photo in visit.photos if photo.withdrawn_at is None),
        discrepancies=(),
        receipts=(),
    )


def is_shown_to(actor: Actor, state: str) -> bool:
    """Customers see what was done, not where somebody is."""
    return not actor.is_of_customer or state in ENDED
