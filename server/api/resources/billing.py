"""Arquivos de faturamento: what was published by month, and the files themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from server.accounts.actor import Actor
from server.api.operations import V1, After, ApiCall, Limit, Page, as_body, reading, words
from server.api.scopes import ApiScope
from server.billing import actions, queries
from server.billing.views import BatchRow, BillingFilter
from server.web.requests import address
from server.web.stores import object_store

TAG = "Faturamento"
PATH = "/billing"


class BillingFileBody(msgspec.Struct):
    """`withdrawn_at` is when it was recalled; a customer's token does not see it any more."""

    id: UUID
    name: str
    size: int
    pages: int
    withdrawn_at: datetime | None
    url: str


class BillingBatchBody(msgspec.Struct):
    """What was published at once; `period_on` is the first day of its month."""

    id: UUID
    period_on: date
    customer_name: str
    company_name: str
    contract_number: str | None
    note: str
    published_at: datetime
    files: list[BillingFileBody]


@reading(PATH, ApiScope.BILLING_READ, TAG, "Lista os arquivos publicados, o mês mais novo primeiro")
async def api_billing(
    request: ApiCall,
    customer: Annotated[str, words("Parte do nome do cliente, ou do CNPJ ou CPF.")] = "",
    contract: Annotated[str, words("Número do contrato.")] = "",
    period_from: Annotated[date | None, QueryParameter(description="Primeiro dia do mês.")] = None,
    period_until: Annotated[date | None, QueryParameter(description="Primeiro dia do mês.")] = None,
    after: After = None,
    limit: Limit = queries.PAGE_SIZE,
) -> Page[BillingBatchBody]:
    wanted = BillingFilter(customer, contract, period_from, period_until)
    page = await queries.list_batches(request.user, wanted, after=after, limit=limit)
    return Page([_body(row) for row in page.rows], page.next)


@reading(f"{PATH}/{{billing_batch_id:uuid}}", ApiScope.BILLING_READ, TAG, "Mostra uma publicação")
async def api_billing_batch(request: ApiCall, billing_batch_id: FromPath[UUID]) -> BillingBatchBody:
    return await billing_body(request.user, billing_batch_id)


@reading(
    f"{PATH}/{{billing_batch_id:uuid}}/files/{{billing_file_id:uuid}}",
    ApiScope.BILLING_READ,
    TAG,
    "Baixa um arquivo",
    media_type="application/pdf",
)
async def api_billing_file(
    request: ApiCall, billing_batch_id: FromPath[UUID], billing_file_id: FromPath[UUID]
) -> Stream:
    """Noted before its first byte leaves, as on the page."""
    file = await queries.find_file(request.user, billing_batch_id, billing_file_id)
    store = object_store(request.app.state.settings)
    found = await store.get_async(actions.path_of(file.reseller_id, file.id))
    await actions.note_opening(request.user, file.id, address(request), now=datetime.now(UTC))
    headers = {
        "Content-Disposition": f"attachment; filename=faturamento.pdf; filename*=UTF-8''{quote(file.name)}",
        "Content-Length": str(file.size),
        "Cache-Control": "private, no-store",
    }
    return Stream(found.stream(), media_type="application/pdf", headers=headers)


ROUTES = [api_billing, api_billing_batch, api_billing_file]


async def billing_body(actor: Actor, batch_id: UUID) -> BillingBatchBody:
    """Raises `not_found`."""
    return _body((await queries.get_batch(actor, batch_id)).row)


def _body(row: BatchRow) -> BillingBatchBody:
    where = f"{V1}{PATH}/{row.id}/files/"
    files = [as_body(BillingFileBody, file, url=f"{where}{file.id}") for file in row.files]
    return as_body(BillingBatchBody, row, files=files)
