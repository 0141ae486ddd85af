"""What people are told of supply requests, beside the lists: opened, released, on its way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from server.accounts.actor import CUSTOMER_ROLES, Actor
from server.accounts.tables import User
from server.notifications.actions import announce
from server.notifications.events import Event
from server.notifications.subjects import Subject
from server.service_orders.history import Author
from server.supplies.rules import RequestChange
from server.supplies.statuses import STATUS_NAMES, RequestStatus
from server.supplies.tables import SupplyRequest, SupplyRequestItem
from server.supplies.views import ItemView
from server.supplies.wording import items_text

_FOLLOWED = {"invoice_number": "Nota fiscal", "tracking_code": "Rastreio"}


async def opened(actor: Actor, request: SupplyRequest) -> None:
    """Inside the transaction that wrote it with its items."""
    await announce(
        Event.SUPPLY_REQUESTED,
        Subject.SUPPLY_REQUEST,
        request.id,
        reseller_id=actor.reseller_id,
        company_id=request.company_id,
        customer_id=request.customer_id,
        actor_id=actor.user_id,
        facts={"items": await _items(request.id)},
    )


async def changed(row: Mapping[str, Any], change: RequestChange, author: Author) -> None:
    """Who asked for it hears of its way; what the customer's people change, everybody who works with it."""
    facts = _facts(change)
    if facts is None:
        return
    released = change.after.get("status") == RequestStatus.RELEASED
    if released:
        facts["items"] = await _items(row["id"])
    asker = await _asker(row["opened_by_id"])
    is_own = asker is not None and author.user_id == asker
    await announce(
        Event.SUPPLIES_RELEASED if released else Event.SUPPLY_REQUEST_CHANGED,
        Subject.SUPPLY_REQUEST,
        row["id"],
        reseller_id=row["reseller_id"],
        company_id=row["company_id"],
        customer_id=row["customer_id"],
        user_id=None if released or is_own else asker,
        actor_id=author.user_id,
        facts=facts,
    )


def _facts(change: RequestChange) -> dict[str, Any] | None:
    """None where nothing changed that anybody waits for."""
    parts = []
    said = "dados alterados"
    if "status" in change.after:
        name = STATUS_NAMES[RequestStatus(change.after["status"])]
        said = name.lower()
        parts.append(f"Status: {name}")
    parts += [f"{label}: {value}" for name, label in _FOLLOWED.items() if (value := change.after.get(name))]
    return {"change": said, "changes": ". ".join(parts)} if parts else None


async def _asker(user_id: UUID | None) -> UUID | None:
    """The customer's person who asked; None where the desk did it for them, or ILUX."""
    if user_id is None:
        return None
    asked = await User.exists().where(
        User.id == user_id, User.role.is_in([role.value for role in CUSTOMER_ROLES])
    )
    return user_id if asked else None


async def _items(request_id: UUID) -> str:
    supply: Any = SupplyRequestItem.supply_id
    rows = await SupplyRequestItem.select(SupplyRequestItem.quantity, supply.name.as_alias("name")).where(
        SupplyRequestItem.supply_request_id == request_id
    )
    return items_text(ItemView(row["name"], "", None, row["quantity"]) for row in rows)
