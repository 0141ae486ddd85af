"""What a program does to calls: it opens one, once, and cancels it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import FromPath, HeaderParameter, JSONBody

from server.api.idempotency import LONGEST, once
from server.api.operations import V1, ApiCall, as_body, reading, writing
from server.api.resources.service_orders import PATH, TAG, OrderBody, order_body
from server.api.scopes import ApiScope
from server.problems import Problem
from server.service_orders import actions
from server.service_orders.actions import NewOrder
from server.service_orders.opening import subject as subjects
from server.service_orders.opening.forms import MAX_NAME, MAX_PHONE

_PLAIN = r"^[^\x00]*$"  # what PostgreSQL can hold
Name = Annotated[str, msgspec.Meta(max_length=MAX_NAME, pattern=_PLAIN)]
Phone = Annotated[str, msgspec.Meta(max_length=MAX_PHONE, pattern=_PLAIN)]
LongText = Annotated[str, msgspec.Meta(min_length=1, max_length=4000, pattern=_PLAIN)]
IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        required=False,
        max_length=LONGEST,
        description="Próprio de cada pedido: repetir com o mesmo valor não faz outro. Lembrado por 7 dias.",
    ),
]


class NewOrderBody(msgspec.Struct, forbid_unknown_fields=True):
    """A call for a machine, else for a contract, else the return of an earlier call."""

    description: LongText
    equipment_id: UUID | None = None
    contract_id: UUID | None = None
    return_of_id: UUID | None = None
    defect_id: UUID | None = None
    requester_name: Name = ""
    requester_phone: Phone = ""


class CancellationBody(msgspec.Struct, forbid_unknown_fields=True):
    reason: LongText


class DefectLine(msgspec.Struct):
    id: UUID
    name: str


@writing(PATH, ApiScope.ORDERS_WRITE, TAG, "Abre um chamado")
async def api_open_order(
    request: ApiCall, data: JSONBody[NewOrderBody], idempotency_key: IdempotencyKey = None
) -> Response[OrderBody]:
    actor, now = request.user, datetime.now(UTC)

    async def make(order_id: UUID) -> UUID:
        about = await subjects.subject_of(actor, data.equipment_id, data.contract_id, data.return_of_id)
        defects = await subjects.listed_defects(actor, about.listing)
        if data.defect_id is not None and data.defect_id not in {choice.id for choice in defects}:
            raise Problem("not_found")
        wanted = NewOrder(
            customer_id=about.customer_id,
            description=data.description,
            equipment_id=about.equipment_id,
            defect_id=data.defect_id,
            requester_name=data.requester_name,
            requester_phone=data.requester_phone,
            return_of_id=about.return_of_id,
            order_id=order_id,
            contract_id=about.contract_id,
        )
        return await actions.open_order(actor, wanted, now=now)

    order_id = await once(request.auth, idempotency_key or "", data, make, now)
    return Response(await order_body(actor, order_id, now), headers={"Location": f"{V1}{PATH}/{order_id}"})


@writing(
    f"{PATH}/{{order_id:uuid}}/cancellations",
    ApiScope.ORDERS_WRITE,
    TAG,
    "Cancela um chamado",
    status_code=200,
)
async def api_cancel_order(
    request: ApiCall, order_id: FromPath[UUID], data: JSONBody[CancellationBody]
) -> OrderBody:
    now = datetime.now(UTC)
    await actions.cancel(request.user, order_id, data.reason, now=now)
    return await order_body(request.user, order_id, now)


@reading(
    "/equipment/{equipment_id:uuid}/defects",
    ApiScope.EQUIPMENT_READ,
    TAG,
    "Lista os defeitos que um chamado para o equipamento pode ter",
)
async def api_defects(request: ApiCall, equipment_id: FromPath[UUID]) -> list[DefectLine]:
    about = await subjects.of_equipment(request.user, equipment_id)
    return [as_body(DefectLine, one) for one in await subjects.listed_defects(request.user, about.listing)]


ROUTES = [api_open_order, api_cancel_order, api_defects]
