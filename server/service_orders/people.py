"""What an admin does with those who go: technicians and carriers. Logins are `server.accounts.users`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from piccolo_conf import DB
from server.accounts import records
from server.accounts.actor import Actor
from server.accounts.documents import address_faults
from server.customers.actions import check_company
from server.problems import Problem
from server.service_orders import problems as _problems  # noqa: F401  registers the codes raised here
from server.service_orders.statuses import CLOSED
from server.service_orders.tables import Carrier, ServiceOrder, Technician


@dataclass(frozen=True, slots=True)
class TechnicianDetails:
    company_id: UUID
    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class CarrierDetails:
    """`is_own_driver`: the reseller's own, not somebody's company."""

    name: str
    is_own_driver: bool = False


async def register_technician(actor: Actor, details: TechnicianDetails) -> UUID:
    """Raises `not_found`, `company_retired`, `invalid`."""
    columns = _technician_columns(actor, details)
    async with DB.transaction():
        await check_company(actor, details.company_id)
        technician_id = await records.add(actor, Technician, columns)
        await records.tell_desk(actor)
    return technician_id


async def edit_technician(actor: Actor, technician_id: UUID, details: TechnicianDetails) -> None:
    """Visits keep the name under which they were made. Raises `not_found`, `company_retired`, `invalid`."""
    columns = _technician_columns(actor, details)
    async with DB.transaction() as tx:
        row = await records.hold(tx, actor, Technician, technician_id)
        if details.company_id != row["company_id"]:
            await check_company(actor, details.company_id)
        await records.change(actor, Technician, row, columns)
        await records.tell_desk(actor)


async def retire_technician(actor: Actor, technician_id: UUID) -> None:
    """Sent nowhere any more; orders and visits remain. Raises `not_found`, `technician_busy`."""
    async with DB.transaction() as tx:
        row = await records.hold(tx, actor, Technician, technician_id)
        numbers = (
            await ServiceOrder.select(ServiceOrder.web_number)
            .where(
                ServiceOrder.reseller_id == actor.reseller_id,
                ServiceOrder.technician_id == technician_id,
                ServiceOrder.status.not_in([status.value for status in CLOSED]),
            )
            .order_by(ServiceOrder.web_number)
            .output(as_list=True)
        )
        if numbers:
            raise Problem("technician_busy", count=len(numbers), numbers=numbers[:20])
        await records.retire(actor, Technician, row)
        await records.tell_desk(actor)


async def reinstate_technician(actor: Actor, technician_id: UUID) -> None:
    """Raises `not_found`."""
    async with DB.transaction() as tx:
        await records.reinstate(actor, Technician, await records.hold(tx, actor, Technician, technician_id))
        await records.tell_desk(actor)


async def register_carrier(actor: Actor, details: CarrierDetails) -> UUID:
    """Raises `not_found`, `invalid`."""
    columns = _carrier_columns(actor, details)
    async with DB.transaction():
        return await records.add(actor, Carrier, columns)


async def edit_carrier(actor: Actor, carrier_id: UUID, details: CarrierDetails) -> None:
    """Raises `not_found`, `invalid`."""
    columns = _carrier_columns(actor, details)
    async with DB.transaction() as tx:
        row = await records.hold(tx, actor, Carrier, carrier_id)
        await records.change(actor, Carrier, row, columns)


async def retire_carrier(actor: Actor, carrier_id: UUID) -> None:
    """Raises `not_found`."""
    async with DB.transaction() as tx:
        await records.retire(actor, Carrier, await records.hold(tx, actor, Carrier, carrier_id))


async def reinstate_carrier(actor: Actor, carrier_id: UUID) -> None:
    """Raises `not_found`."""
    async with DB.transaction() as tx:
        await records.reinstate(actor, Carrier, await records.hold(tx, actor, Carrier, carrier_id))


def _technician_columns(actor: Actor, details: TechnicianDetails) -> dict[str, Any]:
    records.only_admin(actor)
    tidied = records.tidy(details)
    columns = records.columns_of(tidied)
    faults = address_faults(uf="", cep="", phone=tidied.phone)
    records.refuse(Technician, columns, faults | _name_fault(tidied.name))
    return columns


def _carrier_columns(actor: Actor, details: CarrierDetails) -> dict[str, Any]:
    records.only_admin(actor)
    tidied = records.tidy(details)
    columns = records.columns_of(tidied)
    records.refuse(Carrier, columns, _name_fault(tidied.name))
    return columns


def _name_fault(name: str) -> dict[str, str]:
    return {} if len(name) >= 2 else {"name": "Escreva o nome."}
