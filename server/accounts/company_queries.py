"""The reseller's companies, as a list."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from piccolo.columns.combination import WhereRaw

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.accounts.tables import Company
from server.database.keyset import read_cursor, write_cursor
from server.service_orders.views import Page

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class CompanyRow:
    id: UUID
    name: str
    trade_name: str
    cnpj: str
    city: str
    uf: str
    is_headquarters: bool
    is_active: bool


_COLUMNS = tuple(getattr(Company, name) for name in CompanyRow.__dataclass_fields__)


async def list_companies(
    actor: Actor, *, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[CompanyRow]:
    """By name; `after` is the `next` of the page before. Raises `invalid`."""
    query = Company.select(*_COLUMNS).where(visible(actor, Company))
    if after:
        query = query.where(WhereRaw("(company.name, company.id) > ({}, {})", *read_cursor(after, str, UUID)))
    rows = await query.order_by(Company.name, Company.id).limit(limit + 1)
    return Page(
        tuple(CompanyRow(**row) for row in rows[:limit]),
        write_cursor(rows[limit - 1]["name"], rows[limit - 1]["id"]) if len(rows) > limit else None,
    )
