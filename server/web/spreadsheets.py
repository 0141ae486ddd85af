"""A list as a file to take along: CSV and Excel as a Brazilian office opens them, row by row.

The rows come page by page, as the list's own do, so that neither a long list nor a slow reader holds the
database or the memory.
"""

from __future__ import annotations

import asyncio
import csv
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import xlsxwriter
from litestar.response import Stream

from server.web.rendering import in_zone

Row = TypeVar("Row")

ROWS_A_PAGE = 500
MOST_ROWS = 100_000
CHUNK = 64 * 1024
# A spreadsheet takes a text that begins so for a formula, and runs it.
_RUNS = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int | date | datetime | None
Cells = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Columns:
    """What stands above the rows, and how wide a workbook shows it."""

    title: str
    headings: tuple[str, ...]
    widths: tuple[int, ...]


async def all_pages(
    read: Callable[[str | None], Awaitable[tuple[Sequence[Row], str | None]]],
) -> AsyncIterator[Sequence[Row]]:
    """`read` answers the rows behind a cursor, and the next cursor; most lists end before the limit does."""
    after: str | None = None
    for _ in range(MOST_ROWS // ROWS_A_PAGE):
        rows, after = await read(after)
        if rows:
            yield rows
        if after is None:
            return


def download(columns: Columns, pages: AsyncIterator[Iterable[Cells]], name: str, suffix: str) -> Stream:
    """As an answer; `suffix` is `csv` or `xlsx`, `name` plain ASCII without it."""
    write, media_type = _KINDS[suffix]
    headers = {"Content-Disposition": f'attachment; filename="{name}.{suffix}"'}
    return Stream(write(columns, pages), headers=headers, media_type=media_type)


async def csv_lines(columns: Columns, pages: AsyncIterator[Iterable[Cells]]) -> AsyncIterator[bytes]:
    """With the mark and the semicolons by which a Brazilian Excel knows it."""
    yield b"\xef\xbb\xbf" + _csv([columns.headings]).encode()
    async for page in pages:
        yield _csv([[_text(cell) for cell in cells] for cells in page]).encode()


async def xlsx_chunks(columns: Columns, pages: AsyncIterator[Iterable[Cells]]) -> AsyncIterator[bytes]:
    """Written row by row into a file of its own, then sent from there."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        sheet = _Sheet(path, columns)
        async for page in pages:
            await asyncio.to_thread(sheet.add, list(page))
        await asyncio.to_thread(sheet.close)
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk


_KINDS: dict[str, tuple[Callable[..., AsyncIterator[bytes]], str]] = {
    "csv": (csv_lines, "text/csv; charset=utf-8"),
    "xlsx": (xlsx_chunks, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def local(moment: datetime | None, timezone: str) -> datetime | None:
    """As a spreadsheet has it: a time of day without a zone."""
    return None if moment is None else in_zone(moment, timezone).replace(tzinfo=None)


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_RUNS) else text


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return cell.strftime("%d/%m/%Y %H:%M")
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return harmless("" if cell is None else str(cell))


def _csv(rows: Any) -> str:
    out = StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(rows)
    return out.getvalue()


class _Sheet:
    """A workbook that holds one row at a time in memory; texts are texts, whatever they begin with."""

    def __init__(self, path: Path, columns: Columns) -> None:
        self._book: Any = xlsxwriter.Workbook(
            path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self._moment = self._book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        self._day = self._book.add_format({"num_format": "dd/mm/yyyy"})
        bold = self._book.add_format({"bold": True, "bottom": 1})
        self._sheet = self._book.add_worksheet(columns.title)
        for column, width in enumerate(columns.widths):
            self._sheet.set_column(column, column, width)
        self._sheet.freeze_panes(1, 0)
        for column, heading in enumerate(columns.headings):
            self._sheet.write_string(0, column, heading, bold)
        self._next = 1

    def add(self, rows: Iterable[Cells]) -> None:
        for cells in rows:
            for column, cell in enumerate(cells):
                if isinstance(cell, datetime):
                    self._sheet.write_datetime(self._next, column, cell, self._moment)
                elif isinstance(cell, date):
                    midnight = datetime.combine(cell, time())
                    self._sheet.write_datetime(self._next, column, midnight, self._day)
                elif isinstance(cell, int):
                    self._sheet.write_number(self._next, column, cell)
                elif cell:
                    self._sheet.write_string(self._next, column, cell)
            self._next += 1

    def close(self) -> None:
        self._book.close()
