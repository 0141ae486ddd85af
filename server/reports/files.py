"""A report to take along: CSV and Excel with numbers as numbers, and a PDF on the reseller's paper."""

from __future__ import annotations

import asyncio
import csv
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import xlsxwriter
from obstore.store import ObjectStore

from server.accounts.actor import Actor
from server.printing.letterhead import reseller_letterhead
from server.printing.render import render
from server.reports.rules import NOTES, TITLES, Column, Period, Report, Unit
from server.web.rendering import in_zone, number_br

_TEMPLATE = (Path(__file__).parent / "report.typ").read_bytes()
# A spreadsheet takes a text that begins so for a formula, and runs it.
_RUNS = ("=", "+", "-", "@", "\t", "\r")
_FORMATS = {Unit.COUNT: "#,##0", Unit.PERCENT: '0.0"%"', Unit.HOURS: "#,##0.0", Unit.KM: "#,##0.000"}
_DIGITS = {Unit.COUNT: 0, Unit.PERCENT: 1, Unit.HOURS: 1, Unit.KM: 3}


def said(value: Any, column: Column) -> str:
    """A cell as a person reads it."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    return number_br(value, _DIGITS[column.unit]) + (" %" if column.unit is Unit.PERCENT else "")


def as_csv(report: Report) -> bytes:
    """With the mark, the semicolons and the commas by which a Brazilian Excel knows it."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.label for column in report.columns])
    for row in (*report.rows, *((report.total,) if report.total else ())):
        writer.writerow([_plain(value) for value in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


async def as_xlsx(report: Report) -> bytes:
    return await asyncio.to_thread(_write_xlsx, report)


async def as_pdf(actor: Actor, report: Report, period: Period, store: ObjectStore, *, now: datetime) -> bytes:
    letterhead, files = await reseller_letterhead(actor, store)
    last = in_zone(period.until, actor.timezone)
    paper = {
        "title": TITLES[report.kind],
        "note": NOTES[report.kind],
        "letterhead": letterhead,
        "period": f"{in_zone(period.since, actor.timezone):%d/%m/%Y} a {_day_before(last):%d/%m/%Y}",
        "issued_at": f"{in_zone(now, actor.timezone):%d/%m/%Y %H:%M}",
        "columns": [column.label for column in report.columns],
        "rows": [{"cells": _cells(row, report), "share": report.share(row)} for row in report.rows],
        "total": _cells(report.total, report) if report.total else [],
    }
    return await render(paper, files, _TEMPLATE)


def _day_before(moment: datetime) -> datetime:
    """The last day that the period holds: it ends with the first instant of the next."""
    return datetime.fromordinal(moment.toordinal() - 1)


def _cells(row: tuple[Any, ...], report: Report) -> list[str]:
    return [said(value, column) for value, column in zip(row, report.columns, strict=True)]


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return "'" + value if value.startswith(_RUNS) else value
    return str(value).replace(".", ",")


def _write_xlsx(report: Report) -> bytes:
    data = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(data, options) as book:
        sheet = book.add_worksheet("Relatório")
        bold = book.add_format({"bold": True})
        formats = {unit: book.add_format({"num_format": text}) for unit, text in _FORMATS.items()}
        bolds = {unit: book.add_format({"num_format": text, "bold": True}) for unit, text in _FORMATS.items()}
        for place, column in enumerate(report.columns):
            sheet.write_string(0, place, column.label, bold)
            sheet.set_column(place, place, 40 if column.unit is Unit.TEXT else 16)
        rows = (*report.rows, *((report.total,) if report.total else ()))
        for number, row in enumerate(rows, start=1):
            is_total = number > len(report.rows)
            for place, (value, column) in enumerate(zip(row, report.columns, strict=True)):
                if isinstance(value, str):
                    sheet.write_string(number, place, value, bold if is_total else None)
                elif value is not None:
                    sheet.write_number(number, place, value, (bolds if is_total else formats)[column.unit])
        sheet.freeze_panes(1, 0)
    return data.getvalue()
