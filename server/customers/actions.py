"""What an admin does with customers and their contracts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from piccolo_conf import DB
from server.accounts import records
from server.accounts.actor import Actor
from server.accounts.documents import compact
from server.accounts.tables import Company
from server.customers import problems as _problems  # noqa: F401  registers the codes raised here
from server.customers.names import search_name
from server.customers.rules import (
    CustomerDetails,
    NewContract,
    contract_faults,
    customer_faults,
    ending_faults,
)
from server.customers.tables import Contract, Customer
from server.positions import actions as positions
from server.problems import Problem


async def register_customer(actor: Actor, details: CustomerDetails, *, now: datetime) -> UUID:
    """Raises `not_found` also for a company out of reach, `company_retired`, `invalid`."""
    columns = _checked(actor, details)
    async with DB.transaction() as tx:
        await check_company(actor, details.company_id)
        customer_id = await records.add(actor, Customer, columns)
        await positions.address_changed(tx, actor.reseller_id, [customer_id], now, is_urgent=True)
        return customer_id


async def edit_customer(actor: Actor, customer_id: UUID, details: CustomerDetails, *, now: datetime) -> None:
    """Orders go on naming the same customer, as it is called now. Raises as `register_customer`."""
    columns = _checked(actor, details)
    async with DB.transaction() as tx:
        row = await records.hold(tx, actor, Customer, customer_id)
        if details.company_id != row["company_id"]:
            await check_company(actor, details.company_id)
        await records.change(actor, Customer, row, columns)
        await positions.address_changed(tx, actor.reseller_id, [customer_id], now, is_urgent=True)
        await records.tell_desk(actor)


async def retire_customer(actor: Actor, customer_id: UUID) -> None:
    """No longer offered; orders, machines and contracts remain. Raises `not_found`."""
    async with DB.transaction() as tx:
        await records.retire(actor, Customer, await records.hold(tx, actor, Customer, customer_id))


async def reinstate_customer(actor: Actor, customer_id: UUID) -> None:
    """Raises `not_found`."""
    async with DB.transaction() as tx:
        await records.reinstate(actor, Customer, await records.hold(tx, actor, Customer, customer_id))


async def sign_contract(actor: Actor, customer_id: UUID, contract: NewContract) -> UUID:
    """With the customer's company. Raises `not_found`, `customer_retired`, `invalid`."""
    contract = records.tidy(contract)
    async with DB.transaction() as tx:
        customer = await records.hold(tx, actor, Customer, customer_id)
        if not customer["is_active"]:
            raise Problem("customer_retired")
        columns = records.columns_of(contract)
        records.refuse(Contract, columns, contract_faults(contract))
        return await records.add(
            actor,
            Contract,
            {"customer_id": customer_id, "company_id": customer["company_id"], **columns},
        )


async def end_contract(actor: Actor, contract_id: UUID, ended_on: date, *, now: datetime) -> None:
    """Machines keep naming it; orders opened from now on are without contract.

    Raises `not_found`, `contract_over`, `invalid`.
    """
    async with DB.transaction() as tx:
        row = await records.hold(tx, actor, Contract, contract_id)
        if not row["is_active"]:
            raise Problem("contract_over")
        today = now.astimezone(ZoneInfo(actor.timezone)).date()
        columns = {"ended_on": ended_on, "is_active": False}
        records.refuse(Contract, columns, ending_faults(row["started_on"], ended_on, today))
        await records.change(actor, Contract, row, columns, "ended")


async def check_company(actor: Actor, company_id: UUID) -> None:
    """Raises `not_found` for a company out of reach, `company_retired`."""
    if not (await records.find(actor, Company, company_id))["is_active"]:
        raise Problem("company_retired")


def _checked(actor: Actor, details: CustomerDetails) -> dict[str, Any]:
    """The columns, tidied, with what people search by. Raises `not_found`, `invalid`."""
    records.only_admin(actor)
    notes = details.notes.replace("\x00", "").strip()
    tidied = records.tidy(details)
    tidied = replace(
        tidied,
        notes=notes,
        cnpj_cpf=compact(tidied.cnpj_cpf),
        cep=compact(tidied.cep),
        uf=tidied.uf.upper(),
    )
    columns = records.columns_of(tidied)
    records.refuse(Customer, columns, customer_faults(tidied))
    return {**columns, "search_name": search_name(tidied.name, tidied.trade_name, tidied.cnpj_cpf)}
