"""Choosing the one company or customer registration that a session looks at; `reach` says what that means."""

from __future__ import annotations

from uuid import UUID

from piccolo_conf import DB
from server.accounts.actor import CUSTOMER_ROLES, Actor
from server.accounts.reach import narrow, widen
from server.accounts.scope import visible
from server.accounts.tables import Company, Session
from server.customers.tables import Customer
from server.problems import Problem
from server.service_orders.views import Choice

MOST_CHOICES = 200


async def list_choices(actor: Actor) -> tuple[Choice, ...]:
    """What this person may look at alone, by name."""
    whole = widen(actor)
    table = Customer if actor.role in CUSTOMER_ROLES else Company
    rows = (
        await table.select(table.id, table.name, table.trade_name)
        .where(visible(whole, table))
        .order_by(table.name)
        .limit(MOST_CHOICES)
    )
    return tuple(Choice(row["id"], row["trade_name"] or row["name"]) for row in rows)


async def narrow_session(actor: Actor, to_id: UUID | None) -> None:
    """None: all again. Raises `not_found` for what is not theirs."""
    if to_id is not None:
        whole = widen(actor)
        table = Customer if actor.role in CUSTOMER_ROLES else Company
        is_own = await table.exists().where(visible(whole, table), table.id == to_id)
        if not is_own or narrow(whole, to_id, "").narrowed_to is None:
            raise Problem("not_found")
    async with DB.transaction():
        await Session.update({Session.narrowed_to_id: to_id}).where(Session.id == actor.session_id)
