"""Putting an order where it belongs on the agenda: a dispatch like any other, but of what was seen.

What somebody else did meanwhile, or a technician who is at the order already, is told and not overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.agenda.hours import hours_of
from server.agenda.queries import day_bounds
from server.agenda.rules import Placement, free_time, is_as_seen, refuse_move
from server.problems import Problem
from server.service_orders import actions, orders
from server.service_orders.rules import Dispatch
from server.service_orders.statuses import Status
from server.service_orders.tables import OrderEvent, ServiceOrder, Technician

_technician_company: Any = Technician.company_id


async def place(actor: Actor, order_id: UUID, wanted: Placement, seen: str, *, now: datetime) -> None:
    """`seen` is the mark of the order as it was shown. The promised times stay as they are.

    Raises `not_found`, `order_moved`, `order_being_served`, `day_over`, and what a dispatch raises.
    """
    async with DB.transaction() as tx:
        row = await orders.lock_visible_order(tx, actor, order_id)
        state = orders.state_of(row)
        if not is_as_seen(state, seen):
            technician, turned = await _as_it_stands(actor, row)
            refuse_move(state, technician=technician, turned=turned)
        if wanted.technician_id is None:
            if state.technician_id is not None:
                await actions.change_status(actor, order_id, Status.OPENED, now=now)
            return
        scheduled_at = await _time_for(actor, row, wanted, now)
        dispatch = Dispatch(wanted.technician_id, scheduled_at, row["due_at"], row["revised_due_at"])
        await actions.dispatch(actor, order_id, dispatch, now=now)


async def _time_for(
    actor: Actor, row: Mapping[str, Any], wanted: Placement, now: datetime
) -> datetime | None:
    """The typed time as it is; otherwise one that is free."""
    if wanted.day is None:
        return None
    zone = ZoneInfo(actor.timezone)
    if wanted.day < now.astimezone(zone).date():
        raise Problem("day_over")
    if wanted.at is not None:
        return datetime.combine(wanted.day, wanted.at, zone)
    before: datetime | None = row["scheduled_at"]
    stays = before is not None and before.astimezone(zone).date() == wanted.day
    if stays and row["technician_id"] == wanted.technician_id:
        return before
    company = (
        await Technician.select(Technician.company_id, _technician_company.uf.as_alias("uf"))
        .where(visible(actor, Technician), Technician.id == wanted.technician_id)
        .first()
    )
    if company is None:
        raise Problem("technician_unavailable")
    begins, ends = day_bounds((wanted.day,), actor.timezone)
    taken = (
        await ServiceOrder.select(ServiceOrder.scheduled_at)
        .where(
            ServiceOrder.reseller_id == actor.reseller_id,
            ServiceOrder.technician_id == wanted.technician_id,
            ServiceOrder.status != Status.CANCELLED.value,
            ServiceOrder.scheduled_at >= begins,
            ServiceOrder.scheduled_at < ends,
        )
        .output(as_list=True)
    )
    hours = await hours_of(actor, {company["company_id"]: company["uf"]}, min(begins, now))
    return free_time(
        wanted.day,
        hours.on(company["company_id"], wanted.day),
        taken,
        hours.visit,
        zone=zone,
        now=now,
        wished=None if before is None else before.astimezone(zone).time(),
    )


async def _as_it_stands(actor: Actor, row: Mapping[str, Any]) -> tuple[str, str]:
    """Who has the order now, and who made it so, as a sentence goes on with it."""
    name = ""
    if row["technician_id"] is not None:
        found = await Technician.select(Technician.name).where(Technician.id == row["technician_id"]).first()
        name = found["name"] if found else "um técnico"
    line = (
        await OrderEvent.select(OrderEvent.user_name)
        .where(
            OrderEvent.service_order_id == row["id"],
            OrderEvent.kind.is_in(["dispatched", "status", "visit", "edited"]),
        )
        .order_by(OrderEvent.recorded_at, ascending=False)
        .order_by(OrderEvent.id, ascending=False)
        .first()
    )
    who = (line["user_name"] if line else "") or "o ILUX"
    if not name:
        return name, f"{who} devolveu o chamado à lista a despachar"
    day = "sem dia marcado"
    if row["scheduled_at"] is not None:
        day = row["scheduled_at"].astimezone(ZoneInfo(actor.timezone)).strftime("para %d/%m às %H:%M")
    return name, f"{who} deixou este chamado com {name}, {day}"
