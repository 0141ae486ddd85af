"""The queue of parts as a file: what the filters find, all of it, within the reach of who asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from server.accounts.actor import Actor
from server.part_requests import queries
from server.part_requests.statuses import STATUS_NAMES
from server.part_requests.views import PartFilter, PartRow
from server.service_orders.statuses import STATUS_NAMES as ORDER_STATUS_NAMES
from server.web.spreadsheets import ROWS_A_PAGE, Cell, Columns, all_pages, local

COLUMNS = Columns(
    "Peças",
    (
        "Nº web", "Nº ILUX", "Status", "Cliente", "Técnico", "Peça", "Quantidade", "Situação",
        "Solicitada em", "Previsão", "Transportadora", "Rastreio", "Observação", "Prioridade de atendimento",
        "Atrasado",
    ),
    (9, 10, 13, 38, 24, 34, 10, 18, 16, 12, 24, 18, 34, 16, 9),
)  # fmt: skip


async def cells(actor: Actor, wanted: PartFilter, now: datetime) -> AsyncIterator[list[list[Cell]]]:
    async def read(after: str | None) -> tuple[Sequence[PartRow], str | None]:
        page = await queries.list_parts(actor, wanted, now=now, after=after, limit=ROWS_A_PAGE)
        return page.rows, page.next

    async for rows in all_pages(read):
        yield [_line(row, actor.timezone) for row in rows]


def _line(row: PartRow, timezone: str) -> list[Cell]:
    return [
        row.web_number,
        row.ilux_number,
        ORDER_STATUS_NAMES[row.order_status],
        row.customer_name,
        row.technician_name,
        row.description,
        row.quantity,
        STATUS_NAMES[row.status],
        local(row.requested_at, timezone),
        row.expected_on,
        row.carrier_name,
        row.tracking_code,
        row.note,
        local(row.due_at, timezone),
        "sim" if row.is_overdue else "",
    ]
