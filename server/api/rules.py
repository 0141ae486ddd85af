"""Tokens: what they look like, how long they are good, and how far they reach; pure."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from server.accounts.actor import Actor, Role
from server.api.scopes import ApiScope

PREFIX = "pws_"  # by which scanners of leaked secrets can tell it
LIFETIMES = {30: "30 dias", 90: "90 dias", 365: "1 ano"}
MOST_REACHED = 200


class Reach(StrEnum):
    """Which rows a token is given: those of companies, or what the people of some customers see."""

    COMPANIES = "companies"
    CUSTOMERS = "customers"


@dataclass(frozen=True, slots=True)
class NewToken:
    """As the form says it. Without companies: all that its creator reaches, now and later."""

    name: str
    scopes: frozenset[ApiScope]
    reach: Reach
    company_ids: frozenset[UUID]
    customer_ids: frozenset[UUID]
    days: int

    @property
    def reach_ids(self) -> frozenset[UUID]:
        return self.company_ids if self.reach is Reach.COMPANIES else self.customer_ids


def new_api_token() -> str:
    """256 random bits behind the prefix."""
    return PREFIX + secrets.token_urlsafe(32)


def faults(wanted: NewToken, companies: Collection[UUID], customers: Collection[UUID]) -> dict[str, str]:
    """By field, what to mend; `companies` and `customers` are those that the creator reaches."""
    found = {}
    if not 2 <= len(wanted.name) <= 60:
        found["name"] = "Dê um nome de 2 a 60 caracteres: o sistema que vai usar o token."
    if not wanted.scopes:
        found["scopes"] = "Marque ao menos um escopo."
    if wanted.days not in LIFETIMES:
        found["days"] = "Escolha a validade."
    if wanted.reach is Reach.COMPANIES and not wanted.company_ids <= set(companies):
        found["reach"] = "Escolha empresas da revenda."
    if wanted.reach is Reach.CUSTOMERS:
        if not wanted.customer_ids:
            found["reach"] = "Escolha ao menos um cadastro de cliente."
        elif len(wanted.customer_ids) > MOST_REACHED or not wanted.customer_ids <= set(customers):
            found["reach"] = f"Escolha até {MOST_REACHED} cadastros de clientes da revenda."
    return found


def is_good(expires_at: datetime, revoked_at: datetime | None, now: datetime) -> bool:
    return revoked_at is None and now < expires_at


def expiry(now: datetime, days: int) -> datetime:
    return now + timedelta(days=days)


def at_companies(creator: Actor, company_ids: frozenset[UUID]) -> Actor | None:
    """The creator as far as these companies; None when nothing is left of them.

    An admin without companies has all: an intersection that came out empty must not become that.
    """
    if creator.role is not Role.ADMIN:
        return None
    if not company_ids:
        return creator
    if not creator.company_ids:
        return replace(creator, company_ids=company_ids)
    left = company_ids & creator.company_ids
    return replace(creator, company_ids=left) if left else None


def at_customers(creator: Actor, customer_ids: frozenset[UUID]) -> Actor | None:
    """A customer's user of these registrations, which the creator must reach; None when none is left."""
    if creator.role is not Role.ADMIN or not customer_ids:
        return None
    return replace(
        creator,
        role=Role.CUSTOMER,
        company_ids=frozenset(),
        customer_ids=customer_ids,
        can_view_monitoring=False,
        can_publish_billing=False,
    )
