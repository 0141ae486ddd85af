"""Reports count what happened, for whoever plans, within their reach; and leave as files."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from server.database import tenant
from server.reports.files import as_csv, said
from server.reports.queries import make_report
from server.reports.rules import Column, Kind, Period, Report, Unit, percent, period_fault
from server.service_orders.tables import ServiceOrder
from server.visits.tables import Visit
from tests.desk.counting import counted_queries
from tests.desk.office import Office
from tests.service_orders.world import NOW

DAY = Period(NOW - timedelta(days=1), NOW + timedelta(days=2))
HOUR = timedelta(hours=1)


async def served(office: Office, *, hours: float, due: float | None = 4, visits: int = 1) -> UUID:
    """An order of Tiago's, closed after so many visits, the first of which began after so many hours."""
    visit = await office.visit(photos=0)
    order_id: UUID = visit.service_order_id
    with tenant(office.world.reseller_id):
        await ServiceOrder.update(
            {
                ServiceOrder.opened_at: NOW,
                ServiceOrder.status: "O",
                ServiceOrder.due_at: NOW + due * HOUR if due else None,
                ServiceOrder.closed_at: NOW + (hours + 1) * HOUR,
                ServiceOrder.attended_at: NOW + hours * HOUR,
                ServiceOrder.completed_visits: visits,
            }
        ).where(ServiceOrder.id == order_id)
        columns: dict[Any, Any] = {Visit.arrived_at: NOW + hours * HOUR, Visit.distance_km: 7.754}
        await Visit.update(columns).where(Visit.id == visit.id)
        for _ in range(visits - 1):
            row = await Visit.objects().get(Visit.id == visit.id)
            assert row is not None
            values = row.to_dict() | {
                "is_primary": False,
                "arrived_at": NOW + 30 * HOUR,
                "state": "completed",
            }
            values.pop("id")
            await Visit.insert(Visit(**values))
    return order_id


async def rows_of(office: Office, kind: Kind) -> Report:
    with tenant(office.world.reseller_id):
        return await make_report(office.world.ana, kind, DAY)


async def test_each_report_counts_what_happened(office: Office) -> None:
    await served(office, hours=1.5)
    await served(office, hours=3, visits=2)
    late = await served(office, hours=6)
    await served(office, hours=80, due=None)
    await office.world.open_order()
    with tenant(office.world.reseller_id):
        returning = await office.world.open_order()
        await ServiceOrder.update({ServiceOrder.return_of_id: late}).where(ServiceOrder.id == returning)
        await ServiceOrder.update({ServiceOrder.opened_at: NOW}).where(ServiceOrder.status != "O")
    by_status = await rows_of(office, Kind.STATUS)
    assert by_status.rows == (("Concluído", 4, 66.7), ("Abertura", 2, 33.3))
    response = await rows_of(office, Kind.RESPONSE)
    assert [row[1] for row in response.rows] == [1, 1, 1, 0, 0, 1]
    assert response.total is not None
    assert response.total[0] == "Média: 22,6 h"
    sla = await rows_of(office, Kind.SLA)
    assert sla.total == ("Total", 3, 2, 1, 66.7)
    returns = await rows_of(office, Kind.RETURNS)
    # Two visits make no first-visit fix, nor does an order that another had to return for.
    assert returns.total == ("Total", 4, 2, 2, 50.0)
    travel = await rows_of(office, Kind.TRAVEL)
    assert travel.rows[0][1:4] == (5, 5, 38.77)
    technicians = await rows_of(office, Kind.TECHNICIAN)
    assert sum(int(row[1] or 0) for row in technicians.rows) == 6
    for kind in (Kind.DEFECT, Kind.CUSTOMER):
        assert (await rows_of(office, kind)).total == ("Total", 6, 100.0)


async def test_the_page_and_its_files_ask_little_and_are_the_planners_alone(
    office: Office, ana: httpx.AsyncClient, carla: httpx.AsyncClient
) -> None:
    await served(office, hours=1)
    period = "since=2026-03-01&until=2026-03-03"
    for kind in Kind:
        with counted_queries() as asked:
            page = await ana.get(f"/reports?report={kind}&{period}")
        assert (page.status_code, len(asked) <= 12) == (200, True)
        assert "<rect" in page.text or "Nada neste período" in page.text
    kinds = {"csv": b"\xef\xbb\xbf", "xlsx": b"PK", "pdf": b"%PDF"}
    for ending, head in kinds.items():
        answer = await ana.get(f"/reports/file?report=customer&{period}&format={ending}")
        assert answer.content.startswith(head)
        if ending == "xlsx":
            sheet = zipfile.ZipFile(io.BytesIO(answer.content)).read("xl/worksheets/sheet1.xml")
            assert b"<f>" not in sheet
    assert (await ana.get("/reports?since=2026-03-03&until=2026-03-01")).status_code == 422
    assert (await ana.get(f"/reports/file?{period}&format=exe")).status_code == 422
    assert (await carla.get("/reports")).status_code == 404


def test_a_name_that_a_spreadsheet_would_run_is_a_text() -> None:
    columns = (Column("Cliente", Unit.TEXT), Column("Chamados"), Column("Parte", Unit.PERCENT))
    report = Report(Kind.CUSTOMER, columns, (("=cmd|'/c calc'!A1", 1, 50.5),), 1)
    assert "\"'=cmd|" in as_csv(report).decode() or "'=cmd|" in as_csv(report).decode()
    assert b"50,5" in as_csv(report)
    assert not any(line.startswith("=") for line in as_csv(report).decode().splitlines())


def test_numbers_are_said_as_here_and_nothing_is_divided_by_nothing() -> None:
    assert said(1234.5, Column("Km", Unit.KM)) == "1.234,500"
    assert said(66.7, Column("Parte", Unit.PERCENT)) == "66,7 %"
    assert said(None, Column("Parte", Unit.PERCENT)) == "–"
    assert percent(3, 0) is None
    now = datetime(2026, 3, 2, tzinfo=UTC)
    assert period_fault(now, now) == "O fim vem antes do começo."
    assert period_fault(now - timedelta(days=1000), now) is not None
    assert period_fault(now - timedelta(days=30), now) is None


def test_a_bar_is_as_long_as_its_share_of_the_longest() -> None:
    columns = (Column("Status", Unit.TEXT), Column("Chamados"))
    report = Report(Kind.STATUS, columns, (("A", 4), ("B", 1), ("C", 0)), 1)
    assert [report.share(row) for row in report.rows] == [100.0, 25.0, 0.0]
