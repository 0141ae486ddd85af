"""The read side of requested parts: the queue with keyset pages, one part, what stands beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import WhereRaw

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.customers.queries import find_customer_ids
from server.database.keyset import read_cursor, write_cursor
from server.database.text_search import is_spelled
from server.part_requests.statuses import ENDED, PartStatus
from server.part_requests.views import OrderLine, PartFilter, PartRow
from server.problems import Problem
from server.service_orders.due import due_of, due_sql
from server.service_orders.numbers import has_number
from server.service_orders.rules import is_past_due
from server.service_orders.statuses import CLOSED, WAITING, Status
from server.service_orders.tables import Carrier, PartRequest, ServiceOrder
from server.service_orders.views import Choice, Page

PAGE_SIZE = 50
BESIDE = 20

_part: Any = PartRequest
_order: Any = PartRequest.service_order_id
_COLUMNS = (
    *(getattr(_part, name) for name in (
        "id", "description", "quantity", "note", "status", "requested_at", "expected_on", "carrier_id",
        "tracking_code", "reason", "changed_at",
    )),
    _order.as_alias("order_id"),
    _order.web_number.as_alias("web_number"),
    _order.ilux_number.as_alias("ilux_number"),
    _order.status.as_alias("order_status"),
    _order.due_at.as_alias("due_at"),
    _order.revised_due_at.as_alias("revised_due_at"),
    _order.paused_due_at.as_alias("paused_due_at"),
    _order.customer_id.name.as_alias("customer_name"),
    _order.technician_id.name.as_alias("technician_name"),
    _part.carrier_id.name.as_alias("carrier_name"),
    _part.changed_by_id.name.as_alias("changed_by_name"),
)  # fmt: skip
_STATUSES_ENDED = ", ".join(f"'{status}'" for status in sorted(ENDED))
_AWAITS_MORE = (
    "EXISTS (SELECT 1 FROM part_request p WHERE p.service_order_id = service_order.id"
    f" AND p.status NOT IN ({_STATUSES_ENDED}))"
)
_HAS_DELIVERED = (
    "EXISTS (SELECT 1 FROM part_request p WHERE p.service_order_id = service_order.id"
    f" AND p.status = '{PartStatus.DELIVERED}')"
)
_HAS_PARTS = "EXISTS (SELECT 1 FROM part_request p WHERE p.service_order_id = service_order.id)"


async def list_parts(
    actor: Actor, wanted: PartFilter, *, now: datetime, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[PartRow]:
    """What was asked for longest ago first; `after` is the `next` of the page before it. Raises `invalid`."""
    conditions = await _conditions(actor, wanted, now)
    if conditions is None:
        return Page((), None)
    if after:
        beyond = "(part_request.requested_at, part_request.id) > ({}, {})"
        conditions.append(WhereRaw(beyond, *read_cursor(after, datetime, UUID)))
    found: list[dict[str, Any]] = (
        await _part.select(*_COLUMNS)
        .where(*conditions)
        .order_by(_part.requested_at, _part.id)
        .limit(limit + 1)
    )
    rows = tuple(_row(row, now) for row in found[:limit])
    return Page(rows, write_cursor(rows[-1].requested_at, rows[-1].id) if len(found) > limit else None)


async def get_part(actor: Actor, part_request_id: UUID, *, now: datetime) -> PartRow:
    """Raises `not_found` for what this person may not see."""
    found = (
        await _part.select(*_COLUMNS).where(visible(actor, PartRequest), _part.id == part_request_id).first()
    )
    if found is None:
        raise Problem("not_found")
    return _row(found, now)


async def parts_of(actor: Actor, order_id: UUID, *, now: datetime) -> tuple[PartRow, ...]:
    """All of one order, in the order they were asked for."""
    found = (
        await _part.select(*_COLUMNS)
        .where(visible(actor, PartRequest), _part.service_order_id == order_id)
        .order_by(_part.requested_at, _part.id)
    )
    return tuple(_row(row, now) for row in found)


async def complete_orders(actor: Actor) -> tuple[OrderLine, ...]:
    """Orders that wait although all their parts came: somebody is to go back."""
    return await _beside(actor, WAITING, f"{_HAS_DELIVERED} AND NOT {_AWAITS_MORE}")


async def bare_orders(actor: Actor) -> tuple[OrderLine, ...]:
    """Orders in logistics or stock for which nobody asked a part."""
    return await _beside(actor, frozenset({Status.LOGISTICS, Status.STOCK}), f"NOT {_HAS_PARTS}")


async def carrier_choices(actor: Actor) -> tuple[Choice, ...]:
    found = (
        await Carrier.select(Carrier.id, Carrier.name)
        .where(visible(actor, Carrier), Carrier.is_active.eq(True))
        .order_by(Carrier.name)
    )
    return tuple(Choice(row["id"], row["name"]) for row in found)


async def _beside(actor: Actor, statuses: frozenset[Status], condition: str) -> tuple[OrderLine, ...]:
    order = ServiceOrder
    found = (
        await order.select(
            order.id,
            order.web_number,
            order.status,
            order.customer_id.name.as_alias("customer_name"),
            order.technician_id.name.as_alias("technician_name"),
        )
        .where(visible(actor, order), order.status.is_in(sorted(statuses)), WhereRaw(condition))
        .order_by(order.opened_at, order.id)
        .limit(BESIDE)
    )
    return tuple(OrderLine(**{**row, "status": Status(row["status"])}) for row in found)


async def _conditions(actor: Actor, wanted: PartFilter, now: datetime) -> list[Any] | None:
    """None when a name matched nobody. What a closed order asked for is no longer anybody's task."""
    conditions: list[Any] = [visible(actor, PartRequest), _part.status.is_in(sorted(wanted.statuses))]
    open_statuses = sorted((wanted.order_statuses or set(Status)) - CLOSED)
    conditions.append(_order.status.is_in(open_statuses))
    numbered = has_number(wanted.number, _order.web_number, _order.ilux_number)
    if numbered is not None:
        conditions.append(numbered)
    if wanted.customer.strip():
        customer_ids = await find_customer_ids(actor, wanted.customer)
        if not customer_ids:
            return None
        conditions.append(_order.customer_id.is_in(customer_ids))
    if wanted.technician_id is not None:
        conditions.append(_order.technician_id == wanted.technician_id)
    if wanted.part.strip():
        conditions.append(is_spelled("part_request.description", wanted.part.strip()))
    if wanted.is_late:
        conditions.append(
            WhereRaw(
                "part_request.service_order_id IN (SELECT o.id FROM service_order o"
                f" WHERE {due_sql('o')} < {{}})",
                now,
            )
        )
    return conditions


def _row(row: dict[str, Any], now: datetime) -> PartRow:
    status = Status(row["order_status"])
    due_at = due_of(row)
    own = {name: value for name, value in row.items() if name in PartRow.__dataclass_fields__}
    return PartRow(
        **{**own, "order_status": status, "status": PartStatus(row["status"]), "due_at": due_at},
        is_overdue=is_past_due(status, due_at, now),
    )
