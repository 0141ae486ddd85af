"""Filters of the list that people keep under a name: their own, nobody else's."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl
from uuid import UUID

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.documents import one_line
from server.accounts.scope import visible
from server.problems import Problem
from server.service_orders.forms import query_string
from server.service_orders.tables import SavedFilter
from server.web.forms import Form

MOST = 20
NAME_LENGTH, QUERY_LENGTH = 40, 1000


@dataclass(frozen=True, slots=True)
class SavedFilterView:
    id: UUID
    name: str
    query: str


async def list_saved_filters(actor: Actor) -> tuple[SavedFilterView, ...]:
    rows = (
        await SavedFilter.select(SavedFilter.id, SavedFilter.name, SavedFilter.query)
        .where(visible(actor, SavedFilter))
        .order_by(SavedFilter.name)
    )
    return tuple(SavedFilterView(**row) for row in rows)


async def keep_filter(actor: Actor, name: str, query: str) -> str:
    """Under a name that is there already it replaces that one; the query as it is kept.

    Raises `text_required`, `nothing_filtered`, `too_many_filters`.
    """
    name = one_line(name)[:NAME_LENGTH]
    kept = query_string(Form(parse_qsl(query.lstrip("?")[:QUERY_LENGTH])))  # only what the list knows
    if not name:
        raise Problem("text_required")
    if not kept:
        raise Problem("nothing_filtered")
    async with DB.transaction() as tx:
        others = await SavedFilter.count().where(visible(actor, SavedFilter), SavedFilter.name != name)
        if others >= MOST:
            raise Problem("too_many_filters", most=MOST)
        await tx.execute(
            "INSERT INTO saved_filter (id, reseller_id, user_id, name, query) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT (user_id, name) DO UPDATE SET query = $5",
            uuid7(),
            actor.reseller_id,
            actor.user_id,
            name,
            kept,
        )
    return kept


async def remove_filter(actor: Actor, saved_filter_id: UUID) -> None:
    """Raises `not_found`."""
    gone = (
        await SavedFilter.delete()
        .where(visible(actor, SavedFilter), SavedFilter.id == saved_filter_id)
        .returning(SavedFilter.id)
    )
    if not gone:
        raise Problem("not_found")
