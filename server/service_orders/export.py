"""The list of orders as a file: what the filters find, all of it, within the reach of who asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from server.accounts.actor import Actor
from server.service_orders import queries
from server.service_orders.statuses import STATUS_NAMES
from server.service_orders.views import OrderFilter, OrderRow
from server.web.spreadsheets import ROWS_A_PAGE, Cell, Columns, all_pages, local

COLUMNS = Columns(
    "Chamados",
    (
        "Nº web", "Nº ILUX", "Status", "Cliente", "Série", "Modelo", "Contrato", "Defeito", "Técnico",
        "Abertura", "Data agendada", "Prioridade de atendimento", "Atrasado",
    ),
    (9, 10, 13, 38, 16, 26, 12, 30, 24, 16, 16, 16, 9),
)  # fmt: skip


async def cells(actor: Actor, wanted: OrderFilter, now: datetime) -> AsyncIterator[list[list[Cell]]]:
    async def read(after: str | None) -> tuple[Sequence[OrderRow], str | None]:
        page = await queries.list_orders(actor, wanted, now=now, after=after, limit=ROWS_A_PAGE)
        return page.rows, page.next

    async for rows in all_pages(read):
        yield [_line(row, actor.timezone) for row in rows]


def _line(row: OrderRow, timezone: str) -> list[Cell]:
    return [
        row.web_number,
        row.ilux_number,
        STATUS_NAMES[row.status],
        row.customer_name,
        row.serial_number,
        row.model,
        row.contract_number,
        row.defect,
        row.technician_name,
        local(row.opened_at, timezone),
        local(row.scheduled_at, timezone),
        local(row.due_at, timezone),
        "sim" if row.is_overdue else "",
    ]
