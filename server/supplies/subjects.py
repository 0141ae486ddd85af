"""What supplies are asked for: a machine, or a model under a contract; and what is known of either."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from piccolo.query import OrderByRaw
from piccolo.query.functions.aggregate import Count

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.customers.queries import find_customer_ids
from server.database.text_search import Where, is_spelled
from server.equipment.tables import Equipment, MeterReading
from server.problems import Problem
from server.supplies.repeats import Earlier, at
from server.supplies.statuses import RequestStatus
from server.supplies.tables import SupplyRequestItem
from server.supplies.views import ContractChoice, MachineChoice
from server.visits.readings import Counters

SEARCH_LIMIT = 20
_READINGS = 200  # of a machine, the newest: what lies before says nothing of its last cartridge


@dataclass(frozen=True, slots=True)
class Subject:
    """`equipment_id` None: a model under a contract. `is_color` None: nobody knows."""

    equipment_id: UUID | None
    contract_id: UUID | None
    contract_number: str
    company_id: UUID
    customer_id: UUID
    customer_name: str
    model: str
    serial_number: str
    department: str
    install_location: str
    is_color: bool | None


_customer: Any = Equipment.customer_id
_contract: Any = Equipment.contract_id


async def find_subject(
    actor: Actor, *, equipment_id: UUID | None, contract_id: UUID | None, model: str
) -> Subject:
    """Raises `not_found` for what is out of reach, retired, or no model of that contract."""
    if equipment_id is not None:
        which: Any = Equipment.id == equipment_id
    elif contract_id is not None:
        which = (Equipment.contract_id == contract_id) & (Equipment.model == model)
    else:
        raise Problem("not_found")
    row = (
        await Equipment.select(
            Equipment.id,
            Equipment.company_id,
            Equipment.customer_id,
            _customer.name.as_alias("customer_name"),
            Equipment.contract_id,
            _contract.number.as_alias("contract_number"),
            Equipment.model,
            Equipment.serial_number,
            Equipment.department,
            Equipment.install_location,
            Equipment.is_color,
        )
        .where(visible(actor, Equipment), Equipment.is_active.eq(True), which)
        .first()
    )
    if row is None:
        raise Problem("not_found")
    row["contract_number"] = row["contract_number"] or ""
    equipment = row.pop("id")
    if equipment_id is None:
        row |= {"serial_number": "", "department": "", "install_location": ""}
    return Subject(equipment_id=equipment if equipment_id else None, **row)


async def find_machines(actor: Actor, text: str) -> tuple[MachineChoice, ...]:
    """Active machines by serial number, asset tag, model, department or customer; a customer's own without
    any.
    """
    text = text.strip()
    if not text and not actor.is_of_customer:
        return ()
    conditions: list[Any] = [visible(actor, Equipment), Equipment.is_active.eq(True)]
    if text:
        is_so: Any = (
            is_spelled("equipment.serial_number", text, Where.AT_THE_BEGINNING)
            | is_spelled("equipment.asset_tag", text, Where.AT_THE_BEGINNING)
            | is_spelled("equipment.model", text)
            | is_spelled("equipment.department", text)
        )
        customer_ids = [] if actor.is_of_customer else await find_customer_ids(actor, text)
        conditions.append(is_so | Equipment.customer_id.is_in(customer_ids) if customer_ids else is_so)
    rows = (
        await Equipment.select(
            Equipment.id,
            Equipment.serial_number,
            Equipment.asset_tag,
            Equipment.model,
            Equipment.department,
            Equipment.install_location,
            _customer.name.as_alias("customer_name"),
        )
        .where(*conditions)
        .order_by(OrderByRaw("equipment.department, equipment.serial_number"))
        .limit(SEARCH_LIMIT)
    )
    return tuple(MachineChoice(**row) for row in rows)


async def find_contracts(actor: Actor, text: str) -> tuple[ContractChoice, ...]:
    """Models under active contracts, by contract number, model or customer."""
    text = text.strip()
    if not text and not actor.is_of_customer:
        return ()
    conditions: list[Any] = [
        visible(actor, Equipment),
        Equipment.is_active.eq(True),
        _contract.is_active.eq(True),
    ]
    if text:
        customer_ids = [] if actor.is_of_customer else await find_customer_ids(actor, text)
        is_so: Any = (_contract.number == text) | is_spelled("equipment.model", text)
        conditions.append(is_so | Equipment.customer_id.is_in(customer_ids) if customer_ids else is_so)
    columns = (Equipment.contract_id, _contract.number, Equipment.model, _customer.name)
    rows = (
        await Equipment.select(*columns, Count(alias="n"))
        .where(*conditions)
        .group_by(*columns)
        .order_by(Equipment.contract_id, Equipment.model)
        .limit(SEARCH_LIMIT)
    )
    found = [
        ContractChoice(
            row["contract_id"], row["contract_id.number"], row["model"], row["n"], row["customer_id.name"]
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.customer_name, one.contract_number, one.model)))


async def newest_readings(equipment_id: UUID | None) -> list[Counters]:
    """The newest first."""
    if equipment_id is None:
        return []
    rows = (
        await MeterReading.select(MeterReading.mono, MeterReading.color, MeterReading.read_at)
        .where(MeterReading.equipment_id == equipment_id)
        .order_by(MeterReading.read_at, ascending=False)
        .limit(_READINGS)
    )
    return [Counters(**row) for row in rows]


async def earlier_requests(
    actor: Actor, subject: Subject, supply_ids: Iterable[UUID], readings: Sequence[Counters]
) -> list[Earlier]:
    """When each of these was last asked for the same; what was cancelled was not."""
    request: Any = SupplyRequestItem.supply_request_id
    which = (
        request.equipment_id == subject.equipment_id
        if subject.equipment_id is not None
        else request.equipment_id.is_null()
        & (request.contract_id == subject.contract_id)
        & (request.model == subject.model)
    )
    rows = (
        await SupplyRequestItem.select(
            SupplyRequestItem.supply_id,
            SupplyRequestItem.quantity,
            request.requested_at.as_alias("requested_at"),
            request.mono.as_alias("mono"),
            request.color.as_alias("color"),
        )
        .where(
            visible(actor, SupplyRequestItem),
            SupplyRequestItem.supply_id.is_in(list(supply_ids)),
            request.status != RequestStatus.CANCELLED.value,
            which,
        )
        .order_by(SupplyRequestItem.id, ascending=False)
        .limit(_READINGS)
    )
    return [_earlier(row, readings) for row in rows]


def _earlier(row: dict[str, Any], readings: Sequence[Counters]) -> Earlier:
    own = Counters(row["mono"], row["color"], row["requested_at"])
    counters = own if own.mono is not None else at(own.read_at, readings)
    return Earlier(row["supply_id"], row["requested_at"], row["quantity"], counters)
