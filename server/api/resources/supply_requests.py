"""Solicitações de suprimentos: the list, one, and asking for supplies once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from server.accounts.actor import Actor
from server.api.idempotency import once
from server.api.operations import V1, After, ApiCall, Limit, Page, as_body, reading, words, writing
from server.api.resources.order_acts import IdempotencyKey, Name, Phone
from server.api.resources.service_orders import OrderCustomer, OrderEquipment
from server.api.scopes import ApiScope
from server.service_orders.statuses import Source
from server.supplies import actions, queries, subjects
from server.supplies.actions import NewRequest
from server.supplies.rules import MOST_OF_ONE
from server.supplies.statuses import RequestStatus
from server.supplies.views import RequestFilter

TAG = "Suprimentos"
PATH = "/supply-requests"
Note = Annotated[str, msgspec.Meta(max_length=2000, pattern=r"^[^\x00]*$")]
Counter = Annotated[int, msgspec.Meta(ge=0, le=999_999_999)]
Quantity = Annotated[int, msgspec.Meta(ge=1, le=MOST_OF_ONE)]


class SupplyItem(msgspec.Struct):
    name: str
    code: str
    color: str | None
    quantity: int


class SupplyRequestLine(msgspec.Struct):
    id: UUID
    web_number: int
    ilux_number: str
    status: RequestStatus
    customer_name: str
    serial_number: str | None
    model: str
    contract_number: str | None
    requested_at: datetime
    invoice_number: str
    tracking_code: str
    items: list[SupplyItem]


class SupplyRequestBody(msgspec.Struct):
    id: UUID
    web_number: int
    ilux_number: str
    status: RequestStatus
    company_name: str
    customer: OrderCustomer
    equipment: OrderEquipment | None
    contract_number: str | None
    model: str
    department: str
    install_location: str
    requester_name: str
    requester_phone: str
    requested_at: datetime
    opened_from: Source
    note: str
    mono: int | None
    color: int | None
    warnings: list[str]
    invoice_number: str
    invoice_issued_on: date | None
    carrier_name: str | None
    tracking_code: str
    cancel_reason: str
    items: list[SupplyItem]


class SupplyLine(msgspec.Struct):
    id: UUID
    code: str
    name: str
    color: str | None
    page_yield: int | None


class NewSupplyItem(msgspec.Struct, forbid_unknown_fields=True):
    supply_id: UUID
    quantity: Quantity


class NewSupplyRequestBody(msgspec.Struct, forbid_unknown_fields=True):
    """For a machine, else for a model under a contract. `is_confirmed` where it is early to ask again."""

    items: Annotated[list[NewSupplyItem], msgspec.Meta(min_length=1, max_length=50)]
    equipment_id: UUID | None = None
    contract_id: UUID | None = None
    model: Annotated[str, msgspec.Meta(max_length=80, pattern=r"^[^\x00]*$")] = ""
    department: Name = ""
    install_location: Name = ""
    mono: Counter | None = None
    color: Counter | None = None
    note: Note = ""
    requester_name: Name = ""
    requester_phone: Phone = ""
    is_confirmed: bool = False


@reading(PATH, ApiScope.SUPPLIES_READ, TAG, "Lista solicitações de suprimentos, as mais novas primeiro")
async def api_supply_requests(
    request: ApiCall,
    number: Annotated[str, words("Número do portal ou do ILUX.")] = "",
    customer: Annotated[str, words("Parte do nome do cliente, ou do CNPJ ou CPF.")] = "",
    serial_number: Annotated[str, words("Começo do número de série.")] = "",
    status: Annotated[list[RequestStatus] | None, QueryParameter(description="Pode vir repetido.")] = None,
    requested_from: FromQuery[datetime | None] = None,
    requested_until: FromQuery[datetime | None] = None,
    after: After = None,
    limit: Limit = queries.PAGE_SIZE,
) -> Page[SupplyRequestLine]:
    wanted = RequestFilter(
        number=number,
        customer=customer,
        serial_number=serial_number,
        statuses=frozenset(status or ()),
        requested_from=requested_from,
        requested_until=requested_until,
    )
    page = await queries.list_requests(request.user, wanted, after=after, limit=limit)
    return Page([as_body(SupplyRequestLine, row) for row in page.rows], page.next)


@reading(f"{PATH}/{{supply_request_id:uuid}}", ApiScope.SUPPLIES_READ, TAG, "Mostra uma solicitação")
async def api_supply_request(request: ApiCall, supply_request_id: FromPath[UUID]) -> SupplyRequestBody:
    return await supply_request_body(request.user, supply_request_id)


@writing(PATH, ApiScope.SUPPLIES_WRITE, TAG, "Solicita suprimentos")
async def api_request_supplies(
    request: ApiCall, data: JSONBody[NewSupplyRequestBody], idempotency_key: IdempotencyKey = None
) -> Response[SupplyRequestBody]:
    actor, now = request.user, datetime.now(UTC)

    async def make(request_id: UUID) -> UUID:
        quantities = {item.supply_id: item.quantity for item in data.items}
        return await actions.request_supplies(
            actor,
            NewRequest(
                request_id=request_id,
                quantities=quantities,
                equipment_id=data.equipment_id,
                contract_id=data.contract_id,
                model=data.model,
                department=data.department,
                install_location=data.install_location,
                mono=data.mono,
                color=data.color,
                note=data.note,
                requester_name=data.requester_name,
                requester_phone=data.requester_phone,
                is_confirmed=data.is_confirmed,
            ),
            now=now,
        )

    request_id = await once(request.auth, idempotency_key or "", data, make, now)
    return Response(
        await supply_request_body(actor, request_id), headers={"Location": f"{V1}{PATH}/{request_id}"}
    )


@reading(
    "/equipment/{equipment_id:uuid}/supplies",
    ApiScope.EQUIPMENT_READ,
    TAG,
    "Lista os suprimentos que servem num equipamento",
)
async def api_supplies(
    request: ApiCall,
    equipment_id: FromPath[UUID],
    text: Annotated[
        str, QueryParameter(max_length=100, description="Procura também entre os outros, por nome ou código.")
    ] = "",
) -> list[SupplyLine]:
    subject = await subjects.find_subject(request.user, equipment_id=equipment_id, contract_id=None, model="")
    fits, others = await queries.supplies_for(request.user, subject, text, set())
    return [as_body(SupplyLine, one) for one in (*fits, *(others if text.strip() or not fits else ()))]


ROUTES = [api_supply_requests, api_supply_request, api_request_supplies, api_supplies]


async def supply_request_body(actor: Actor, request_id: UUID) -> SupplyRequestBody:
    """Raises `not_found`."""
    return as_body(SupplyRequestBody, await queries.get_request(actor, request_id))
