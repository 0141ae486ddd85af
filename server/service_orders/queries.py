"""The read side of service orders: lists with keyset pages, and one order with all that belongs to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import WhereRaw
from piccolo.query.functions.aggregate import Count

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.reach import widen
from server.accounts.scope import visible
from server.accounts.tables import Company
from server.customers.queries import find_customer_ids
from server.database.keyset import read_cursor, write_cursor
from server.equipment.queries import find_equipment_ids
from server.problems import Problem
from server.service_orders import rows
from server.service_orders.due import due_of, late_sql
from server.service_orders.numbers import has_number
from server.service_orders.rules import is_overdue
from server.service_orders.statuses import Status
from server.service_orders.tables import Discrepancy, ServiceOrder, Technician
from server.service_orders.views import Choice, OrderDetail, OrderFilter, OrderRow, OrderSort, Page
from server.triage.rules import turn_of
from server.triage.turns import last_sides

PAGE_SIZE = 50
_ROW_FIELDS = OrderRow.__dataclass_fields__.keys()

_SORTS = {
    OrderSort.OPENED: (("opened_at", datetime), ("id", UUID)),
    OrderSort.NUMBER: (("web_number", int),),
    OrderSort.STATUS: (("status", str), ("opened_at", datetime), ("id", UUID)),
}


async def list_orders(
    actor: Actor, wanted: OrderFilter, *, now: datetime, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[OrderRow]:
    """One page; `after` is the `next` of the page before it. Raises `invalid` for a broken cursor."""
    conditions = await _conditions(actor, wanted, now)
    if conditions is None:
        return Page((), None)
    keys = [name for name, _ in _SORTS[wanted.sort]]
    if after:
        conditions.append(
            _beyond(wanted, list(read_cursor(after, *(type_ for _, type_ in _SORTS[wanted.sort]))))
        )
    in_order = ServiceOrder.select(*(getattr(ServiceOrder, key) for key in {*keys, "id"})).order_by(
        *(getattr(ServiceOrder, key) for key in keys), ascending=not wanted.is_descending
    )
    places: list[dict[str, Any]] = await in_order.where(*conditions).limit(limit + 1)
    page = await _rows([place["id"] for place in places[:limit]])
    has_more = len(places) > limit
    open_counts = {} if actor.is_of_customer else await _open_discrepancies([row["id"] for row in page])
    sides = await last_sides([row["id"] for row in page if row["status"] == Status.OPENED])
    return Page(
        tuple(_order_row(row, open_counts.get(row["id"], 0), sides, now) for row in page),
        write_cursor(*[places[limit - 1][key] for key in keys]) if has_more else None,
    )


async def find_elsewhere(actor: Actor, wanted: OrderFilter, *, now: datetime) -> Choice | None:
    """Where else these filters find something, when only one company or registration is looked at."""
    if actor.narrowed_to is None:
        return None
    found = await list_orders(widen(actor), wanted, now=now, limit=1)
    if not found.rows:
        return None
    row = found.rows[0]
    if actor.is_of_customer:
        return Choice(row.customer_id, row.customer_name)
    company = await Company.select(Company.trade_name).where(Company.id == row.company_id).first()
    return Choice(row.company_id, company["trade_name"]) if company else None


async def get_order(actor: Actor, order_id: UUID, *, now: datetime) -> OrderDetail:
    """Raises Problem("not_found") for what this person may not see."""
    async with DB.reading():
        found = (
            await ServiceOrder.select(*rows.DETAIL_COLUMNS)
            .where(visible(actor, ServiceOrder), ServiceOrder.id == order_id)
            .first()
        )
        if found is None:
            raise Problem("not_found")
        return await rows.complete_detail(actor, found, now)


async def find_by_web_number(actor: Actor, web_number: int) -> UUID:
    """Raises Problem("not_found")."""
    found = (
        await ServiceOrder.select(ServiceOrder.id)
        .where(visible(actor, ServiceOrder), ServiceOrder.web_number == web_number)
        .first()
    )
    if found is None:
        raise Problem("not_found")
    order_id: UUID = found["id"]
    return order_id


async def technician_choices(actor: Actor) -> tuple[Choice, ...]:
    """Who can be sent, by name."""
    found = (
        await Technician.select(Technician.id, Technician.name)
        .where(visible(actor, Technician), Technician.is_active.eq(True))
        .order_by(Technician.name)
    )
    return tuple(Choice(row["id"], row["name"]) for row in found)


async def _rows(order_ids: list[UUID]) -> list[dict[str, Any]]:
    """The lines of a page, in its order: joining before the limit would join everything."""
    if not order_ids:
        return []
    found = await ServiceOrder.select(*rows.ROW_COLUMNS).where(ServiceOrder.id.is_in(order_ids))
    by_id = {row["id"]: row for row in found}
    return [by_id[order_id] for order_id in order_ids]


async def _conditions(actor: Actor, wanted: OrderFilter, now: datetime) -> list[Any] | None:
    """None when a name or serial number matched nothing."""
    order = ServiceOrder
    conditions: list[Any] = [visible(actor, ServiceOrder)]
    numbered = has_number(wanted.number, order.web_number, order.ilux_number)
    if numbered is not None:
        conditions.append(numbered)
    if wanted.customer.strip():
        customer_ids = await find_customer_ids(actor, wanted.customer)
        if not customer_ids:
            return None
        conditions.append(order.customer_id.is_in(customer_ids))
    if wanted.serial_number.strip():
        equipment_ids = await find_equipment_ids(actor, wanted.serial_number)
        if not equipment_ids:
            return None
        conditions.append(order.equipment_id.is_in(equipment_ids))
    if wanted.contract.strip():
        conditions.append(order.contract_number == wanted.contract.strip())
    for column, value in (
        (order.technician_id, wanted.technician_id),
        (order.customer_id, wanted.customer_id),
        (order.company_id, wanted.company_id),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.statuses:
        conditions.append(order.status.is_in(sorted(wanted.statuses)))
    if wanted.is_late:
        conditions.append(WhereRaw(late_sql("{}"), now))
    if wanted.opened_from is not None:
        conditions.append(order.opened_at >= wanted.opened_from)
    if wanted.opened_until is not None:
        conditions.append(order.opened_at < wanted.opened_until)
    return conditions


def _beyond(wanted: OrderFilter, values: list[Any]) -> WhereRaw:
    """A comparison of row values, which both databases answer from the index of the sort."""
    names = ", ".join(f"service_order.{name}" for name, _ in _SORTS[wanted.sort])
    marks = ", ".join("{}" for _ in values)
    return WhereRaw(f"({names}) {'<' if wanted.is_descending else '>'} ({marks})", *values)


async def _open_discrepancies(order_ids: list[UUID]) -> dict[UUID, int]:
    if not order_ids:
        return {}
    counts = (
        await Discrepancy.select(Discrepancy.service_order_id, Count(alias="n"))
        .where(Discrepancy.service_order_id.is_in(order_ids), Discrepancy.accepted_at.is_null())
        .group_by(Discrepancy.service_order_id)
    )
    return {row["service_order_id"]: row["n"] for row in counts}


def _order_row(
    row: dict[str, Any], open_discrepancies: int, sides: dict[UUID, str], now: datetime
) -> OrderRow:
    status, due_at = Status(row["status"]), due_of(row)
    own = {name: value for name, value in row.items() if name in _ROW_FIELDS}
    return OrderRow(
        **{**own, "status": status, "due_at": due_at},
        is_overdue=is_overdue(status, row["pending_reason"], due_at, now),
        open_discrepancies=open_discrepancies,
        turn=turn_of(status, sides.get(row["id"]), is_released=row["triage_released_at"] is not None),
    )
