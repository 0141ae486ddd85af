"""Telling open pages that orders and visits changed: after the commit, without content.

Phones need no word from here: every change of what they see moves their reseller's pulse, which is watched.
"""

from __future__ import annotations

from uuid import UUID

from server.web.live import publish


async def tell_desk(reseller_id: UUID, *, visit_id: UUID | None = None) -> None:
    """The pages that list orders and visits, and the page of that visit."""
    await publish(f"reseller:{reseller_id}:orders")
    if visit_id is not None:
        await publish(f"reseller:{reseller_id}:visits", f"visit:{visit_id}")
