"""The only writer of contact messages: sent by customers, answered and closed by the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.attempts import Limit, count_attempt
from server.accounts.documents import one_line
from server.accounts.scope import visible
from server.contact import problems as _problems  # noqa: F401  registers the codes raised here
from server.contact.rules import ContactKind, ContactState
from server.contact.tables import ContactAnswer, ContactMessage
from server.customers.tables import Customer
from server.database import Transaction
from server.notifications.actions import announce
from server.notifications.events import Event
from server.notifications.subjects import Subject
from server.problems import Problem
from server.service_orders import problems as _order_problems  # noqa: F401  registers `text_required`
from server.web.live import publish

SENT_BY_USER = Limit("contact_user", 20, timedelta(hours=1))
_TOLD = 300  # letters of a message in a bell
_EVENTS = {ContactKind.CONTACT: Event.CONTACT_RECEIVED, ContactKind.LEAD: Event.SALES_LEAD_RECEIVED}


@dataclass(frozen=True, slots=True)
class NewMessage:
    """`message_id` is made with the form, so that sending it twice writes once."""

    message_id: UUID
    customer_id: UUID
    kind: ContactKind
    subject: str
    body: str
    phone: str = ""


def list_topic(reseller_id: UUID) -> str:
    return f"reseller:{reseller_id}:contact"


async def send_message(actor: Actor, wanted: NewMessage, *, now: datetime) -> UUID:
    """The same id again changes nothing. Raises `not_found`, `rate_limited`."""
    async with DB.transaction():
        known = await ContactMessage.select(ContactMessage.id).where(ContactMessage.id == wanted.message_id)
        if known:
            if not await ContactMessage.exists().where(
                visible(actor, ContactMessage), ContactMessage.id == wanted.message_id
            ):
                raise Problem("not_found")
            return wanted.message_id
        customer = (
            await Customer.select(Customer.company_id)
            .where(visible(actor, Customer), Customer.id == wanted.customer_id)
            .first()
        )
        if customer is None:
            raise Problem("not_found")
        await count_attempt((SENT_BY_USER, str(actor.user_id)), now=now)
        message = ContactMessage(
            id=wanted.message_id,
            reseller_id=actor.reseller_id,
            company_id=customer["company_id"],
            customer_id=wanted.customer_id,
            kind=wanted.kind.value,
            subject=one_line(wanted.subject),
            body=wanted.body.strip(),
            sender_id=actor.user_id,
            sender_name=actor.name,
            sender_email=actor.email,
            sender_phone=one_line(wanted.phone),
            sent_at=now,
        )
        await ContactMessage.insert(message)
        await announce(
            _EVENTS[wanted.kind],
            Subject.CONTACT_MESSAGE,
            message.id,
            reseller_id=actor.reseller_id,
            company_id=message.company_id,
            customer_id=message.customer_id,
            actor_id=actor.user_id,
            facts={"text": f"{message.subject}: {message.body}"[:_TOLD]},
        )
        await publish(list_topic(actor.reseller_id))
    return wanted.message_id


async def answer(actor: Actor, message_id: UUID, body: str, *, now: datetime) -> None:
    """Told to who wrote. Raises `not_found`, `text_required`, `contact_closed`."""
    if not body.strip():
        raise Problem("text_required")
    async with DB.transaction() as tx:
        message = await _open_one(tx, actor, message_id)
        await ContactAnswer.insert(
            ContactAnswer(
                id=uuid7(),
                reseller_id=actor.reseller_id,
                contact_message_id=message_id,
                user_id=actor.user_id,
                user_name=actor.name,
                body=body.strip(),
                answered_at=now,
            )
        )
        answered: dict[Any, Any] = {"state": ContactState.ANSWERED.value}
        await ContactMessage.update(answered).where(ContactMessage.id == message_id)
        await announce(
            Event.CONTACT_ANSWERED,
            Subject.CONTACT_MESSAGE,
            message_id,
            reseller_id=actor.reseller_id,
            company_id=message.company_id,
            customer_id=message.customer_id,
            user_id=message.sender_id,
            actor_id=actor.user_id,
            facts={"text": body.strip()[:_TOLD]},
        )
        await publish(list_topic(actor.reseller_id))


async def close(actor: Actor, message_id: UUID, *, now: datetime) -> None:
    """Nothing more is to be done about it. Raises `not_found`, `contact_closed`."""
    async with DB.transaction() as tx:
        await _open_one(tx, actor, message_id)
        closed: dict[Any, Any] = {
            "state": ContactState.CLOSED.value,
            "closed_at": now,
            "closed_by_name": actor.name,
        }
        await ContactMessage.update(closed).where(ContactMessage.id == message_id)
        await publish(list_topic(actor.reseller_id))


async def _open_one(tx: Transaction, actor: Actor, message_id: UUID) -> ContactMessage:
    if DB.dialect == "postgres":
        await tx.fetch("SELECT id FROM contact_message WHERE id = $1 FOR NO KEY UPDATE", message_id)
    message = (
        await ContactMessage.objects()
        .where(visible(actor, ContactMessage), ContactMessage.id == message_id)
        .first()
    )
    if message is None:
        raise Problem("not_found")
    if message.state == ContactState.CLOSED:
        raise Problem("contact_closed")
    return message
