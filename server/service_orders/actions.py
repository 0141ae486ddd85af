"""The only writer of service orders for people at the desk and at customers.

Every action is one transaction: lock, ask the rule, write named columns, record who changed what, and tell
open pages and phones after the commit. What technicians record arrives by `server.visits`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.attachments import actions as attachments
from server.bridge import messages
from server.calendars.promises import keep_promise, promise_for
from server.checklists.choosing import checklist_for
from server.customers.tables import Contract, Customer
from server.database import Transaction
from server.equipment.tables import Defect, Equipment
from server.problems import Problem
from server.service_orders import history, notices, orders, rules
from server.service_orders.announcements import announce_opening
from server.service_orders.history import Author, When
from server.service_orders.rules import Dispatch, OrderChange, OrderEdit
from server.service_orders.statuses import PendingReason, Source, Status
from server.service_orders.tables import ChecklistVersion, ServiceOrder, Technician


@dataclass(frozen=True, slots=True)
class NewOrder:
    """What somebody asks for. `order_id` is made where the order is born."""

    customer_id: UUID
    description: str
    equipment_id: UUID | None = None
    defect_id: UUID | None = None
    requester_name: str = ""
    requester_phone: str = ""
    return_of_id: UUID | None = None
    order_id: UUID | None = None
    contract_id: UUID | None = None
    attachment_ids: tuple[UUID, ...] = ()


async def open_order(
    actor: Actor,
    wanted: NewOrder,
    *,
    now: datetime,
    source: Source = Source.WEB,
    occurred_at: datetime | None = None,
) -> UUID:
    """Opened in the reseller's default status, dispatched to nobody. The same id again changes nothing.

    Raises `not_found` for a customer, machine or defect out of reach; `equipment_elsewhere`, `text_required`.
    """
    if not wanted.description.strip():
        raise Problem("text_required")
    order_id = wanted.order_id or uuid7()
    when = When(occurred_at or now, now)
    author = Author(actor.user_id, actor.name, source)
    async with DB.transaction() as tx:
        await _one_at_a_time(tx, order_id)
        if await orders.lock_order(tx, actor.reseller_id, order_id) is not None:
            return order_id
        order = await _compose(actor, replace(wanted, order_id=order_id), source, when)
        order.web_number, order.status = await _next_number(tx, actor.reseller_id)
        promised = await promise_for(
            actor.reseller_id, order.company_id, order.contract_kind, order.opened_at
        )
        if promised is not None:
            order.due_at = promised.due_at
        await ServiceOrder.insert(order)
        if promised is not None:
            await keep_promise(actor.reseller_id, order_id, promised)
        await attachments.bind(actor, order_id, wanted.attachment_ids)
        await history.add_line(
            tx, actor.reseller_id, order_id, author, when, "opened", after={"status": order.status}
        )
        await messages.order_opened(tx, order.to_dict(), now)
        await announce_opening(order.to_dict(), actor.user_id)
        await notices.tell_desk(actor.reseller_id)
    return order_id


async def dispatch(actor: Actor, order_id: UUID, wanted: Dispatch, *, now: datetime) -> None:
    """Send a technician, another one, or the same at another time.

    Raises `not_found`, and what `rules.dispatch` does.
    """
    async with DB.transaction() as tx:
        row = await orders.lock_visible_order(tx, actor, order_id)
        await _keep_in_service(tx, wanted.technician_id)
        is_available = await Technician.exists().where(
            visible(actor, Technician), Technician.id == wanted.technician_id, Technician.is_active.eq(True)
        )
        change = rules.dispatch(orders.state_of(row), wanted, is_technician_available=is_available)
        await _write(tx, actor, row, change, now, "dispatched")
        await notices.tell_desk(actor.reseller_id)


async def change_status(
    actor: Actor,
    order_id: UUID,
    status: Status,
    *,
    now: datetime,
    pending_reason: PendingReason | None = None,
    note: str = "",
) -> None:
    """Raises `not_found`, `status_not_possible`, `reason_required`."""
    async with DB.transaction() as tx:
        row = await orders.lock_visible_order(tx, actor, order_id)
        change = rules.change_status(
            orders.state_of(row), status, actor.role, Source.WEB, pending_reason=pending_reason
        )
        await _write(tx, actor, row, change, now, "status", note)
        await notices.tell_desk(actor.reseller_id)


async def cancel(actor: Actor, order_id: UUID, reason: str, *, now: datetime) -> None:
    """Raises `not_found`, `reason_required`, `status_not_possible`."""
    async with DB.transaction() as tx:
        row = await orders.lock_visible_order(tx, actor, order_id)
        change = rules.cancel(orders.state_of(row), reason, actor.role, Source.WEB)
        await _write(tx, actor, row, change, now, "cancelled", reason.strip())
        await notices.tell_desk(actor.reseller_id)


async def edit(actor: Actor, order_id: UUID, wanted: OrderEdit, *, now: datetime) -> None:
    """Raises `not_found`, `order_closed`, `due_before_opening`."""
    async with DB.transaction() as tx:
        row = await orders.lock_visible_order(tx, actor, order_id)
        change = rules.edit(orders.state_of(row), row, wanted)
        if "checklist_version_id" in change.after and not await ChecklistVersion.exists().where(
            ChecklistVersion.reseller_id == actor.reseller_id,
            ChecklistVersion.id == wanted.checklist_version_id,
        ):
            raise Problem("not_found")
        await _write(tx, actor, row, change, now, "edited")
        await notices.tell_desk(actor.reseller_id)


async def add_note(
    actor: Actor, order_id: UUID, body: str, *, now: datetime, is_internal: bool = True
) -> None:
    """A line of the history. Raises `not_found`, `text_required`."""
    if not body.strip():
        raise Problem("text_required")
    async with DB.transaction() as tx:
        await orders.lock_visible_order(tx, actor, order_id)
        await history.add_line(
            tx,
            actor.reseller_id,
            order_id,
            Author.on_web(actor),
            When.now(now),
            "note",
            note=body.strip(),
            is_internal=is_internal,
        )
        await notices.tell_desk(actor.reseller_id)


async def _one_at_a_time(tx: Transaction, order_id: UUID) -> None:
    """A form that was sent twice at once: the second waits, and then finds the first one's order."""
    if DB.dialect == "postgres":
        await tx.fetch("SELECT pg_advisory_xact_lock($1)", order_id.int & (2**63 - 1))


async def _keep_in_service(tx: Transaction, technician_id: UUID) -> None:
    """Who is being retired at this moment is waited for: a technician without open orders is sent none."""
    if DB.dialect == "postgres":
        await tx.fetch("SELECT id FROM technician WHERE id = $1 FOR SHARE", technician_id)


async def _compose(actor: Actor, wanted: NewOrder, source: Source, when: When) -> ServiceOrder:
    """The order with what is copied at its opening: company, contract, defect, checklist."""
    customer = (
        await Customer.select(Customer.id, Customer.company_id)
        .where(visible(actor, Customer), Customer.id == wanted.customer_id)
        .first()
    )
    if customer is None:
        raise Problem("not_found")
    equipment = await _equipment(actor, wanted)
    contract = await _contract(equipment, wanted)
    defect = await _defect(actor, wanted.defect_id)
    return ServiceOrder(
        id=wanted.order_id,
        reseller_id=actor.reseller_id,
        company_id=equipment["company_id"] if equipment else customer["company_id"],
        customer_id=wanted.customer_id,
        equipment_id=wanted.equipment_id,
        contract_id=contract["id"] if contract else None,
        contract_number=contract["number"] if contract else "",
        contract_kind=contract["kind"] if contract else "none",
        defect_id=wanted.defect_id,
        defect=defect,
        checklist_version_id=await checklist_for(
            actor.reseller_id, wanted.defect_id, equipment["model"] if equipment else ""
        ),
        return_of_id=wanted.return_of_id,
        description=wanted.description.strip(),
        requester_name=wanted.requester_name.strip() or actor.name[:80],
        requester_phone=wanted.requester_phone.strip(),
        opened_at=when.occurred_at,
        opened_by_id=actor.user_id,
        opened_from=source,
        last_change_at=when.recorded_at,
    )


async def _equipment(actor: Actor, wanted: NewOrder) -> dict[str, Any] | None:
    if wanted.equipment_id is None:
        return None
    found = (
        await Equipment.select(
            Equipment.id, Equipment.company_id, Equipment.customer_id, Equipment.contract_id, Equipment.model
        )
        .where(visible(actor, Equipment), Equipment.id == wanted.equipment_id)
        .first()
    )
    if found is None:
        raise Problem("not_found")
    if found["customer_id"] != wanted.customer_id:
        raise Problem("equipment_elsewhere")
    return found


async def _contract(equipment: dict[str, Any] | None, wanted: NewOrder) -> dict[str, object] | None:
    """The machine's; without a machine the one that was asked for."""
    contract_id = equipment["contract_id"] if equipment else wanted.contract_id
    if contract_id is None:
        return None
    found = (
        await Contract.select(Contract.id, Contract.number, Contract.kind)
        .where(
            Contract.id == contract_id,
            Contract.customer_id == wanted.customer_id,
            Contract.is_active.eq(True),
        )
        .first()
    )
    if found is None and equipment is None:
        raise Problem("not_found")
    return found


async def _defect(actor: Actor, defect_id: UUID | None) -> str:
    if defect_id is None:
        return ""
    found = (
        await Defect.select(Defect.name)
        .where(Defect.reseller_id == actor.reseller_id, Defect.id == defect_id)
        .first()
    )
    if found is None:
        raise Problem("not_found")
    name: str = found["name"]
    return name


async def _next_number(tx: Transaction, reseller_id: UUID) -> tuple[int, str]:
    rows = await tx.fetch(
        "UPDATE reseller SET next_web_number = next_web_number + 1 WHERE id = $1"
        " RETURNING next_web_number, default_opening_status",
        reseller_id,
    )
    return int(rows[0][0]) - 1, str(rows[0][1])


async def _write(
    tx: Transaction,
    actor: Actor,
    order: Mapping[str, Any],
    change: OrderChange,
    now: datetime,
    kind: str,
    note: str = "",
) -> None:
    await orders.write(tx, order, change, Author.on_web(actor), When.now(now), kind, note=note)
