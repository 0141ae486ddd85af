"""Where technicians are: the map, what was decided about it, what a technician sees, a waiting customer's link."""

from __future__ import annotations

from server.tracking.pages import approach, map, policy, positions

ROUTES = [*map.ROUTES, *policy.ROUTES, *positions.ROUTES, *approach.ROUTES]
