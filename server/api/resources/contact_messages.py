"""Contatos: what customers write to the reseller, with its answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar.params import FromPath, FromQuery

from server.accounts.actor import Actor
from server.api.operations import After, ApiCall, Limit, Page, as_body, reading, words
from server.api.scopes import ApiScope
from server.contact import queries
from server.contact.queries import ContactFilter
from server.contact.rules import ContactKind, ContactState

TAG = "Contatos"
PATH = "/contact-messages"


class ContactLine(msgspec.Struct):
    id: UUID
    kind: ContactKind
    state: ContactState
    customer_name: str
    subject: str
    sender_name: str
    sent_at: datetime
    closed_at: datetime | None


class ContactAnswerEntry(msgspec.Struct):
    user_name: str
    body: str
    answered_at: datetime


class ContactBody(msgspec.Struct):
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
    answers: list[ContactAnswerEntry]


@reading(PATH, ApiScope.CONTACTS_READ, TAG, "Lista contatos, os mais novos primeiro")
async def api_contact_messages(
    request: ApiCall,
    customer: Annotated[str, words("Parte do nome do cliente, ou do CNPJ ou CPF.")] = "",
    kind: FromQuery[ContactKind | None] = None,
    contact_state: FromQuery[ContactState | None] = None,
    after: After = None,
    limit: Limit = queries.PAGE_SIZE,
) -> Page[ContactLine]:
    wanted = ContactFilter(customer, kind, contact_state)
    page = await queries.list_messages(request.user, wanted, after=after, limit=limit)
    return Page([as_body(ContactLine, row) for row in page.rows], page.next)


@reading(f"{PATH}/{{contact_message_id:uuid}}", ApiScope.CONTACTS_READ, TAG, "Mostra um contato")
async def api_contact_message(request: ApiCall, contact_message_id: FromPath[UUID]) -> ContactBody:
    return await message_body(request.user, contact_message_id)


ROUTES = [api_contact_messages, api_contact_message]


async def message_body(actor: Actor, message_id: UUID) -> ContactBody:
    """Raises `not_found`."""
    message = await queries.get_message(actor, message_id)
    return as_body(
        ContactBody, message, answers=[as_body(ContactAnswerEntry, one) for one in message.answers]
    )
