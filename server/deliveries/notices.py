"""Telling open pages and listening phones that a delivery changed: after the commit, without content."""

from __future__ import annotations

from uuid import UUID

from server.service_orders.notices import phones_topic
from server.web.live import publish


def list_topic(reseller_id: UUID) -> str:
    return f"reseller:{reseller_id}:deliveries"


def invoice_topic(invoice_id: UUID) -> str:
    return f"invoice:{invoice_id}"


async def tell_list(reseller_id: UUID) -> None:
    """Invoices came from ILUX: the list alone; the phones watch the pulse."""
    await publish(list_topic(reseller_id))


async def tell(reseller_id: UUID, invoice_id: UUID) -> None:
    """The list, the page of that invoice, and the phones."""
    await publish(list_topic(reseller_id), invoice_topic(invoice_id), phones_topic(reseller_id))
