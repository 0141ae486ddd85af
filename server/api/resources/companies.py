"""Empresas: the reseller's own."""

from __future__ import annotations

from uuid import UUID

import msgspec

from server.accounts.company_queries import PAGE_SIZE, list_companies
from server.api.operations import After, ApiCall, Limit, Page, as_body, reading
from server.api.scopes import ApiScope

TAG = "Empresas"


class CompanyBody(msgspec.Struct):
    id: UUID
    name: str
    trade_name: str
    cnpj: str
    city: str
    uf: str
    is_headquarters: bool
    is_active: bool


@reading("/companies", ApiScope.COMPANIES_READ, TAG, "Lista as empresas da revenda")
async def api_companies(request: ApiCall, after: After = None, limit: Limit = PAGE_SIZE) -> Page[CompanyBody]:
    page = await list_companies(request.user, after=after, limit=limit)
    return Page([as_body(CompanyBody, row) for row in page.rows], page.next)


ROUTES = [api_companies]
