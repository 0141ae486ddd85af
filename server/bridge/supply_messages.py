"""What the portal asks ILUX to write of supply requests; see `messages`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from server.bridge.messages import KEY, Wish, leave
from server.database import Transaction


@dataclass(frozen=True, slots=True)
class Item:
    id: UUID
    supply_id: UUID
    quantity: int


async def requested(
    tx: Transaction, request: Mapping[str, Any], items: Sequence[Item], now: datetime
) -> None:
    """`request` holds the columns by name. Its items wait for its key."""
    names = ("company", "customer", "equipment")
    data = {
        **dict.fromkeys(names),
        "status": request["status"],
        "requested_at": request["requested_at"],
        "web_id": request["id"],
        "notes": request["notes"] or None,
    }
    refs = {name: request[f"{name}_id"] for name in names if request[f"{name}_id"]}
    wishes = [Wish("supply_request", "requested", request["id"], data, refs)]
    wishes += [
        Wish(
            "supply_request_item",
            "requested",
            item.id,
            {"supply_request": None, "supply": None, "quantity": item.quantity},
            {"supply_request": request["id"], "supply": item.supply_id},
        )
        for item in items
    ]
    await leave(tx, request["reseller_id"], wishes, now)


async def changed(
    tx: Transaction, request: Mapping[str, Any], after: Mapping[str, Any], now: datetime
) -> None:
    """What of it ILUX keeps; `request` as it was, `after` the changed columns."""
    data = {
        name: after[name] or None for name in ("status", "invoice_number", "tracking_code") if name in after
    }
    refs = {KEY: request["id"]}
    if "carrier_id" in after:
        data["carrier"] = None
        if after["carrier_id"]:
            refs["carrier"] = after["carrier_id"]
    if not data:
        return
    wish = Wish("supply_request", "status", request["id"], data, refs, {"status": request["status"]})
    await leave(tx, request["reseller_id"], [wish], now)
