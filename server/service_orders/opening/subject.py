"""What one call is about: a machine, a contract or an earlier call, with what the form must know of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.customers.tables import Contract
from server.equipment.tables import Defect, Equipment
from server.problems import Problem
from server.service_orders.opening.places import open_calls
from server.service_orders.opening.rules import LISTED, Tab, listing_of
from server.service_orders.tables import ServiceOrder
from server.service_orders.views import Choice


@dataclass(frozen=True, slots=True)
class Subject:
    """`return_of` is the number of the earlier call, `open_*` the one that is open for this machine; company
    and kind of contract are those that a call would be promised by.
    """

    company_id: UUID
    customer_id: UUID
    customer_name: str
    listing: Tab
    equipment_id: UUID | None = None
    manufacturer: str = ""
    model: str = ""
    serial_number: str = ""
    asset_tag: str = ""
    department: str = ""
    install_location: str = ""
    contract_id: UUID | None = None
    contract_number: str = ""
    contract_kind: str = "none"
    return_of_id: UUID | None = None
    return_of: int | None = None
    open_id: UUID | None = None
    open_number: int | None = None

    @property
    def address(self) -> str:
        """Where its form is."""
        if self.return_of_id:
            return f"/service-orders/{self.return_of_id}/return/new"
        if self.equipment_id:
            return f"/equipment/{self.equipment_id}/service-orders/new"
        return f"/contracts/{self.contract_id}/service-orders/new"


_WRITTEN = ("manufacturer", "model", "serial_number", "asset_tag", "department", "install_location")


async def of_equipment(actor: Actor, equipment_id: UUID, **more: Any) -> Subject:
    """Raises `not_found`, also for a machine that is no longer served."""
    contract: Any = Equipment.contract_id
    row = (
        await Equipment.select(
            Equipment.id,
            Equipment.company_id,
            Equipment.customer_id,
            *(getattr(Equipment, name) for name in _WRITTEN),
            Equipment.customer_id.name.as_alias("customer_name"),
            contract.id.as_alias("contract"),
            contract.number.as_alias("contract_number"),
            contract.kind.as_alias("contract_kind"),
            contract.is_active.as_alias("contract_is_active"),
            contract.customer_id.as_alias("contract_customer_id"),
        )
        .where(visible(actor, Equipment), Equipment.id == equipment_id, Equipment.is_active.eq(True))
        .first()
    )
    if row is None:
        raise Problem("not_found")
    is_served = (
        bool(row["contract_is_active"])
        and row["contract_kind"] != "none"
        and row["contract_customer_id"] == row["customer_id"]
    )
    open_id, number = (await open_calls(actor, [equipment_id])).get(equipment_id, (None, None))
    return Subject(
        company_id=row["company_id"],
        customer_id=row["customer_id"],
        customer_name=row["customer_name"],
        listing=listing_of(has_equipment=True, has_contract=is_served),
        equipment_id=equipment_id,
        contract_number=row["contract_number"] if is_served else "",
        contract_kind=row["contract_kind"] if is_served else "none",
        open_id=open_id,
        open_number=number,
        **{name: row[name] for name in _WRITTEN},
        **more,
    )


async def of_contract(actor: Actor, contract_id: UUID) -> Subject:
    """Raises `not_found`."""
    row = (
        await Contract.select(
            Contract.number,
            Contract.kind,
            Contract.customer_id,
            Contract.customer_id.company_id.as_alias("company_id"),
            Contract.customer_id.name.as_alias("customer_name"),
        )
        .where(visible(actor, Contract), Contract.id == contract_id, Contract.is_active.eq(True))
        .first()
    )
    if row is None:
        raise Problem("not_found")
    return Subject(
        row["company_id"],
        row["customer_id"],
        row["customer_name"],
        Tab.CONTRACTS,
        contract_id=contract_id,
        contract_number=row["number"],
        contract_kind=row["kind"],
    )


async def of_call(actor: Actor, order_id: UUID) -> Subject:
    """What an earlier call was about. Raises `not_found`."""
    order = ServiceOrder
    row = (
        await order.select(
            order.web_number,
            order.equipment_id,
            order.contract_id,
            order.contract_id.kind.as_alias("contract_kind"),
            order.contract_id.is_active.as_alias("contract_is_active"),
            order.contract_id.customer_id.as_alias("contract_customer_id"),
            order.customer_id,
            order.customer_id.company_id.as_alias("company_id"),
            order.customer_id.name.as_alias("customer_name"),
        )
        .where(visible(actor, order), order.id == order_id)
        .first()
    )
    if row is None:
        raise Problem("not_found")
    more = {"return_of_id": order_id, "return_of": row["web_number"]}
    if row["equipment_id"] is not None:
        return await of_equipment(actor, row["equipment_id"], **more)
    # One that has ended since serves the return no more than it does a machine.
    is_served = bool(row["contract_is_active"]) and row["contract_customer_id"] == row["customer_id"]
    return Subject(
        row["company_id"],
        row["customer_id"],
        row["customer_name"],
        Tab.CONTRACTS,
        contract_id=row["contract_id"] if is_served else None,
        contract_kind=row["contract_kind"] if is_served else "none",
        **more,
    )


async def subject_of(
    actor: Actor, equipment_id: UUID | None, contract_id: UUID | None, return_of_id: UUID | None
) -> Subject:
    """As the form names it. Raises `not_found`."""
    if return_of_id is not None:
        return await of_call(actor, return_of_id)
    if equipment_id is not None:
        return await of_equipment(actor, equipment_id)
    if contract_id is not None:
        return await of_contract(actor, contract_id)
    raise Problem("not_found")


async def listed_defects(actor: Actor, listing: Tab) -> tuple[Choice, ...]:
    """Customers choose among those that the admin lists there, the desk among all."""
    conditions: list[Any] = [visible(actor, Defect), Defect.is_active.eq(True)]
    if actor.is_of_customer:
        conditions.append(getattr(Defect, LISTED[listing]).eq(True))
    rows = await Defect.select(Defect.id, Defect.name).where(*conditions).order_by(Defect.name)
    return tuple(Choice(row["id"], row["name"]) for row in rows)


async def last_contact(actor: Actor) -> tuple[str, str]:
    """Name and telephone as a customer's user gave them last; the desk opens for others each time."""
    if not actor.is_of_customer:
        return "", ""
    row = (
        await ServiceOrder.select(ServiceOrder.requester_name, ServiceOrder.requester_phone)
        .where(visible(actor, ServiceOrder), ServiceOrder.opened_by_id == actor.user_id)
        .order_by(ServiceOrder.opened_at, ascending=False)
        .first()
    )
    return (row["requester_name"], row["requester_phone"]) if row else (actor.name[:80], "")
