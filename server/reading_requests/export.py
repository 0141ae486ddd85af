"""The month's readings as a file: a line for each machine asked for, within the reach of who asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from server.accounts.actor import Actor
from server.reading_requests import items, queries
from server.reading_requests.rules import STATE_NAMES
from server.reading_requests.views import ItemRow, RequestFilter, RequestRow
from server.web.spreadsheets import ROWS_A_PAGE, Cell, Columns, all_pages, local

COLUMNS = Columns(
    "Leituras",
    (
        "Cliente", "Situação", "Série", "Patrimônio", "Modelo", "Departamento", "Local", "Contador",
        "Contador colorido", "Lida em", "Leitura anterior", "Anterior colorido", "Anterior em", "Incomum",
    ),
    (38, 20, 16, 14, 26, 20, 20, 12, 12, 16, 12, 12, 16, 9),
)  # fmt: skip


async def cells(actor: Actor, wanted: RequestFilter, now: datetime) -> AsyncIterator[list[list[Cell]]]:
    async def read(after: str | None) -> tuple[Sequence[RequestRow], str | None]:
        page = await queries.list_requests(actor, wanted, now=now, after=after, limit=ROWS_A_PAGE)
        return page.rows, page.next

    async for rows in all_pages(read):
        for row in rows:
            yield [_line(row, machine, actor.timezone) for machine in await items.read_items(row.id)]


def _line(row: RequestRow, machine: ItemRow, timezone: str) -> list[Cell]:
    return [
        row.customer_name,
        STATE_NAMES[row.state],
        machine.serial_number,
        machine.asset_tag,
        machine.model,
        machine.department,
        machine.install_location,
        machine.mono,
        machine.color,
        local(machine.answered_at, timezone),
        machine.last_mono,
        machine.last_color,
        local(machine.last_at, timezone),
        "sim" if machine.is_implausible else "",
    ]
