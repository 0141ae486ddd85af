"""Telling open pages and listening phones that orders and visits changed: after the commit, without content.

What changes otherwise (a customer's address, a part) moves the reseller's pulse, which phones' streams watch.
"""

from __future__ import annotations

from uuid import UUID

from server.web.live import publish


def phones_topic(reseller_id: UUID) -> str:
    return f"sync:{reseller_id}"


async def tell_desk(reseller_id: UUID, *, visit_id: UUID | None = None) -> None:
    """The pages that list orders and visits, the page of that visit, and the phones."""
    await publish(f"reseller:{reseller_id}:orders", phones_topic(reseller_id))
    if visit_id is not None:
        await publish(f"reseller:{reseller_id}:visits", f"visit:{visit_id}")
