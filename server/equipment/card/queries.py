"""The read side of a machine's card: the machine, and the newest of what happened to it, within reach."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.equipment.card.rules import Reading
from server.equipment.card.views import CallLine, EquipmentCard, MachineLine, PartLine, VisitLine
from server.equipment.queries import find_equipment_ids
from server.equipment.tables import Equipment, MeterReading
from server.part_requests.statuses import AWAITED, PartStatus
from server.problems import Problem
from server.service_orders.statuses import CLOSED, Status
from server.service_orders.tables import PartRequest, ServiceOrder
from server.supplies.rows import read_rows
from server.supplies.tables import SupplyRequest
from server.supplies.views import RequestRow
from server.visits.states import Outcome, VisitState
from server.visits.tables import Visit

SHOWN = 10
FOUND_SHOWN = 5
_PARTS_SHOWN = 30
_READINGS = 600  # a year of daily ones, and what came between
_OWN = (
    "id", "serial_number", "asset_tag", "manufacturer", "model", "is_color", "department", "install_location",
    "is_active", "customer_id",
)  # fmt: skip
_machine: Any = Equipment
_visited: Any = Visit.service_order_id
_waiting: Any = PartRequest.service_order_id


async def get_card(actor: Actor, equipment_id: UUID) -> EquipmentCard:
    """Raises `not_found` for what this person may not see."""
    async with DB.reading():
        row = (
            await _machine.select(
                *(getattr(_machine, name) for name in _OWN),
                _machine.company_id.trade_name.as_alias("company_name"),
                _machine.customer_id.name.as_alias("customer_name"),
                _machine.contract_id.number.as_alias("contract_number"),
                _machine.contract_id.kind.as_alias("contract_kind"),
                _machine.contract_id.is_active.as_alias("has_contract"),
            )
            .where(visible(actor, Equipment), _machine.id == equipment_id)
            .first()
        )
        if row is None:
            raise Problem("not_found")
        has_contract = bool(row.pop("has_contract"))
        number, kind = row.pop("contract_number"), row.pop("contract_kind")
        return EquipmentCard(
            **row,
            contract_number=number if has_contract else "",
            contract_kind=kind if has_contract else "none",
            calls=await _calls(actor, equipment_id),
            visits=await _visits(actor, equipment_id),
            parts=await _parts(actor, equipment_id),
            supplies=await _supplies(actor, equipment_id),
            readings=await _readings(actor, equipment_id),
        )


async def find_machines(actor: Actor, serial_number: str) -> tuple[MachineLine, ...]:
    """The first few whose serial number or asset tag begins so; none, where too many do to be meant."""
    ids = await find_equipment_ids(actor, serial_number)
    if not 0 < len(ids) <= FOUND_SHOWN:
        return ()
    rows = (
        await _machine.select(
            _machine.id,
            _machine.model,
            _machine.serial_number,
            _machine.customer_id.name.as_alias("customer_name"),
        )
        .where(_machine.id.is_in(ids))
        .order_by(_machine.serial_number)
    )
    return tuple(MachineLine(**row) for row in rows)


async def _calls(actor: Actor, equipment_id: UUID) -> tuple[CallLine, ...]:
    order = ServiceOrder
    rows = (
        await order.select(
            order.id, order.web_number, order.ilux_number, order.status, order.defect, order.opened_at
        )
        .where(visible(actor, order), order.equipment_id == equipment_id)
        .order_by(order.opened_at, order.id, ascending=False)
        .limit(SHOWN)
    )
    return tuple(CallLine(**{**row, "status": Status(row["status"])}) for row in rows)


async def _visits(actor: Actor, equipment_id: UUID) -> tuple[VisitLine, ...]:
    rows = (
        await Visit.select(
            Visit.id,
            _visited.web_number.as_alias("web_number"),
            Visit.technician_name,
            Visit.state,
            Visit.outcome,
            Visit.started_at,
        )
        .where(visible(actor, Visit), _visited.equipment_id == equipment_id)
        .order_by(Visit.started_at, Visit.id, ascending=False)
        .limit(SHOWN)
    )
    return tuple(
        VisitLine(
            **{
                **row,
                "state": VisitState(row["state"]),
                "outcome": Outcome(row["outcome"]) if row["outcome"] else None,
            }
        )
        for row in rows
    )


async def _parts(actor: Actor, equipment_id: UUID) -> tuple[PartLine, ...]:
    """Those that a call still waits for."""
    rows = (
        await PartRequest.select(
            _waiting.as_alias("order_id"),
            _waiting.web_number.as_alias("web_number"),
            PartRequest.description,
            PartRequest.quantity,
            PartRequest.status,
            PartRequest.requested_at,
        )
        .where(
            visible(actor, PartRequest),
            _waiting.equipment_id == equipment_id,
            _waiting.status.not_in(sorted(CLOSED)),
            PartRequest.status.is_in(list(AWAITED)),
        )
        .order_by(PartRequest.requested_at, PartRequest.id, ascending=False)
        .limit(_PARTS_SHOWN)
    )
    return tuple(PartLine(**{**row, "status": PartStatus(row["status"])}) for row in rows)


async def _supplies(actor: Actor, equipment_id: UUID) -> tuple[RequestRow, ...]:
    ids: list[UUID] = (
        await SupplyRequest.select(SupplyRequest.id)
        .where(visible(actor, SupplyRequest), SupplyRequest.equipment_id == equipment_id)
        .order_by(SupplyRequest.requested_at, SupplyRequest.id, ascending=False)
        .limit(SHOWN)
        .output(as_list=True)
    )
    return await read_rows(ids)


async def _readings(actor: Actor, equipment_id: UUID) -> tuple[Reading, ...]:
    rows = (
        await MeterReading.select(
            MeterReading.mono,
            MeterReading.color,
            MeterReading.read_at,
            MeterReading.is_lower,
            MeterReading.is_implausible,
            MeterReading.source,
        )
        .where(visible(actor, MeterReading), MeterReading.equipment_id == equipment_id)
        .order_by(MeterReading.read_at, MeterReading.id, ascending=False)
        .limit(_READINGS)
    )
    return tuple(
        Reading(
            row["mono"],
            row["color"],
            row["read_at"],
            row["is_lower"] or row["is_implausible"],
            row["source"],
        )
        for row in rows
    )
