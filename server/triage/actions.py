"""The only writer of triage: messages of both sides, the release to the dispatch, and canned answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo_conf import DB
from server.accounts import records
from server.accounts.actor import CUSTOMER_ROLES, Actor
from server.accounts.documents import one_line
from server.accounts.tables import User
from server.attachments import actions as attachments
from server.database import Transaction, held
from server.notifications.actions import announce
from server.notifications.events import Event
from server.notifications.subjects import Subject
from server.service_orders import history, notices, orders
from server.service_orders.history import Author, When
from server.service_orders.statuses import Status
from server.service_orders.tables import ServiceOrder
from server.triage.rules import Side, check_may_say, side_of, takes_release_back
from server.triage.tables import CannedAnswer

TOLD = 300  # of a message in a notification; the rest is read where it was written


@dataclass(frozen=True, slots=True)
class Said:
    """One message. `message_id` is made where it is written: sent twice, it is said once."""

    message_id: UUID
    body: str
    attachment_ids: tuple[UUID, ...] = ()


async def say(actor: Actor, order_id: UUID, said: Said, *, now: datetime) -> None:
    """Raises `not_found`, `triage_over`, `text_required`, `too_many_attachments`."""
    body, side = said.body.strip(), side_of(actor.role)
    async with DB.transaction() as tx:
        order = await orders.lock_visible_order(tx, actor, order_id)
        check_may_say(Status(order["status"]), body, len(said.attachment_ids))
        if not await _add(tx, actor, order_id, said.message_id, side, body, now):
            return
        await attachments.bind(actor, order_id, said.attachment_ids, message_id=said.message_id)
        changed: dict[str, Any] = {"last_change_at": now}
        if takes_release_back(side):
            changed["triage_released_at"] = None
        held.write(tx, ServiceOrder, order_id, changed)
        await _tell(actor, order, side, body or "Anexo enviado.")
        await notices.tell_desk(actor.reseller_id)


async def release(actor: Actor, order_id: UUID, *, now: datetime) -> None:
    """Everything is known: somebody may be sent. Again changes nothing. Raises `not_found`, `triage_over`."""
    async with DB.transaction() as tx:
        order = await orders.lock_visible_order(tx, actor, order_id)
        check_may_say(Status(order["status"]), "released", 0)
        if order["triage_released_at"] is not None:
            return
        held.write(tx, ServiceOrder, order_id, {"triage_released_at": now, "last_change_at": now})
        await history.add_line(
            tx, actor.reseller_id, order_id, Author.on_web(actor), When.now(now), "triage_released"
        )
        await notices.tell_desk(actor.reseller_id)


async def keep_canned_answer(actor: Actor, answer_id: UUID | None, title: str, body: str) -> UUID:
    """A new one, or another text for one. Raises `not_found`, `invalid`."""
    records.only_admin(actor)
    columns = {"title": one_line(title), "body": body.strip()}
    faults = {name: "Escreva alguma coisa." for name, text in columns.items() if not text}
    records.refuse(CannedAnswer, columns, faults)
    async with DB.transaction() as tx:
        if answer_id is None:
            return await records.add(actor, CannedAnswer, columns)
        row = await records.hold(tx, actor, CannedAnswer, answer_id)
        await records.change(actor, CannedAnswer, row, columns)
    return answer_id


async def retire_canned_answer(actor: Actor, answer_id: UUID) -> None:
    """Raises `not_found`."""
    async with DB.transaction() as tx:
        await records.retire(actor, CannedAnswer, await records.hold(tx, actor, CannedAnswer, answer_id))


async def _add(
    tx: Transaction, actor: Actor, order_id: UUID, message_id: UUID, side: Side, body: str, now: datetime
) -> bool:
    count = await tx.execute(
        "INSERT INTO triage_message (id, reseller_id, service_order_id, author_id, author_name, author_side,"
        " body, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        message_id,
        actor.reseller_id,
        order_id,
        actor.user_id,
        actor.name,
        side.value,
        body,
        now,
    )
    return count == 1


async def _tell(actor: Actor, order: dict[str, Any], side: Side, text: str) -> None:
    """The other side: who opened the call, or the whole customer when that was the reseller; or the desk."""
    is_question = side is Side.DESK
    await announce(
        Event.TRIAGE_QUESTION if is_question else Event.TRIAGE_ANSWER,
        Subject.SERVICE_ORDER,
        order["id"],
        reseller_id=actor.reseller_id,
        company_id=order["company_id"],
        customer_id=order["customer_id"],
        user_id=await _caller(order["opened_by_id"]) if is_question else None,
        actor_id=actor.user_id,
        facts={"text": text[:TOLD]},
    )


async def _caller(opened_by_id: UUID | None) -> UUID | None:
    """Who opened it, if that is somebody at the customer who can still log in."""
    if opened_by_id is None:
        return None
    roles = [role.value for role in CUSTOMER_ROLES]
    is_caller = await User.exists().where(
        User.id == opened_by_id, User.is_active.eq(True), User.role.is_in(roles)
    )
    return opened_by_id if is_caller else None
