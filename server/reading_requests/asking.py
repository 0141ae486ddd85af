"""Asking customers for the month's readings: the row, its machines and its mails, in one transaction.

The row is one a customer and month, whatever asks for it, and however often: that is what keeps the mail one.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from offline_sync.ids import uuid7
from server.accounts.actor import Role
from server.accounts.tokens import hash_of
from server.database import Transaction
from server.mail.actions import leave_letter
from server.reading_requests import notices
from server.reading_requests.links import token_of
from server.reading_requests.rules import LIFETIME

LETTER = "reading_request"
# Whom a customer's mail reaches, as `recipients` keeps it: a user's id, or nobody's for its own address.
Recipient = UUID | None


async def ask(
    tx: Transaction,
    reseller_id: UUID,
    customer_id: UUID,
    month_on: date,
    *,
    now: datetime,
    remind_after_days: int,
) -> UUID | None:
    """None when this month was asked for already, or when there is no machine to ask for."""
    machines = await tx.fetch(_MACHINES, customer_id)
    if not machines:
        return None
    request_id = uuid7()
    recipients = await recipients_of(tx, customer_id)
    is_new = await tx.execute(
        "INSERT INTO reading_request (id, reseller_id, customer_id, month_on, token_hash, recipients,"
        " asked_at, remind_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " ON CONFLICT DO NOTHING",
        request_id,
        reseller_id,
        customer_id,
        month_on,
        hash_of(token_of(request_id)),
        msgspec.json.encode(recipients).decode(),
        now,
        now + timedelta(days=remind_after_days),
        now + LIFETIME,
    )
    if not is_new:
        return None
    for (equipment_id,) in machines:
        await tx.execute(
            "INSERT INTO reading_request_item (id, reseller_id, reading_request_id, equipment_id)"
            " VALUES ($1, $2, $3, $4)",
            uuid7(),
            reseller_id,
            request_id,
            equipment_id,
        )
    await write_to(reseller_id, request_id, recipients)
    await notices.tell(reseller_id)
    return request_id


async def remind(tx: Transaction, reseller_id: UUID, request_id: UUID, *, now: datetime) -> None:
    """Once, to whom the customer's mail would reach now."""
    rows = await tx.fetch(
        "UPDATE reading_request SET reminded_at = $2, remind_at = NULL"
        " WHERE id = $1 AND remind_at <= $2 AND completed_at IS NULL AND revoked_at IS NULL"
        " RETURNING customer_id",
        request_id,
        now,
    )
    for (customer_id,) in rows:
        recipients = await recipients_of(tx, customer_id)
        await write_to(reseller_id, request_id, recipients, is_reminder=True)
        await notices.tell(reseller_id)


async def recipients_of(tx: Transaction, customer_id: UUID) -> list[Recipient]:
    """The customer's own users; without any, the address of its registration, where there is one."""
    users = await tx.fetch(_USERS, customer_id, Role.CUSTOMER.value)
    if users:
        return [user_id for (user_id,) in users]
    rows: list[Any] = await tx.fetch("SELECT email FROM customer WHERE id = $1", customer_id)
    return [None] if rows and rows[0][0] else []


async def write_to(
    reseller_id: UUID, request_id: UUID, recipients: list[Recipient], *, is_reminder: bool = False
) -> None:
    """One letter each; composed when it leaves, so that an answer that came before it withholds it."""
    for recipient in recipients:
        await leave_letter(
            LETTER,
            reseller_id=reseller_id,
            dedupe_key=f"{LETTER}:{request_id}:{recipient or 'customer'}",
            request_id=request_id,
            user_id=recipient,
            is_reminder=is_reminder,
        )


_MACHINES = """SELECT e.id FROM equipment e
    JOIN contract k ON k.id = e.contract_id AND k.is_active
    JOIN customer c ON c.id = e.customer_id AND c.is_active
    WHERE e.customer_id = $1 AND e.is_active ORDER BY e.department, e.serial_number, e.id"""
_USERS = """SELECT u.id FROM app_user u JOIN user_customer x ON x.user_id = u.id
    WHERE x.customer_id = $1 AND u.role = $2 AND u.is_active ORDER BY u.name, u.id"""
