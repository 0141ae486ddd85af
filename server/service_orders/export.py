"""The list of orders as a file: what the filters find, all of it, within the reach of who asks.

The rows come page by page, as the list's own do, so that neither a long list nor a slow reader holds the
database or the memory.
"""

from __future__ import annotations

import asyncio
import csv
from collections.abc import AsyncIterator
from datetime import datetime
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter

from server.accounts.actor import Actor
from server.service_orders import queries
from server.service_orders.statuses import STATUS_NAMES
from server.service_orders.views import OrderFilter, OrderRow
from server.web.rendering import in_zone

ROWS_A_PAGE = 500
MOST_ROWS = 100_000
CHUNK = 64 * 1024
# A spreadsheet takes a text that begins so for a formula, and runs it.
_RUNS = ("=", "+", "-", "@", "\t", "\r")
HEADINGS = (
    "Nº web", "Nº ILUX", "Status", "Cliente", "Série", "Modelo", "Contrato", "Defeito", "Técnico", "Abertura",
    "Data agendada", "Prioridade de atendimento", "Atrasado",
)  # fmt: skip
_WIDTHS = (9, 10, 13, 38, 16, 26, 12, 30, 24, 16, 16, 16, 9)

Cell = str | int | datetime | None


async def csv_lines(actor: Actor, wanted: OrderFilter, now: datetime) -> AsyncIterator[bytes]:
    """With the mark and the semicolons by which a Brazilian Excel knows it."""
    yield b"\xef\xbb\xbf" + _csv([HEADINGS]).encode()
    async for page in _pages(actor, wanted, now):
        yield _csv([[_text(cell) for cell in _cells(row, actor.timezone)] for row in page]).encode()


async def xlsx_chunks(actor: Actor, wanted: OrderFilter, now: datetime) -> AsyncIterator[bytes]:
    """Written row by row into a file of its own, then sent from there."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "chamados.xlsx"
        sheet = _Sheet(path)
        async for page in _pages(actor, wanted, now):
            await asyncio.to_thread(sheet.add, [_cells(row, actor.timezone) for row in page])
        await asyncio.to_thread(sheet.close)
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk


async def _pages(actor: Actor, wanted: OrderFilter, now: datetime) -> AsyncIterator[tuple[OrderRow, ...]]:
    after: str | None = None
    for _ in range(MOST_ROWS // ROWS_A_PAGE):
        page = await queries.list_orders(actor, wanted, now=now, after=after, limit=ROWS_A_PAGE)
        if page.rows:
            yield page.rows
        after = page.next
        if after is None:
            return


def _cells(row: OrderRow, timezone: str) -> list[Cell]:
    def here(moment: datetime | None) -> datetime | None:
        return None if moment is None else in_zone(moment, timezone).replace(tzinfo=None)

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
        here(row.opened_at),
        here(row.scheduled_at),
        here(row.due_at),
        "sim" if row.is_overdue else "",
    ]


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return cell.strftime("%d/%m/%Y %H:%M")
    return harmless("" if cell is None else str(cell))


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_RUNS) else text


def _csv(rows: Any) -> str:
    out = StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(rows)
    return out.getvalue()


class _Sheet:
    """A workbook that holds one row at a time in memory; texts are texts, whatever they begin with."""

    def __init__(self, path: Path) -> None:
        self._book: Any = xlsxwriter.Workbook(
            path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self._moment = self._book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        bold = self._book.add_format({"bold": True, "bottom": 1})
        self._sheet = self._book.add_worksheet("Chamados")
        for column, width in enumerate(_WIDTHS):
            self._sheet.set_column(column, column, width)
        self._sheet.freeze_panes(1, 0)
        for column, heading in enumerate(HEADINGS):
            self._sheet.write_string(0, column, heading, bold)
        self._next = 1

    def add(self, rows: list[list[Cell]]) -> None:
        for cells in rows:
            for column, cell in enumerate(cells):
                if isinstance(cell, datetime):
                    self._sheet.write_datetime(self._next, column, cell, self._moment)
                elif isinstance(cell, int):
                    self._sheet.write_number(self._next, column, cell)
                elif cell:
                    self._sheet.write_string(self._next, column, cell)
            self._next += 1

    def close(self) -> None:
        self._book.close()
