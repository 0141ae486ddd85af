"""The read side of contact messages: the list with keyset pages, and one message with its answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import WhereRaw

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.contact.rules import ContactKind, ContactState
from server.contact.tables import ContactAnswer, ContactMessage
from server.customers.queries import find_customer_ids
from server.customers.tables import Customer
from server.database.keyset import read_cursor, write_cursor
from server.problems import Problem
from server.service_orders.views import Choice, Page

PAGE_SIZE = 50

_message: Any = ContactMessage
_FIELDS = (
    "id", "subject", "body", "sender_name", "sender_email", "sender_phone", "sent_at", "closed_at",
    "closed_by_name",
)  # fmt: skip
_COLUMNS = (
    *(getattr(_message, name) for name in _FIELDS),
    _message.kind,
    _message.state,
    _message.customer_id.name.as_alias("customer_name"),
)


@dataclass(frozen=True, slots=True)
class ContactFilter:
    """What is `None` or empty does not filter."""

    customer: str = ""
    kind: ContactKind | None = None
    state: ContactState | None = None


@dataclass(frozen=True, slots=True)
class AnswerView:
    user_name: str
    body: str
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class MessageView:
    """`answers` are only those of a message that is shown by itself."""

    id: UUID
    kind: ContactKind
    state: ContactState
    customer_name: str
    subject: str
    body: str
    sender_name: str
    sender_email: str
    sender_phone: str
    sent_at: datetime
    closed_at: datetime | None
    closed_by_name: str
    answers: tuple[AnswerView, ...] = ()


async def list_messages(
    actor: Actor, wanted: ContactFilter, *, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[MessageView]:
    """One page, the newest first; `after` is the `next` of the page before it. Raises `invalid`."""
    conditions: list[Any] = [visible(actor, ContactMessage)]
    if wanted.customer.strip():
        customer_ids = await find_customer_ids(actor, wanted.customer)
        if not customer_ids:
            return Page((), None)
        conditions.append(ContactMessage.customer_id.is_in(customer_ids))
    if wanted.kind is not None:
        conditions.append(ContactMessage.kind == wanted.kind.value)
    if wanted.state is not None:
        conditions.append(ContactMessage.state == wanted.state.value)
    if after:
        conditions.append(
            WhereRaw(
                "(contact_message.sent_at, contact_message.id) < ({}, {})",
                *read_cursor(after, datetime, UUID),
            )
        )
    rows: list[dict[str, Any]] = (
        await ContactMessage.select(*_COLUMNS)
        .where(*conditions)
        .order_by(ContactMessage.sent_at, ContactMessage.id, ascending=False)
        .limit(limit + 1)
    )
    has_more, rows = len(rows) > limit, rows[:limit]
    return Page(
        tuple(_view(row) for row in rows),
        write_cursor(rows[-1]["sent_at"], rows[-1]["id"]) if has_more else None,
    )


async def get_message(actor: Actor, message_id: UUID) -> MessageView:
    """Raises `not_found` for what this person may not see."""
    async with DB.reading():
        row = (
            await ContactMessage.select(*_COLUMNS)
            .where(visible(actor, ContactMessage), ContactMessage.id == message_id)
            .first()
        )
        if row is None:
            raise Problem("not_found")
        answers = (
            await ContactAnswer.select(ContactAnswer.user_name, ContactAnswer.body, ContactAnswer.answered_at)
            .where(visible(actor, ContactAnswer), ContactAnswer.contact_message_id == message_id)
            .order_by(ContactAnswer.answered_at, ContactAnswer.id)
        )
    return _view(row, tuple(AnswerView(**answer) for answer in answers))


async def own_customers(actor: Actor) -> tuple[Choice, ...]:
    """The registrations that a customer's person may write for."""
    rows = (
        await Customer.select(Customer.id, Customer.name)
        .where(visible(actor, Customer), Customer.is_active.eq(True))
        .order_by(Customer.name)
    )
    return tuple(Choice(row["id"], row["name"]) for row in rows)


def _view(row: dict[str, Any], answers: tuple[AnswerView, ...] = ()) -> MessageView:
    return MessageView(
        **{name: row[name] for name in _FIELDS},
        kind=ContactKind(row["kind"]),
        state=ContactState(row["state"]),
        customer_name=row["customer_name"],
        answers=answers,
    )
