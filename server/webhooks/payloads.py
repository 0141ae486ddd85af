"""What is sent: which event, when, and the row as the API shows it to the endpoint's reach."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from server.accounts.actor import Actor
from server.api.operations import V1
from server.api.resources.billing import billing_body
from server.api.resources.contact_messages import message_body
from server.api.resources.deliveries import invoice_body
from server.api.resources.service_orders import order_body
from server.api.resources.supply_requests import supply_request_body
from server.notifications.subjects import Subject

Render = Callable[[Actor, UUID, datetime], Awaitable[msgspec.Struct]]


async def _order(actor: Actor, row_id: UUID, now: datetime) -> msgspec.Struct:
    return await order_body(actor, row_id, now)


async def _supply_request(actor: Actor, row_id: UUID, now: datetime) -> msgspec.Struct:
    return await supply_request_body(actor, row_id)


async def _invoice(actor: Actor, row_id: UUID, now: datetime) -> msgspec.Struct:
    return await invoice_body(actor, row_id, now)


async def _billing(actor: Actor, row_id: UUID, now: datetime) -> msgspec.Struct:
    return await billing_body(actor, row_id)


async def _contact(actor: Actor, row_id: UUID, now: datetime) -> msgspec.Struct:
    return await message_body(actor, row_id)


ROWS: Mapping[Subject, tuple[str, Render]] = {
    Subject.SERVICE_ORDER: ("/service-orders", _order),
    Subject.SUPPLY_REQUEST: ("/supply-requests", _supply_request),
    Subject.DELIVERY: ("/deliveries", _invoice),
    Subject.BILLING_BATCH: ("/billing", _billing),
    Subject.CONTACT_MESSAGE: ("/contact-messages", _contact),
}


async def payload(
    actor: Actor, kind: str, at: datetime, subject: Subject, row_id: UUID, base_url: str, now: datetime
) -> str:
    """`row_id` is the API's: a delivery is looked at on its invoice. Raises `not_found` out of reach."""
    path, render = ROWS[subject]
    row = await render(actor, row_id, now)
    url = f"{base_url.rstrip('/')}{V1}{path}/{row_id}"
    return written(kind, at, {"id": row_id, "url": url, "object": row})


def written(kind: str, at: datetime, data: Mapping[str, Any]) -> str:
    return msgspec.json.encode({"type": kind, "timestamp": at, "data": data}).decode()
