"""What an admin does with machines: register, edit, move, retire, and read their counters at the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo_conf import DB
from server.accounts import records
from server.accounts.actor import Actor
from server.accounts.documents import one_line
from server.customers import problems as _customer_problems  # noqa: F401  registers `customer_retired`
from server.customers.tables import Contract, Customer
from server.equipment import problems as _problems  # noqa: F401  registers the codes raised here
from server.equipment.rules import EquipmentDetails, equipment_faults, reading_faults
from server.equipment.tables import Equipment, MeterReading
from server.problems import Problem
from server.visits.readings import HISTORY, Counters, Verdict, judge


async def register_equipment(
    actor: Actor, customer_id: UUID, details: EquipmentDetails, contract_id: UUID | None = None
) -> UUID:
    """Raises `not_found`, `customer_retired`, `contract_elsewhere`, `invalid`."""
    columns = _checked(actor, details)
    async with DB.transaction():
        place = await _place(actor, customer_id, contract_id)
        return await records.add(actor, Equipment, {**place, **columns})


async def edit_equipment(actor: Actor, equipment_id: UUID, details: EquipmentDetails) -> None:
    """Raises `not_found`, `invalid`."""
    columns = _checked(actor, details)
    async with DB.transaction() as tx:
        row = await records.hold(tx, actor, Equipment, equipment_id)
        await records.change(actor, Equipment, row, columns)
        await records.tell_desk(actor)


async def move_equipment(
    actor: Actor,
    equipment_id: UUID,
    customer_id: UUID,
    contract_id: UUID | None = None,
    *,
    department: str = "",
    install_location: str = "",
) -> None:
    """To another customer, or under another contract; orders remain where they were opened.

    Raises `not_found`, `equipment_retired`, `customer_retired`, `contract_elsewhere`, `invalid`.
    """
    async with DB.transaction() as tx:
        row = await records.hold(tx, actor, Equipment, equipment_id)
        if not row["is_active"]:
            raise Problem("equipment_retired")
        place = await _place(actor, customer_id, contract_id)
        where = {
            "department": one_line(department),
            "install_location": one_line(install_location),
        }
        records.refuse(Equipment, where, {})
        await records.change(actor, Equipment, row, {**place, **where}, "moved")
        await records.tell_desk(actor)


async def retire_equipment(actor: Actor, equipment_id: UUID) -> None:
    """No longer offered; its orders, visits and readings remain. Raises `not_found`."""
    async with DB.transaction() as tx:
        await records.retire(actor, Equipment, await records.hold(tx, actor, Equipment, equipment_id))


async def reinstate_equipment(actor: Actor, equipment_id: UUID) -> None:
    """Raises `not_found`."""
    async with DB.transaction() as tx:
        await records.reinstate(actor, Equipment, await records.hold(tx, actor, Equipment, equipment_id))


async def record_reading(actor: Actor, equipment_id: UUID, counters: Counters, *, now: datetime) -> Verdict:
    """What the office was told a counter shows; judged as a technician's reading is, and kept in any case.

    Raises `not_found`; `invalid` for what is no reading.
    """
    async with DB.transaction() as tx:
        machine = await records.hold(tx, actor, Equipment, equipment_id)
        records.refuse(MeterReading, {}, reading_faults(counters, is_color=machine["is_color"], now=now))
        known = (
            await MeterReading.select(MeterReading.mono, MeterReading.color, MeterReading.read_at)
            .where(MeterReading.equipment_id == equipment_id, MeterReading.read_at <= counters.read_at)
            .order_by(MeterReading.read_at, ascending=False)
            .limit(HISTORY)
        )
        verdict = judge(counters, [Counters(**row) for row in known])
        reading = {
            **records.columns_of(counters),
            "equipment_id": equipment_id,
            "source": "desk",
            "is_lower": verdict.is_lower,
            "is_implausible": verdict.is_implausible,
            "recorded_at": now,
        }
        await records.add(actor, MeterReading, reading)
        await records.tell_desk(actor)
    return verdict


def _checked(actor: Actor, details: EquipmentDetails) -> dict[str, Any]:
    """The columns, tidied; what is searched for by its beginning is kept in capitals."""
    records.only_admin(actor)
    tidied = records.tidy(details)
    tidied = replace(tidied, serial_number=tidied.serial_number.upper(), asset_tag=tidied.asset_tag.upper())
    columns = records.columns_of(tidied)
    records.refuse(Equipment, columns, equipment_faults(tidied))
    return columns


async def _place(actor: Actor, customer_id: UUID, contract_id: UUID | None) -> dict[str, Any]:
    """Whose the machine is and who serves it: the contract's company, or else the customer's."""
    customer = await records.find(actor, Customer, customer_id)
    if not customer["is_active"]:
        raise Problem("customer_retired")
    company_id = customer["company_id"]
    if contract_id is not None:
        contract = await records.find(actor, Contract, contract_id)
        if contract["customer_id"] != customer_id or not contract["is_active"]:
            raise Problem("contract_elsewhere")
        company_id = contract["company_id"]
    return {"customer_id": customer_id, "contract_id": contract_id, "company_id": company_id}
