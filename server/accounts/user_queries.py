"""What an admin sees of the reseller's people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.query import OrderByRaw

from server.accounts.actor import Actor, Role
from server.accounts.reach import widen
from server.accounts.rights import Choices, Rights
from server.accounts.scope import find_visible, visible
from server.accounts.tables import Company, User, UserCompany, UserCustomer
from server.accounts.user_filter import UserFilter, beyond, conditions_of, sort_keys
from server.customers.names import fold
from server.customers.tables import Customer
from server.service_orders.tables import Carrier, Technician

PAGE_SIZE = 50
FOUND_CUSTOMERS = 30  # as many as one looks through; who is not among them is searched for by more letters


@dataclass(frozen=True, slots=True)
class UserLine:
    id: UUID
    name: str
    email: str
    role: Role
    is_active: bool
    is_invited: bool
    has_second_factor: bool
    last_login_at: datetime | None


@dataclass(frozen=True, slots=True)
class UserPage:
    """`next` leads to the following page; None when this is the last."""

    lines: list[UserLine]
    total: int
    next: str | None


async def list_users(actor: Actor, wanted: UserFilter, after: str | None = None) -> UserPage:
    """One page by key. Raises `invalid` for a broken cursor."""
    conditions = [visible(actor, User), *conditions_of(wanted)]
    total = await User.count().where(*conditions)
    keys, direction = sort_keys(wanted), "DESC" if wanted.is_descending else "ASC"
    if after:
        conditions.append(beyond(wanted, after))
    rows = (
        await User.select(
            User.id, User.name, User.email, User.role, User.is_active, User.password_hash,
            User.second_factor_at, User.last_login_at,
        )
        .where(*conditions)
        .order_by(OrderByRaw(f" {direction}, ".join(keys)), ascending=not wanted.is_descending)
        .limit(PAGE_SIZE + 1)
    )  # fmt: skip
    lines = [
        UserLine(
            row["id"],
            row["name"],
            row["email"],
            Role(row["role"]),
            row["is_active"],
            not row["password_hash"],
            row["second_factor_at"] is not None,
            row["last_login_at"],
        )
        for row in rows[:PAGE_SIZE]
    ]
    has_more = len(rows) > PAGE_SIZE
    return UserPage(lines, total, str(lines[-1].id) if has_more else None)


async def show_user(actor: Actor, user_id: UUID) -> tuple[User, Rights]:
    """The row and what it may do. Raises `not_found`."""
    user = await find_visible(actor, User, user_id)
    companies = await UserCompany.select(UserCompany.company_id).where(
        UserCompany.user_id == user_id, visible(actor, UserCompany)
    )
    customers = await UserCustomer.select(UserCustomer.customer_id).where(
        UserCustomer.user_id == user_id, visible(actor, UserCustomer)
    )
    return user, Rights(
        name=user.name,
        email=user.email,
        role=Role(user.role),
        company_ids=frozenset(row["company_id"] for row in companies),
        customer_ids=frozenset(row["customer_id"] for row in customers),
        technician_id=user.technician_id,
        carrier_id=user.carrier_id,
        can_open_orders=user.can_open_orders,
        can_view_monitoring=user.can_view_monitoring,
        can_publish_billing=user.can_publish_billing,
        mails=frozenset(json.loads(user.mails)),
    )


async def choices_for(actor: Actor, customer_ids: frozenset[UUID] = frozenset(), find: str = "") -> Choices:
    """What a person of this reseller can be given, by id and name; of its customers those that are named,
    and those that were searched for."""
    actor = widen(actor)  # whatever is looked at now
    companies = await Company.select(Company.id, Company.trade_name, Company.name).where(
        visible(actor, Company)
    )
    customers = await _customers(actor, customer_ids)
    if find.strip():
        customers |= await find_customers(actor, find)
    technicians = (
        await Technician.select(Technician.id, Technician.name)
        .where(visible(actor, Technician))
        .order_by(Technician.name)
    )
    carriers = (
        await Carrier.select(Carrier.id, Carrier.name).where(visible(actor, Carrier)).order_by(Carrier.name)
    )
    return Choices(
        {row["id"]: row["trade_name"] or row["name"] for row in companies},
        customers,
        {row["id"]: row["name"] for row in technicians},
        {row["id"]: row["name"] for row in carriers},
    )


async def find_customers(actor: Actor, text: str) -> dict[UUID, str]:
    """The first few whose names or document have every word, accents and case aside."""
    query = Customer.select(Customer.id, Customer.name, Customer.trade_name).where(visible(actor, Customer))
    for word in fold(text.replace("\\", " ")).split():
        query = query.where(Customer.search_name.like(f"%{word}%"))
    return _named(await query.order_by(Customer.name).limit(FOUND_CUSTOMERS))


async def _customers(actor: Actor, customer_ids: frozenset[UUID]) -> dict[UUID, str]:
    if not customer_ids:
        return {}
    return _named(
        await Customer.select(Customer.id, Customer.name, Customer.trade_name)
        .where(visible(actor, Customer), Customer.id.is_in(sorted(customer_ids)))
        .order_by(Customer.name)
    )


def _named(rows: list[dict[str, Any]]) -> dict[UUID, str]:
    return {row["id"]: row["trade_name"] or row["name"] for row in rows}
