"""Finding customers by what a person types."""

from __future__ import annotations

import re
from uuid import UUID

from piccolo.columns.combination import Where

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.customers.names import fold
from server.customers.tables import Customer
from server.service_orders.views import Choice

SEARCH_LIMIT = 200


async def find_customers(actor: Actor, text: str, limit: int = 20) -> tuple[Choice, ...]:
    """Active customers whose name or document holds the text, by name."""
    rows = (
        await Customer.select(Customer.id, Customer.name)
        .where(visible(actor, Customer), Customer.is_active.eq(True), _matches(text))
        .order_by(Customer.name)
        .limit(limit)
    )
    return tuple(Choice(row["id"], row["name"]) for row in rows)


async def find_customer_ids(actor: Actor, text: str) -> list[UUID]:
    """For filters: also inactive ones, because their orders remain."""
    ids: list[UUID] = (
        await Customer.select(Customer.id)
        .where(visible(actor, Customer), _matches(text))
        .limit(SEARCH_LIMIT)
        .output(as_list=True)
    )
    return ids


def _matches(text: str) -> Where:
    document = re.sub(r"[./-]", "", text.strip()).lower()
    wanted = document if document.isdigit() else fold(text)
    return Customer.search_name.like(f"%{wanted.replace('%', '').replace('_', ' ')}%")
