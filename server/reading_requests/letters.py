"""The mail that asks for the month's readings, and the one that reminds."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo_conf import DB
from server.mail.letters import Letter, letter, render_letter
from server.reading_requests.asking import LETTER
from server.reading_requests.links import address_of
from server.reading_requests.rules import month_name


@letter(LETTER)
async def compose_request(payload: dict[str, Any], now: datetime) -> Letter | None:
    """None when it was answered or ended meanwhile, or when the person left."""
    request_id = UUID(payload["request_id"])
    rows = await DB.fetch(_REQUEST, request_id, now)
    if not rows:
        return None
    month_on, customer, contact_name, email, company, phone, machines = rows[0]
    name = contact_name
    if payload["user_id"] is not None:
        people = await DB.fetch(_PERSON, UUID(payload["user_id"]))
        if not people:
            return None
        name, email = people[0]
    if not email:
        return None
    month = month_name(month_on)
    is_reminder = bool(payload["is_reminder"])
    return render_letter(
        "reading_request",
        email,
        f"{'Lembrete: leituras' if is_reminder else 'Leituras'} de {month}",
        link=address_of(request_id),
        name=name,
        customer=customer,
        reseller_name=company,
        phone=phone,
        month=month,
        machines=machines,
        is_reminder=is_reminder,
    )


_REQUEST = """SELECT q.month_on, coalesce(nullif(c.trade_name, ''), c.name), c.contact_name, c.email,
    coalesce(nullif(k.trade_name, ''), k.name), k.phone,
    (SELECT count(*) FROM reading_request_item i WHERE i.reading_request_id = q.id AND i.answered_at IS NULL)
    FROM reading_request q
    JOIN customer c ON c.id = q.customer_id AND c.is_active
    JOIN company k ON k.id = c.company_id
    WHERE q.id = $1 AND q.expires_at > $2 AND q.completed_at IS NULL AND q.revoked_at IS NULL"""
_PERSON = "SELECT name, email FROM app_user WHERE id = $1 AND is_active"
