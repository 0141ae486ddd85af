"""Clientes: registrations by name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar.params import FromPath, QueryParameter

from server.accounts.actor import Actor
from server.api.operations import After, ApiCall, Limit, Page, as_body, reading
from server.api.scopes import ApiScope
from server.customers.queries import PAGE_SIZE, list_customers
from server.customers.show import get_customer
from server.customers.views import CustomerFilter

TAG = "Clientes"


class CustomerLine(msgspec.Struct):
    id: UUID
    name: str
    trade_name: str
    cnpj_cpf: str
    district: str
    city: str
    phone: str
    is_active: bool


class CustomerBody(msgspec.Struct):
    """A registration. `company_name` is the company that serves it."""

    id: UUID
    name: str
    trade_name: str
    cnpj_cpf: str
    company_name: str
    street: str
    number: str
    complement: str
    district: str
    city: str
    uf: str
    cep: str
    phone: str
    contact_name: str
    email: str
    latitude: float | None
    longitude: float | None
    is_active: bool


@reading("/customers", ApiScope.CUSTOMERS_READ, TAG, "Lista clientes por nome")
async def api_customers(
    request: ApiCall,
    text: Annotated[
        str, QueryParameter(max_length=100, description="Parte do nome, ou do CNPJ ou CPF.")
    ] = "",
    after: After = None,
    limit: Limit = PAGE_SIZE,
) -> Page[CustomerLine]:
    page = await list_customers(request.user, CustomerFilter(text=text.strip()), after=after, limit=limit)
    return Page([as_body(CustomerLine, row) for row in page.rows], page.next)


@reading("/customers/{customer_id:uuid}", ApiScope.CUSTOMERS_READ, TAG, "Mostra um cliente")
async def api_customer(request: ApiCall, customer_id: FromPath[UUID]) -> CustomerBody:
    return await customer_body(request.user, customer_id, datetime.now(UTC))


ROUTES = [api_customers, api_customer]


async def customer_body(actor: Actor, customer_id: UUID, now: datetime) -> CustomerBody:
    """Raises `not_found`. The position as the map has it; how it came about is the desk's."""
    found = await get_customer(actor, customer_id, now=now)
    latitude, longitude = found.position.point or (None, None)
    return as_body(CustomerBody, found, latitude=latitude, longitude=longitude, **found.own)
