"""A customer's place as its map draws it (`pwa/src/desk/place.ts`)."""

from __future__ import annotations

import msgspec

from server.customers.views import CustomerDetail


def place_json(customer: CustomerDetail) -> str:
    """The marker, the rough place where there is none, and what is proposed with the arrivals behind it."""
    position = customer.position
    return msgspec.json.encode(
        {
            "at": position.point,
            "rough": None if position.point else position.rough,
            "proposed": [proposal.point for proposal in customer.proposals],
            "arrivals": [point for proposal in customer.proposals for point in proposal.points],
        }
    ).decode()
