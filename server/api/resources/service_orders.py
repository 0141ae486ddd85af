"""Chamados: the list with the desk's filters, and one with its history, visits and messages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar.params import FromPath, FromQuery, QueryParameter

from server.accounts.actor import Actor
from server.api.operations import After, ApiCall, Limit, Page, as_body, reading, words
from server.api.scopes import ApiScope
from server.service_orders import queries
from server.service_orders.statuses import PendingReason, Source, Status
from server.service_orders.views import OrderDetail, OrderFilter, OrderSort
from server.visits.disclosure import is_shown_to
from server.visits.states import Outcome, VisitState

TAG = "Chamados"
PATH = "/service-orders"


class OrderLine(msgspec.Struct):
    """`status` is ILUX's letter; `due_at` the revised one where there is one, or with the pauses."""

    id: UUID
    web_number: int
    ilux_number: str | None
    status: Status
    company_id: UUID
    customer_id: UUID
    customer_name: str
    serial_number: str | None
    model: str | None
    contract_number: str
    technician_id: UUID | None
    technician_name: str | None
    defect: str
    opened_at: datetime
    scheduled_at: datetime | None
    due_at: datetime | None
    is_overdue: bool


class OrderCustomer(msgspec.Struct):
    id: UUID
    name: str
    trade_name: str
    cnpj_cpf: str
    city: str
    uf: str


class OrderEquipment(msgspec.Struct):
    id: UUID
    serial_number: str
    asset_tag: str
    manufacturer: str
    model: str
    department: str
    install_location: str


class OrderBody(msgspec.Struct):
    """`notes` are the reseller's own, and empty in the reach of customers."""

    id: UUID
    web_number: int
    ilux_number: str | None
    status: Status
    company_name: str
    customer: OrderCustomer
    equipment: OrderEquipment | None
    contract_number: str
    contract_kind: str
    defect: str
    description: str
    requester_name: str
    requester_phone: str
    notes: str
    technician_id: UUID | None
    technician_name: str | None
    return_of_id: UUID | None
    opened_at: datetime
    opened_from: Source
    dispatched_at: datetime | None
    scheduled_at: datetime | None
    due_at: datetime | None
    revised_due_at: datetime | None
    paused_due_at: datetime | None
    is_overdue: bool
    pending_reason: PendingReason | None
    cancel_reason: str
    closed_at: datetime | None


class HistoryEntry(msgspec.Struct):
    """Who changed what, when, from where; `before` and `after` hold the changed fields only."""

    id: UUID
    kind: str
    title: str
    user_name: str
    source: Source
    before: dict[str, Any]
    after: dict[str, Any]
    note: str
    is_internal: bool
    occurred_at: datetime
    recorded_at: datetime


class OrderVisit(msgspec.Struct):
    id: UUID
    technician_name: str
    state: VisitState
    outcome: Outcome | None
    started_at: datetime
    ended_at: datetime | None
    distance_km: float | None
    travel_minutes: int | None


class TriageEntry(msgspec.Struct):
    """`author_side` is desk or customer."""

    id: UUID
    author_name: str
    author_side: str
    body: str
    created_at: datetime


@reading(PATH, ApiScope.ORDERS_READ, TAG, "Lista chamados, os mais novos primeiro")
async def api_orders(
    request: ApiCall,
    number: Annotated[str, words("Número do portal ou do ILUX.")] = "",
    serial_number: Annotated[str, words("Começo do número de série.")] = "",
    contract: Annotated[str, words("Número do contrato.")] = "",
    customer: Annotated[str, words("Parte do nome do cliente, ou do CNPJ ou CPF.")] = "",
    customer_id: FromQuery[UUID | None] = None,
    company_id: FromQuery[UUID | None] = None,
    technician_id: FromQuery[UUID | None] = None,
    status: Annotated[list[Status] | None, QueryParameter(description="Pode vir repetido.")] = None,
    opened_from: Annotated[
        datetime | None, QueryParameter(description="Abertos a partir deste instante.")
    ] = None,
    opened_until: Annotated[
        datetime | None, QueryParameter(description="Abertos antes deste instante.")
    ] = None,
    late: Annotated[bool, QueryParameter(description="Só os atrasados.")] = False,
    after: After = None,
    limit: Limit = queries.PAGE_SIZE,
) -> Page[OrderLine]:
    wanted = OrderFilter(
        number=number,
        serial_number=serial_number,
        contract=contract,
        customer=customer,
        customer_id=customer_id,
        company_id=company_id,
        technician_id=technician_id,
        statuses=frozenset(status or ()),
        opened_from=opened_from,
        opened_until=opened_until,
        is_late=late,
        sort=OrderSort.OPENED,
    )
    page = await queries.list_orders(request.user, wanted, now=datetime.now(UTC), after=after, limit=limit)
    return Page([as_body(OrderLine, row) for row in page.rows], page.next)


@reading(f"{PATH}/{{order_id:uuid}}", ApiScope.ORDERS_READ, TAG, "Mostra um chamado")
async def api_order(request: ApiCall, order_id: FromPath[UUID]) -> OrderBody:
    return await order_body(request.user, order_id, datetime.now(UTC))


@reading(f"{PATH}/{{order_id:uuid}}/history", ApiScope.ORDERS_READ, TAG, "Mostra o histórico de um chamado")
async def api_order_history(request: ApiCall, order_id: FromPath[UUID]) -> list[HistoryEntry]:
    order = await _order(request, order_id)
    return [as_body(HistoryEntry, line) for line in order.history]


@reading(
    f"{PATH}/{{order_id:uuid}}/visits", ApiScope.ORDERS_READ, TAG, "Mostra os atendimentos de um chamado"
)
async def api_order_visits(request: ApiCall, order_id: FromPath[UUID]) -> list[OrderVisit]:
    order = await _order(request, order_id)
    return [as_body(OrderVisit, visit) for visit in order.visits if is_shown_to(request.user, visit.state)]


@reading(
    f"{PATH}/{{order_id:uuid}}/messages", ApiScope.ORDERS_READ, TAG, "Mostra o pré-atendimento de um chamado"
)
async def api_order_messages(request: ApiCall, order_id: FromPath[UUID]) -> list[TriageEntry]:
    order = await _order(request, order_id)
    return [as_body(TriageEntry, line) for line in order.triage]


ROUTES = [api_orders, api_order, api_order_history, api_order_visits, api_order_messages]


async def order_body(actor: Actor, order_id: UUID, now: datetime) -> OrderBody:
    """Raises `not_found`."""
    order = await queries.get_order(actor, order_id, now=now)
    return as_body(OrderBody, order, notes="" if actor.is_of_customer else order.notes)


async def _order(request: ApiCall, order_id: UUID) -> OrderDetail:
    return await queries.get_order(request.user, order_id, now=datetime.now(UTC))
