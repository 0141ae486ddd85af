"""Return calls: what an order returns from, with the visit that did not last, and what came after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.accounts.actor import Actor
from server.accounts.scope import condition
from server.service_orders.tables import ServiceOrder


@dataclass(frozen=True, slots=True)
class LinkedOrder:
    """`visit_*` are of its last visit that was completed, if this person may see one."""

    id: UUID
    web_number: int
    opened_at: datetime
    visit_id: UUID | None
    visit_ended_at: datetime | None
    technician_name: str | None


@dataclass(frozen=True, slots=True)
class Returns:
    earlier: LinkedOrder | None
    later: tuple[LinkedOrder, ...]


async def find_returns(actor: Actor, order_id: UUID) -> Returns:
    """Within what this person may see."""
    orders, order_args = condition(actor, "service_order")
    visits, visit_args = condition(actor, "visit")
    rows = await ServiceOrder.raw(
        "SELECT service_order.id, service_order.web_number, service_order.opened_at,"
        " service_order.return_of_id, v.id AS visit_id, v.ended_at AS visit_ended_at, v.technician_name"
        " FROM service_order LEFT JOIN visit v ON v.id = (SELECT visit.id FROM visit"
        f" WHERE visit.service_order_id = service_order.id AND visit.state = 'completed' AND ({visits})"
        " ORDER BY visit.ended_at DESC LIMIT 1)"
        f" WHERE ({orders}) AND (service_order.return_of_id = {{}}"
        " OR service_order.id = (SELECT this.return_of_id FROM service_order this WHERE this.id = {}))"
        " ORDER BY service_order.web_number",
        *visit_args,
        *order_args,
        order_id,
        order_id,
    )
    earlier, later = None, []
    for row in rows:
        is_later = row.pop("return_of_id") == order_id
        if is_later:
            later.append(LinkedOrder(**row))
        else:
            earlier = LinkedOrder(**row)
    return Returns(earlier, tuple(later))
