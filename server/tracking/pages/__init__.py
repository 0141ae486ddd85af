"""Where technicians are: the map, what was decided about it, one's own positions, the link for a customer."""

from __future__ import annotations

from server.tracking.pages import approach, map, policy, positions

ROUTES = [*map.ROUTES, *policy.ROUTES, *positions.ROUTES, *approach.ROUTES]
