"""Telling open pages that a month's readings changed: after the commit, without content."""

from __future__ import annotations

from uuid import UUID

from server.service_orders.notices import phones_topic
from server.web.live import publish


def list_topic(reseller_id: UUID) -> str:
    return f"reseller:{reseller_id}:reading-requests"


async def tell(reseller_id: UUID, *, bridge: bool = False) -> None:
    """The lists and pages; the bridge listens where phones do."""
    await publish(list_topic(reseller_id), *((phones_topic(reseller_id),) if bridge else ()))
