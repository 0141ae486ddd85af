"""Places of deliveries as the desk's map draws them (`pwa/src/desk/route.ts`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from server.deliveries.views import STATE_NAMES, InvoiceDetail, InvoiceRow


def list_map(rows: Sequence[InvoiceRow]) -> str:
    """One place for each invoice of the page, as far as places are known."""
    stops = [
        {"at": row.place, "label": f"NF {row.number} · {row.customer_name} · {STATE_NAMES[row.state]}"}
        for row in rows
        if row.place is not None
    ]
    return _json(stops, None)


def invoice_map(invoice: InvoiceDetail) -> str | None:
    """The customer's door, and where each attempt was recorded."""
    stops = [
        {"at": (one.latitude, one.longitude), "label": f"{one.name} · {one.driver_name}"}
        for one in invoice.attempts
        if one.latitude is not None and one.longitude is not None
    ]
    where = invoice.customer
    door = None if where.latitude is None else (where.latitude, where.longitude)
    return _json(stops, door) if stops or door else None


def _json(stops: list[dict[str, Any]], customer: Any) -> str:
    return msgspec.json.encode({"segments": [], "stops": stops, "customer": customer}).decode()
