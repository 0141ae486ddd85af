"""Database rows → the views of one order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from server.accounts.actor import Actor
from server.service_orders.discrepancies import DISCREPANCY_NAMES, DiscrepancyKind, DiscrepancyView
from server.service_orders.due import due_of
from server.service_orders.history import LINE_NAMES
from server.service_orders.rules import is_overdue
from server.service_orders.statuses import Source, Status, changes_open_to
from server.service_orders.tables import Discrepancy, OrderEvent, PartRequest, ServiceOrder
from server.service_orders.views import (
    CustomerView,
    EquipmentView,
    HistoryLine,
    OrderDetail,
    PartRequestView,
    TriageLine,
    VisitSummary,
)
from server.triage.tables import TriageMessage
from server.visits.states import STATE_NAMES, VisitState
from server.visits.tables import Visit

_ORDER = ServiceOrder
ROW_COLUMNS = (
    _ORDER.id,
    _ORDER.web_number,
    _ORDER.ilux_number,
    _ORDER.status,
    _ORDER.company_id,
    _ORDER.customer_id,
    _ORDER.customer_id.name.as_alias("customer_name"),
    _ORDER.equipment_id.serial_number.as_alias("serial_number"),
    _ORDER.equipment_id.model.as_alias("model"),
    _ORDER.contract_number,
    _ORDER.technician_id,
    _ORDER.technician_id.name.as_alias("technician_name"),
    _ORDER.defect,
    _ORDER.opened_at,
    _ORDER.scheduled_at,
    _ORDER.due_at,
    _ORDER.revised_due_at,
    _ORDER.paused_due_at,
    _ORDER.pending_reason,
    _ORDER.triage_released_at,
)
CUSTOMER_FIELDS = tuple(CustomerView.__dataclass_fields__)
EQUIPMENT_FIELDS = tuple(EquipmentView.__dataclass_fields__)


def place_columns(table: Any) -> tuple[Any, ...]:
    """The customer and the machine that a row names, as `customer_of` and `equipment_of` read them."""
    return (
        *(getattr(table.customer_id, name).as_alias(f"customer.{name}") for name in CUSTOMER_FIELDS),
        *(getattr(table.equipment_id, name).as_alias(f"equipment.{name}") for name in EQUIPMENT_FIELDS),
    )


_OWN_FIELDS = (
    "id", "web_number", "ilux_number", "status", "contract_number", "contract_kind", "defect", "description",
    "requester_name", "requester_phone", "notes", "technician_id", "checklist_version_id", "return_of_id",
    "opened_at", "opened_from", "dispatched_at", "scheduled_at", "due_at", "revised_due_at", "paused_due_at",
    "pending_reason",
    "cancel_reason", "closed_at", "triage_released_at", "opened_by_id",
)  # fmt: skip
DETAIL_COLUMNS = (
    *(getattr(_ORDER, name) for name in _OWN_FIELDS),
    _ORDER.company_id.trade_name.as_alias("company_name"),
    _ORDER.technician_id.name.as_alias("technician_name"),
    *place_columns(_ORDER),
)


async def complete_detail(actor: Actor, row: dict[str, Any], now: datetime) -> OrderDetail:
    """The order with its history, visits, requests, discrepancies and triage: five more queries."""
    order_id: UUID = row["id"]
    status = Status(row["status"])
    own = {name: row[name] for name in _OWN_FIELDS}
    own.update(status=status, opened_from=Source(row["opened_from"]))
    return OrderDetail(
        **own,
        company_name=row["company_name"],
        technician_name=row["technician_name"],
        customer=customer_of(row),
        equipment=equipment_of(row),
        is_overdue=is_overdue(status, row["pending_reason"], due_of(row), now),
        changes=changes_open_to(status, actor.role),
        history=await _history(actor, order_id),
        visits=await _visits(order_id),
        part_requests=await _part_requests(order_id),
        discrepancies=() if actor.is_of_customer else await _discrepancies(order_id),
        triage=await _triage(order_id),
    )


def customer_of(row: dict[str, Any]) -> CustomerView:
    """From columns named `customer.<field>`."""
    return CustomerView(**{name: row[f"customer.{name}"] for name in CUSTOMER_FIELDS})


def equipment_of(row: dict[str, Any]) -> EquipmentView | None:
    """From columns named `equipment.<field>`."""
    if row["equipment.id"] is None:
        return None
    return EquipmentView(**{name: row[f"equipment.{name}"] for name in EQUIPMENT_FIELDS})


def discrepancy_of(row: dict[str, Any]) -> DiscrepancyView:
    kind = DiscrepancyKind(row["kind"])
    return DiscrepancyView(
        id=row["id"],
        visit_id=row["visit_id"],
        kind=kind,
        name=DISCREPANCY_NAMES[kind],
        facts=msgspec.json.decode(row["facts"]),
        raised_at=row["raised_at"],
        accepted_at=row["accepted_at"],
        acceptance_note=row["acceptance_note"],
    )


def line_of(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """What every history's line says, whatever it is the history of."""
    return {
        **{name: row[name] for name in ("id", "kind", "user_name", "note", "is_internal", "recorded_at")},
        "title": names[row["kind"]],
        "source": Source(row["source"]),
        "before": msgspec.json.decode(row["before"]),
        "after": msgspec.json.decode(row["after"]),
    }


async def _history(actor: Actor, order_id: UUID) -> tuple[HistoryLine, ...]:
    query = OrderEvent.select().where(OrderEvent.service_order_id == order_id)
    if actor.is_of_customer:
        query = query.where(OrderEvent.is_internal.eq(False))
    return tuple(
        HistoryLine(**line_of(row, LINE_NAMES), occurred_at=row["occurred_at"])
        for row in await query.order_by(OrderEvent.recorded_at).order_by(OrderEvent.id)
    )


async def _visits(order_id: UUID) -> tuple[VisitSummary, ...]:
    names = [name for name in VisitSummary.__dataclass_fields__ if name != "state_name"]
    found = (
        await Visit.select(*(getattr(Visit, name) for name in names))
        .where(Visit.service_order_id == order_id)
        .order_by(Visit.started_at)
    )
    return tuple(VisitSummary(**row, state_name=STATE_NAMES[VisitState(row["state"])]) for row in found)


async def _part_requests(order_id: UUID) -> tuple[PartRequestView, ...]:
    found = (
        await PartRequest.select(
            *(getattr(PartRequest, name) for name in PartRequestView.__dataclass_fields__)
        )
        .where(PartRequest.service_order_id == order_id)
        .order_by(PartRequest.requested_at)
    )
    return tuple(PartRequestView(**row) for row in found)


async def _discrepancies(order_id: UUID) -> tuple[DiscrepancyView, ...]:
    found = (
        await Discrepancy.select()
        .where(Discrepancy.service_order_id == order_id)
        .order_by(Discrepancy.raised_at)
    )
    return tuple(discrepancy_of(row) for row in found)


async def _triage(order_id: UUID) -> tuple[TriageLine, ...]:
    found = (
        await TriageMessage.select(
            *(getattr(TriageMessage, name) for name in TriageLine.__dataclass_fields__)
        )
        .where(TriageMessage.service_order_id == order_id)
        .order_by(TriageMessage.created_at)
    )
    return tuple(TriageLine(**row) for row in found)
