"""Database rows → the views of supply requests."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.deliveries.tables import Invoice
from server.service_orders.rows import customer_of, equipment_of, line_of, place_columns
from server.service_orders.statuses import Source
from server.supplies.history import LINE_NAMES
from server.supplies.statuses import RequestStatus, may_cancel
from server.supplies.tables import SupplyRequest, SupplyRequestEvent, SupplyRequestItem
from server.supplies.views import EventLine, InvoiceLink, ItemView, RequestDetail, RequestRow

_REQUEST: Any = SupplyRequest
_ROW_FIELDS = (
    "id", "web_number", "ilux_number", "requested_at", "invoice_number", "tracking_code",
)  # fmt: skip
_ROW_COLUMNS = (
    *(getattr(_REQUEST, name) for name in _ROW_FIELDS),
    _REQUEST.status,
    _REQUEST.is_active,
    _REQUEST.model,
    _REQUEST.customer_id.name.as_alias("customer_name"),
    _REQUEST.equipment_id.serial_number.as_alias("serial_number"),
    _REQUEST.equipment_id.model.as_alias("machine_model"),
    _REQUEST.contract_id.number.as_alias("contract_number"),
)
_OWN_FIELDS = (
    *_ROW_FIELDS, "department", "install_location", "requester_name", "requester_phone", "note", "mono",
    "color", "invoice_issued_on", "carrier_id", "cancel_reason",
)  # fmt: skip
DETAIL_COLUMNS = (
    *(getattr(_REQUEST, name) for name in _OWN_FIELDS),
    _REQUEST.status,
    _REQUEST.is_active,
    _REQUEST.opened_from,
    _REQUEST.notes,
    _REQUEST.warnings,
    _REQUEST.model,
    _REQUEST.company_id.trade_name.as_alias("company_name"),
    _REQUEST.contract_id.number.as_alias("contract_number"),
    _REQUEST.carrier_id.name.as_alias("carrier_name"),
    *place_columns(_REQUEST),
)


async def read_rows(request_ids: list[UUID]) -> tuple[RequestRow, ...]:
    """The lines of a page, in its order: joining before the limit would join everything."""
    if not request_ids:
        return ()
    found = await SupplyRequest.select(*_ROW_COLUMNS).where(SupplyRequest.id.is_in(request_ids))
    by_id = {row["id"]: row for row in found}
    items = await _items(request_ids)
    return tuple(_row(by_id[row_id], items.get(row_id, [])) for row_id in request_ids)


async def complete_detail(actor: Actor, row: dict[str, Any]) -> RequestDetail:
    """The request with its items, history and invoice: three more queries."""
    status = RequestStatus(row["status"])
    source = Source(row["opened_from"])
    equipment = equipment_of(row)
    items = await _items([row["id"]])
    # What the office notes in ILUX is its own; of the portal's requests it repeats what the page says anyway.
    is_shown = source is Source.ILUX and not actor.is_of_customer
    return RequestDetail(
        **{name: row[name] for name in _OWN_FIELDS},
        status=status,
        opened_from=source,
        ilux_notes=row["notes"] if is_shown else "",
        warnings=tuple(msgspec.json.decode(row["warnings"])),
        model=equipment.model if equipment else row["model"],
        company_name=row["company_name"],
        contract_number=row["contract_number"],
        carrier_name=row["carrier_name"],
        customer=customer_of(row),
        equipment=equipment,
        items=_shown(items.get(row["id"], []), is_active=row["is_active"]),
        history=await _history(actor, row["id"]),
        invoice=await _invoice(actor, row["customer.id"], row["invoice_number"]),
        may_cancel=may_cancel(status, actor.role),
    )


def _row(row: dict[str, Any], items: list[tuple[bool, ItemView]]) -> RequestRow:
    return RequestRow(
        **{name: row[name] for name in _ROW_FIELDS},
        status=RequestStatus(row["status"]),
        customer_name=row["customer_name"],
        serial_number=row["serial_number"],
        model=row["machine_model"] or row["model"],
        contract_number=row["contract_number"],
        items=_shown(items, is_active=row["is_active"]),
    )


def _shown(items: list[tuple[bool, ItemView]], *, is_active: bool) -> tuple[ItemView, ...]:
    """What ILUX took out is no longer asked for; where the request went as a whole, all of it is told."""
    return tuple(item for is_there, item in items if is_there or not is_active)


async def _items(request_ids: list[UUID]) -> dict[UUID, list[tuple[bool, ItemView]]]:
    supply: Any = SupplyRequestItem.supply_id
    found: dict[UUID, list[tuple[bool, ItemView]]] = {}
    for row in (
        await SupplyRequestItem.select(
            SupplyRequestItem.supply_request_id,
            SupplyRequestItem.quantity,
            SupplyRequestItem.is_active,
            supply.name.as_alias("name"),
            supply.code.as_alias("code"),
            supply.color.as_alias("color"),
        )
        .where(SupplyRequestItem.supply_request_id.is_in(request_ids))
        .order_by(SupplyRequestItem.id)
    ):
        item = ItemView(row["name"], row["code"], row["color"], row["quantity"])
        found.setdefault(row["supply_request_id"], []).append((row["is_active"], item))
    return found


async def _history(actor: Actor, request_id: UUID) -> tuple[EventLine, ...]:
    found = (
        await SupplyRequestEvent.select()
        .where(visible(actor, SupplyRequestEvent), SupplyRequestEvent.supply_request_id == request_id)
        .order_by(SupplyRequestEvent.recorded_at)
        .order_by(SupplyRequestEvent.id)
    )
    return tuple(EventLine(**line_of(row, LINE_NAMES)) for row in found)


async def _invoice(actor: Actor, customer_id: UUID, number: str) -> InvoiceLink | None:
    if not number:
        return None
    row = (
        await Invoice.select(Invoice.id, Invoice.issued_at, Invoice.delivery_status)
        .where(visible(actor, Invoice), Invoice.customer_id == customer_id, Invoice.number == number)
        .order_by(Invoice.id, ascending=False)
        .first()
    )
    if row is None:
        return None
    return InvoiceLink(row["id"], row["issued_at"], row["delivery_status"] == "delivered")
