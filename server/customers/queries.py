"""Finding customers by what a person types."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from piccolo.columns.combination import Where, WhereRaw

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.customers.names import fold
from server.customers.tables import Customer
from server.customers.views import CustomerFilter, CustomerRow, PositionState, state_of
from server.database.keyset import read_cursor, write_cursor
from server.positions.tables import CustomerPosition, PositionProposal
from server.service_orders.views import Choice, Page

SEARCH_LIMIT = 200
PAGE_SIZE = 50
_ROW_FIELDS = ("id", "name", "trade_name", "cnpj_cpf", "district", "city", "phone", "is_active")
_STALE = "EXISTS (SELECT 1 FROM customer_position p WHERE p.customer_id = customer.id AND p.is_stale)"
_ROUGH = (
    "EXISTS (SELECT 1 FROM customer_position p WHERE p.customer_id = customer.id"
    " AND p.rough_latitude IS NOT NULL)"
)
_IN_STATE = {
    PositionState.PLACED: f"customer.latitude IS NOT NULL AND NOT {_STALE}",
    PositionState.STALE: f"customer.latitude IS NOT NULL AND {_STALE}",
    PositionState.ROUGH: f"customer.latitude IS NULL AND {_ROUGH}",
    PositionState.NONE: f"customer.latitude IS NULL AND NOT {_ROUGH}",
}


async def list_customers(
    actor: Actor, wanted: CustomerFilter, *, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[CustomerRow]:
    """One page by name, inactive ones, too; `after` is the `next` of the page before it.

    Raises `invalid`.
    """
    conditions: list[Any] = [visible(actor, Customer)]
    if wanted.text:
        conditions.append(_matches(wanted.text))
    if wanted.state is not None:
        conditions.append(WhereRaw(_IN_STATE[wanted.state]))
    if wanted.has_proposal:
        # Few are open at a time: found from their own side.
        conditions.append(
            WhereRaw(
                "customer.id IN (SELECT o.customer_id FROM position_proposal o"
                " WHERE o.reseller_id = {} AND o.decided_at IS NULL)",
                actor.reseller_id,
            )
        )
    if after:
        conditions.append(
            WhereRaw("(customer.search_name, customer.id) > ({}, {})", *read_cursor(after, str, UUID))
        )
    found: list[dict[str, Any]] = (
        await Customer.select(
            *(getattr(Customer, name) for name in _ROW_FIELDS), Customer.latitude, Customer.search_name
        )
        .where(*conditions)
        .order_by(Customer.search_name, Customer.id)
        .limit(limit + 1)
    )
    rows = found[:limit]
    ids = [row["id"] for row in rows]
    kept, proposed = await _positions(actor, ids), await _proposed(actor, ids)
    return Page(
        tuple(_row(row, kept.get(row["id"]), row["id"] in proposed) for row in rows),
        write_cursor(rows[-1]["search_name"], rows[-1]["id"]) if len(found) > limit else None,
    )


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


async def _positions(actor: Actor, ids: list[UUID]) -> dict[UUID, dict[str, Any]]:
    if not ids:
        return {}
    rows = await CustomerPosition.select(
        CustomerPosition.customer_id, CustomerPosition.is_stale, CustomerPosition.rough_latitude
    ).where(visible(actor, CustomerPosition), CustomerPosition.customer_id.is_in(ids))
    return {row["customer_id"]: row for row in rows}


async def _proposed(actor: Actor, ids: list[UUID]) -> set[UUID]:
    if not ids:
        return set()
    return set(
        await PositionProposal.select(PositionProposal.customer_id)
        .where(
            visible(actor, PositionProposal),
            PositionProposal.customer_id.is_in(ids),
            PositionProposal.decided_at.is_null(),
        )
        .output(as_list=True)
    )


def _row(row: dict[str, Any], kept: dict[str, Any] | None, has_proposal: bool) -> CustomerRow:
    return CustomerRow(
        **{name: row[name] for name in _ROW_FIELDS},
        state=state_of(
            has_point=row["latitude"] is not None,
            is_stale=kept is not None and kept["is_stale"],
            has_rough=kept is not None and kept["rough_latitude"] is not None,
        ),
        has_proposal=has_proposal,
    )
