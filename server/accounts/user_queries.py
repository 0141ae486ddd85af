"""What an admin sees of the reseller's people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from piccolo.columns import Column

from server.accounts.actor import Actor, Role
from server.accounts.reach import widen
from server.accounts.rights import Choices, Rights
from server.accounts.scope import find_visible, visible
from server.accounts.tables import Company, User, UserCompany, UserCustomer
from server.customers.tables import Customer
from server.service_orders.tables import Carrier, Technician

PAGE_SIZE = 50
SORTS: dict[str, Column] = {
    "name": User.name,
    "email": User.email,
    "role": User.role,
    "last_login_at": User.last_login_at,
}


@dataclass(frozen=True, slots=True)
class UserFilter:
    """The list's query, as the address carries it."""

    text: str = ""
    role: Role | None = None
    activity: str = "active"
    sort: str = "name"
    descending: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class UserLine:
    id: UUID
    name: str
    email: str
    role: Role
    is_active: bool
    is_invited: bool
    last_login_at: datetime | None


@dataclass(frozen=True, slots=True)
class UserPage:
    lines: list[UserLine]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


async def list_users(actor: Actor, wanted: UserFilter) -> UserPage:
    conditions = [visible(actor, User)]
    query = User.select(
        User.id, User.name, User.email, User.role, User.is_active, User.password_hash, User.last_login_at
    ).where(*conditions)
    count = User.count().where(*conditions)
    for word in wanted.text.replace("\\", " ").split():
        found = User.name.ilike(f"%{word}%") | User.email.ilike(f"%{word}%")
        query, count = query.where(found), count.where(found)
    if wanted.role is not None:
        query, count = (
            query.where(User.role == wanted.role.value),
            count.where(User.role == wanted.role.value),
        )
    if wanted.activity in {"active", "inactive"}:
        is_active = User.is_active.eq(wanted.activity == "active")
        query, count = query.where(is_active), count.where(is_active)
    total = await count
    page = max(1, wanted.page)
    rows = (
        await query.order_by(SORTS.get(wanted.sort, User.name), ascending=not wanted.descending)
        .order_by(User.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    lines = [
        UserLine(
            row["id"],
            row["name"],
            row["email"],
            Role(row["role"]),
            row["is_active"],
            not row["password_hash"],
            row["last_login_at"],
        )
        for row in rows
    ]
    return UserPage(lines, total, page)


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
        mails=frozenset(json.loads(user.mails)),
    )


async def choices_for(actor: Actor) -> Choices:
    """What a person of this reseller can be given, by id and name; all of it, whatever is looked at now."""
    actor = widen(actor)
    companies = await Company.select(Company.id, Company.trade_name, Company.name).where(
        visible(actor, Company)
    )
    customers = (
        await Customer.select(Customer.id, Customer.name, Customer.trade_name)
        .where(visible(actor, Customer))
        .order_by(Customer.name)
    )
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
        {row["id"]: row["trade_name"] or row["name"] for row in customers},
        {row["id"]: row["name"] for row in technicians},
        {row["id"]: row["name"] for row in carriers},
    )
