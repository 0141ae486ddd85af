"""The counting, in SQL: one question a report, over the period's orders or visits in the actor's reach."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import condition
from server.reports.rules import MOST_ROWS, Column, Kind, Period, Report, Unit, percent
from server.service_orders.due import due_sql
from server.service_orders.tables import ServiceOrder
from server.web.rendering import status_name

Rows = list[dict[str, Any]]
_HOUR_BUCKETS = ((2, "até 2 h"), (4, "até 4 h"), (8, "até 8 h"), (24, "até 24 h"), (72, "até 3 dias"))
_DUE = due_sql()
_TECHNICIAN = "(SELECT t.name FROM technician t WHERE t.id = service_order.technician_id) AS name"


async def make_report(actor: Actor, kind: Kind, period: Period) -> Report:
    return await _MAKERS[kind](actor, period)


async def _by_status(actor: Actor, period: Period) -> Report:
    rows = await _orders(actor, period, "service_order.status AS name, count(*) AS n", "service_order.status")
    rows.sort(key=lambda row: -row["n"])
    return _counted(Kind.STATUS, "Status", [(status_name(row["name"]), row["n"]) for row in rows])


async def _by_technician(actor: Actor, period: Period) -> Report:
    rows = await _orders(
        actor,
        period,
        f"{_TECHNICIAN}, count(*) AS n,"
        " sum(CASE WHEN service_order.status IN ('O', 'T') THEN 1 ELSE 0 END) AS done,"
        " sum(CASE WHEN service_order.status = 'P' THEN 1 ELSE 0 END) AS pending",
        "service_order.technician_id",
    )
    rows.sort(key=lambda row: -row["n"])
    columns = (Column("Técnico", Unit.TEXT), Column("Chamados"), Column("Encerrados"), Column("Pendentes"))
    made = [(row["name"] or "Sem técnico", row["n"], row["done"], row["pending"]) for row in rows]
    return _whole(Kind.TECHNICIAN, columns, made, 1)


async def _by_defect(actor: Actor, period: Period) -> Report:
    rows = await _orders(actor, period, "service_order.defect AS name, count(*) AS n", "service_order.defect")
    rows.sort(key=lambda row: -row["n"])
    return _counted(Kind.DEFECT, "Defeito", [(row["name"] or "Sem defeito", row["n"]) for row in rows])


async def _by_customer(actor: Actor, period: Period) -> Report:
    rows = await _orders(
        actor,
        period,
        "(SELECT CASE WHEN c.trade_name = '' THEN c.name ELSE c.trade_name END FROM customer c"
        " WHERE c.id = service_order.customer_id) AS name, count(*) AS n",
        "service_order.customer_id",
    )
    rows.sort(key=lambda row: -row["n"])
    return _counted(Kind.CUSTOMER, "Cliente", [(row["name"] or "–", row["n"]) for row in rows])


async def _response(actor: Actor, period: Period) -> Report:
    bounds = [bound for bound, _ in _HOUR_BUCKETS]
    # Each order is in the first bucket that it fits.
    name = " ".join(f"WHEN waited.hours <= {bound} THEN {place}" for place, bound in enumerate(bounds))
    where, args = _where(actor, period)
    hours = f"{_seconds('service_order.attended_at', 'service_order.opened_at')} / 3600.0"
    rows: Rows = await ServiceOrder.raw(
        f"WITH waited AS MATERIALIZED (SELECT {hours} AS hours FROM service_order"
        f" WHERE {where} AND service_order.attended_at >= service_order.opened_at)"
        f" SELECT CASE {name} ELSE {len(bounds)} END AS place, count(*) AS n, sum(waited.hours) AS hours"
        " FROM waited GROUP BY 1",
        *args,
    )
    found = {row["place"]: row for row in rows}
    labels = [*(label for _, label in _HOUR_BUCKETS), "mais de 3 dias"]
    total = sum(row["n"] for row in rows)
    made = []
    reached = 0
    for place, label in enumerate(labels):
        n = found[place]["n"] if place in found else 0
        reached += n
        made.append((label, n, percent(n, total), percent(reached, total)))
    spent = sum(float(row["hours"]) for row in rows)
    average = f"Média: {spent / total:.1f} h".replace(".", ",") if total else "Média: –"
    columns = (
        Column("Tempo", Unit.TEXT),
        Column("Chamados"),
        Column("Parte", Unit.PERCENT),
        Column("Acumulado", Unit.PERCENT),
    )
    return Report(Kind.RESPONSE, columns, tuple(made), 1, (average, total, percent(total, total), None))


async def _sla(actor: Actor, period: Period) -> Report:
    attended = "coalesce(service_order.attended_at, service_order.closed_at)"
    rows = await _orders(
        actor,
        period,
        f"{_TECHNICIAN}, count(*) AS n,"
        f" sum(CASE WHEN {attended} <= {_DUE} THEN 1 ELSE 0 END) AS kept,"
        f" sum(CASE WHEN {attended} > {_DUE} THEN 1 ELSE 0 END) AS missed",
        "service_order.technician_id",
        f" AND {_DUE} IS NOT NULL AND service_order.status <> 'C'",
    )
    made: list[Any] = [
        (row["name"] or "Sem técnico", row["n"], row["kept"], row["missed"], percent(row["kept"], row["n"]))
        for row in sorted(rows, key=lambda row: -row["n"])
    ]
    n, kept, missed = (sum(row[place] for row in made) for place in (1, 2, 3))
    columns = (
        Column("Técnico", Unit.TEXT),
        Column("Com prazo"),
        Column("No prazo"),
        Column("Fora do prazo"),
        Column("Cumprido", Unit.PERCENT),
    )
    total = ("Total", n, kept, missed, percent(kept, n))
    return Report(Kind.SLA, columns, tuple(made[:MOST_ROWS]), 4, total, len(made) > MOST_ROWS)


async def _travel(actor: Actor, period: Period) -> Report:
    # The desk sees the visits of the orders that it sees; joined, for a list of all its orders is slower.
    sql, args = condition(actor, "service_order")
    rows: Rows = await ServiceOrder.raw(
        "SELECT (SELECT t.name FROM technician t WHERE t.id = visit.technician_id) AS name, count(*) AS n,"
        " sum(CASE WHEN visit.distance_km IS NULL THEN 0 ELSE 1 END) AS travels,"
        " coalesce(sum(visit.distance_km), 0) AS km, coalesce(sum(visit.travel_minutes), 0) AS minutes"
        " FROM visit JOIN service_order ON service_order.id = visit.service_order_id"
        " WHERE visit.reseller_id = {} AND visit.started_at >= {} AND visit.started_at < {}"
        f" AND ({sql})"
        " GROUP BY visit.technician_id",
        actor.reseller_id,
        period.since,
        period.until,
        *args,
    )
    made = [
        (row["name"] or "–", row["n"], row["travels"], round(row["km"], 3), round(row["minutes"] / 60, 1))
        for row in sorted(rows, key=lambda row: -row["km"])
    ]
    columns = (
        Column("Técnico", Unit.TEXT),
        Column("Atendimentos"),
        Column("Com distância"),
        Column("Quilômetros", Unit.KM),
        Column("Horas de viagem", Unit.HOURS),
    )
    return _whole(Kind.TRAVEL, columns, made, 3)


async def _returns(actor: Actor, period: Period) -> Report:
    where, args = _where(actor, period)
    rows: Rows = await ServiceOrder.raw(
        f"SELECT {_TECHNICIAN}, count(*) AS n, sum(CASE WHEN service_order.completed_visits = 1"
        " AND service_order.return_of_id IS NULL"
        # A return is opened after what it returns for: one look at the orders since then.
        " AND service_order.id NOT IN (SELECT later.return_of_id FROM service_order later"
        " WHERE later.reseller_id = {} AND later.opened_at >= {} AND later.return_of_id IS NOT NULL)"
        " THEN 1 ELSE 0 END) AS first FROM service_order"
        f" WHERE {where} AND service_order.status IN ('O', 'T') AND service_order.completed_visits > 0"
        " GROUP BY service_order.technician_id",
        actor.reseller_id,
        period.since,
        *args,
    )
    made: list[Any] = [
        (row["name"] or "–", row["n"], row["first"], row["n"] - row["first"], percent(row["first"], row["n"]))
        for row in sorted(rows, key=lambda row: -row["n"])
    ]
    n, first, returned = (sum(row[place] for row in made) for place in (1, 2, 3))
    columns = (
        Column("Técnico", Unit.TEXT),
        Column("Encerrados"),
        Column("Na primeira visita"),
        Column("Com retorno"),
        Column("Primeira visita", Unit.PERCENT),
    )
    total = ("Total", n, first, returned, percent(first, n))
    return Report(Kind.RETURNS, columns, tuple(made[:MOST_ROWS]), 4, total, len(made) > MOST_ROWS)


async def _orders(actor: Actor, period: Period, select: str, group: str, also: str = "") -> Rows:
    where, args = _where(actor, period)
    rows: Rows = await ServiceOrder.raw(
        f"SELECT {select} FROM service_order WHERE {where}{also} GROUP BY {group}", *args
    )
    return rows


def _where(actor: Actor, period: Period) -> tuple[str, tuple[Any, ...]]:
    sql, args = condition(actor, "service_order")
    return (
        f"({sql}) AND service_order.opened_at >= {{}} AND service_order.opened_at < {{}}",
        (*args, period.since, period.until),
    )


def _seconds(later: str, earlier: str) -> str:
    if DB.dialect == "postgres":
        return f"extract(epoch FROM {later} - {earlier})"
    return f"((julianday({later}) - julianday({earlier})) * 86400.0)"


def _counted(kind: Kind, heading: str, rows: list[tuple[str, int]]) -> Report:
    whole = sum(n for _, n in rows)
    columns = (Column(heading, Unit.TEXT), Column("Chamados"), Column("Parte", Unit.PERCENT))
    made = [(name, n, percent(n, whole)) for name, n in rows[:MOST_ROWS]]
    return Report(
        kind, columns, tuple(made), 1, ("Total", whole, percent(whole, whole)), len(rows) > MOST_ROWS
    )


def _whole(kind: Kind, columns: tuple[Column, ...], rows: list[Any], drawn: int) -> Report:
    """With the sums of every column below."""
    sums = [round(sum(row[place] or 0 for row in rows), 3) for place in range(1, len(columns))]
    return Report(kind, columns, tuple(rows[:MOST_ROWS]), drawn, ("Total", *sums), len(rows) > MOST_ROWS)


_MAKERS: dict[Kind, Callable[[Actor, Period], Awaitable[Report]]] = {
    Kind.STATUS: _by_status,
    Kind.TECHNICIAN: _by_technician,
    Kind.DEFECT: _by_defect,
    Kind.CUSTOMER: _by_customer,
    Kind.RESPONSE: _response,
    Kind.SLA: _sla,
    Kind.TRAVEL: _travel,
    Kind.RETURNS: _returns,
}
