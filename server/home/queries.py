"""The home page's lists and counts, each one statement, all within the reach of who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import WhereRaw

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import condition, visible
from server.home.rules import LAST
from server.ratings.queries import orders_to_rate
from server.ratings.rules import ASKED_FOR
from server.service_orders import rows
from server.service_orders.due import due_of, late_sql
from server.service_orders.rules import is_overdue
from server.service_orders.statuses import CALLERS, Status
from server.service_orders.tables import ServiceOrder
from server.triage.rules import Side, side_of
from server.triage.tables import TriageMessage

_NOT_CLOSED = "service_order.status IN ('A', 'E', 'M', 'P', 'L', 'S')"  # named, so that the index finds them
# Of the orders in *abertura*: who spoke last. Few of them have a conversation, and fewer are in *abertura*.
_LAST_SIDE = (
    "(SELECT said.author_side FROM triage_message said WHERE said.service_order_id = service_order.id"
    " ORDER BY said.created_at DESC, said.id DESC LIMIT 1)"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Numbers that ask for somebody: each leads to the list behind it."""

    opened: int
    overdue: int
    triages: int


@dataclass(frozen=True, slots=True)
class TriageRow:
    order_id: UUID
    web_number: int
    ilux_number: str | None
    author_name: str
    author_side: str
    body: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MonitoredRow:
    """A line of the monitoring dashboard, with the manual's columns."""

    id: UUID
    web_number: int
    status: Status
    serial_number: str | None
    model: str | None
    customer_name: str
    city: str
    uf: str
    opened_at: datetime
    due_at: datetime | None
    revised_due_at: datetime | None
    technician_name: str | None
    is_overdue: bool


async def count_waiting(actor: Actor, now: datetime) -> Waiting:
    """What nobody was sent to, what is late, and the conversations where this side is to speak."""
    sql, args = condition(actor, "service_order")
    other = Side.DESK if side_of(actor.role) is Side.CUSTOMER else Side.CUSTOMER
    numbered = sql
    for number in range(1, len(args) + 1):
        numbered = numbered.replace("{}", f"${number}", 1)
    after = len(args)
    found = await DB.fetch(
        "SELECT count(CASE WHEN service_order.status = 'A' THEN 1 END),"
        f" count(CASE WHEN {late_sql(f'${after + 1}')} THEN 1 END),"
        " count(CASE WHEN service_order.status = 'A' AND service_order.triage_released_at IS NULL"
        f" AND {_LAST_SIDE} = ${after + 2} THEN 1 END)"
        f" FROM service_order WHERE {numbered} AND {_NOT_CLOSED}",
        *args,
        now,
        other.value,
    )
    return Waiting(*(int(number) for number in found[0]))


async def questions_to_answer(actor: Actor) -> tuple[tuple[UUID, int], ...]:
    """A customer's calls where the desk waits for a word: id and number."""
    found = (
        await ServiceOrder.select(ServiceOrder.id, ServiceOrder.web_number)
        .where(
            visible(actor, ServiceOrder),
            ServiceOrder.status == Status.OPENED.value,
            WhereRaw(f"{_LAST_SIDE} = {{}}", Side.DESK.value),
        )
        .order_by(ServiceOrder.opened_at)
        .limit(LAST)
    )
    return tuple((row["id"], row["web_number"]) for row in found)


async def questions_to_rate(actor: Actor, now: datetime) -> tuple[tuple[UUID, int], ...]:
    return await orders_to_rate(actor, now - ASKED_FOR) if actor.role in CALLERS else ()


async def last_triages(actor: Actor) -> tuple[TriageRow, ...]:
    """The newest message of each conversation, newest first."""
    order: Any = TriageMessage.service_order_id
    found = (
        await TriageMessage.select(
            order.id.as_alias("order_id"),
            order.web_number.as_alias("web_number"),
            order.ilux_number.as_alias("ilux_number"),
            TriageMessage.author_name,
            TriageMessage.author_side,
            TriageMessage.body,
            TriageMessage.created_at,
        )
        .where(visible(actor, TriageMessage))
        .order_by(TriageMessage.created_at, ascending=False)
        .limit(LAST * 4)
    )
    newest: dict[UUID, TriageRow] = {}
    for row in found:
        newest.setdefault(row["order_id"], TriageRow(**row))
    return tuple(newest.values())[:LAST]


async def last_orders(actor: Actor, now: datetime, limit: int = LAST) -> tuple[MonitoredRow, ...]:
    """The newest first: found by the index before anything is joined."""
    order = ServiceOrder
    newest = (
        order.select(order.id)
        .where(visible(actor, order))
        .order_by(order.opened_at, ascending=False)
        .order_by(order.id, ascending=False)
        .limit(limit)
    )
    found = (
        await order.select(
            *rows.ROW_COLUMNS,
            order.customer_id.city.as_alias("city"),
            order.customer_id.uf.as_alias("uf"),
        )
        .where(order.id.is_in(newest))
        .order_by(order.opened_at, ascending=False)
        .order_by(order.id, ascending=False)
    )
    return tuple(_monitored(row, now) for row in found)


def _monitored(row: dict[str, Any], now: datetime) -> MonitoredRow:
    names = MonitoredRow.__dataclass_fields__.keys() - {"status", "revised_due_at", "is_overdue"}
    status = Status(row["status"])
    return MonitoredRow(
        **{name: row[name] for name in names},
        status=status,
        revised_due_at=row["revised_due_at"] or row["paused_due_at"],
        is_overdue=is_overdue(status, row["pending_reason"], due_of(row), now),
    )
