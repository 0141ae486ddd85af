"""Notas and every attempt to deliver them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec
from litestar.params import FromPath, FromQuery

from server.accounts.actor import Actor
from server.api.operations import After, ApiCall, Limit, Page, as_body, reading, words
from server.api.resources.service_orders import OrderCustomer
from server.api.scopes import ApiScope
from server.deliveries import queries
from server.deliveries.outcomes import FailureReason, Outcome
from server.deliveries.views import DeliveryFilter, DeliveryState

TAG = "Entregas"
PATH = "/deliveries"


class InvoiceLine(msgspec.Struct):
    """`attempts` is how often somebody tried."""

    id: UUID
    number: str
    series: str
    customer_name: str
    city: str
    carrier_name: str | None
    issued_at: datetime | None
    delivered_at: datetime | None
    received_by: str
    state: DeliveryState
    is_late: bool
    attempts: int


class AttemptEntry(msgspec.Struct):
    """`happened_at` by the driver's phone, `received_at` when the portal heard of it."""

    id: UUID
    driver_name: str
    outcome: Outcome
    reason: FailureReason | None
    note: str
    receiver_name: str
    happened_at: datetime
    received_at: datetime
    withdrawn_at: datetime | None


class InvoiceBody(msgspec.Struct):
    """An invoice with its attempts, the newest first. `total` is in reais, as a text without rounding."""

    id: UUID
    company_id: UUID
    number: str
    series: str
    access_key: str
    issued_at: datetime | None
    total: str | None
    volumes: int | None
    tracking_code: str
    delivered_at: datetime | None
    received_by: str
    carrier_name: str | None
    state: DeliveryState
    is_late: bool
    customer: OrderCustomer
    attempts: list[AttemptEntry]


@reading(PATH, ApiScope.DELIVERIES_READ, TAG, "Lista notas e como está a entrega, as mais novas primeiro")
async def api_deliveries(
    request: ApiCall,
    number: Annotated[str, words("Número da nota.")] = "",
    customer: Annotated[str, words("Parte do nome do cliente, ou do CNPJ ou CPF.")] = "",
    delivery_state: FromQuery[DeliveryState | None] = None,
    issued_from: FromQuery[datetime | None] = None,
    issued_until: FromQuery[datetime | None] = None,
    after: After = None,
    limit: Limit = queries.PAGE_SIZE,
) -> Page[InvoiceLine]:
    wanted = DeliveryFilter(
        number=number,
        customer=customer,
        state=delivery_state,
        issued_from=issued_from,
        issued_until=issued_until,
    )
    page = await queries.list_deliveries(
        request.user, wanted, now=datetime.now(UTC), after=after, limit=limit
    )
    return Page([as_body(InvoiceLine, row) for row in page.rows], page.next)


@reading(f"{PATH}/{{invoice_id:uuid}}", ApiScope.DELIVERIES_READ, TAG, "Mostra uma nota e suas entregas")
async def api_delivery(request: ApiCall, invoice_id: FromPath[UUID]) -> InvoiceBody:
    return await invoice_body(request.user, invoice_id, datetime.now(UTC))


ROUTES = [api_deliveries, api_delivery]


async def invoice_body(actor: Actor, invoice_id: UUID, now: datetime) -> InvoiceBody:
    """Raises `not_found`."""
    invoice = await queries.get_delivery(actor, invoice_id, now=now)
    total = None if invoice.total is None else str(Decimal(invoice.total))
    return as_body(
        InvoiceBody,
        invoice,
        total=total,
        attempts=[as_body(AttemptEntry, one) for one in invoice.attempts],
    )
