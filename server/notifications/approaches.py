"""News of a technician on the way: true while they travel, and opened by an address that is not kept.

The row of a notification names the customer's link by its id, behind the order's own path, so that it is read
with the order's page. The token, with which anybody sees the map, is made of that id where a person is shown
the way: in the bell, a mail, a push.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from piccolo_conf import DB
from server.database import Transaction
from server.tracking.approach import LIFETIME, Approach
from server.tracking.approach_links import approach_by_id, path_of

OVER = "o técnico já chegou ou não vem mais"
_MARK = "?on-the-way="


def opening_path(path: str, age: timedelta = timedelta(0)) -> str:
    """Where a person is led to: by an old line of the bell to the order."""
    link_id = _link_of(path)
    return path.partition(_MARK)[0] if link_id is None or age >= LIFETIME else path_of(link_id)


async def is_over(tx: Transaction, path: str, now: datetime) -> bool:
    """Whether that news comes too late; no other's path ever does."""
    link_id = _link_of(path)
    return link_id is not None and await approach_by_id(tx, link_id, now) is not Approach.COMING


async def came_too_late(paths: Sequence[str], now: datetime) -> bool:
    """Of a parcel about to leave; such news is the only line of its own."""
    if not any(_link_of(path) for path in paths):
        return False
    async with DB.reading() as tx:
        return any([await is_over(tx, path, now) for path in paths])


def _link_of(path: str) -> UUID | None:
    _, mark, link_id = path.partition(_MARK)
    return UUID(link_id) if mark else None
