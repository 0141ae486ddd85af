"""One customer as its page shows it: registration, position, proposals, and the position's history."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.accounts.tables import User
from server.audit.tables import AuditEntry
from server.customers.tables import Customer
from server.customers.views import CustomerDetail, PositionChange, PositionView, ProposalView, state_of
from server.geocoding.rules import Address, Point, Quality
from server.positions.actions import PROGRAM, point_of
from server.positions.rules import Answer, Source, Standing, is_outdated
from server.positions.tables import CustomerPosition, PositionProposal
from server.problems import Problem

_OWN = (
    "name", "trade_name", "cnpj_cpf", "street", "number", "complement", "district", "city", "uf", "cep",
    "phone", "contact_name", "email", "notes",
)  # fmt: skip
_ACTS = ("customer.placed", "customer.position_rejected")
HISTORY_SHOWN = 20


async def get_customer(actor: Actor, customer_id: UUID, *, now: datetime) -> CustomerDetail:
    """Raises `not_found` for what this person may not see."""
    async with DB.reading():
        row = (
            await Customer.select(
                *(getattr(Customer, name) for name in (*_OWN, "latitude", "longitude", "is_active")),
                Customer.company_id.trade_name.as_alias("company_name"),
            )
            .where(visible(actor, Customer), Customer.id == customer_id)
            .first()
        )
        if row is None:
            raise Problem("not_found")
        kept = (
            await CustomerPosition.select()
            .where(visible(actor, CustomerPosition), CustomerPosition.customer_id == customer_id)
            .first()
        )
        return CustomerDetail(
            id=customer_id,
            company_name=row["company_name"],
            own={name: row[name] for name in _OWN},
            is_active=row["is_active"],
            position=_position(row, kept, now),
            proposals=await _proposals(actor, customer_id),
            history=await _history(actor, customer_id),
        )


def _position(row: dict[str, Any], kept: dict[str, Any] | None, now: datetime) -> PositionView:
    point = point_of(row)
    if kept is None:
        standing = Standing(point)
        return PositionView(
            point, None, _state(standing, row, None), standing.owner, None, None, None, None, "", False
        )
    answer = Answer(kept["answer"]) if kept["answer"] else None
    source = Source(kept["source"]) if kept["source"] else None
    standing = Standing(point, source, kept["address"], answer, kept["is_stale"])
    rough = _pair(kept["rough_latitude"], kept["rough_longitude"])
    return PositionView(
        point=point,
        rough=rough,
        state=_state(standing, row, rough),
        source=standing.owner,
        quality=Quality(kept["quality"]) if kept["quality"] else None,
        precision_m=kept["precision_m"],
        answer=answer,
        placed_at=kept["placed_at"],
        placed_by=kept["placed_by"],
        is_awaited=kept["ask_at"] is not None and answer is not Answer.NOTHING,
    )


def _state(standing: Standing, row: dict[str, Any], rough: Point | None) -> Any:
    """By the address as it is at this moment: the lane may not have come to it."""
    return state_of(
        has_point=standing.point is not None,
        is_stale=is_outdated(standing, Address.of(row).key),
        has_rough=rough is not None,
    )


async def _proposals(actor: Actor, customer_id: UUID) -> tuple[ProposalView, ...]:
    rows = (
        await PositionProposal.select()
        .where(
            visible(actor, PositionProposal),
            PositionProposal.customer_id == customer_id,
            PositionProposal.decided_at.is_null(),
        )
        .order_by(PositionProposal.proposed_at, PositionProposal.id)
    )
    return tuple(
        ProposalView(
            id=row["id"],
            source=Source(row["source"]),
            quality=Quality(row["quality"]) if row["quality"] else None,
            point=(row["latitude"], row["longitude"]),
            distance_m=row["distance_m"],
            visits=row["visits"],
            points=tuple(msgspec.json.decode(row["points"], type=list[Point])),
            proposed_at=row["proposed_at"],
        )
        for row in rows
    )


async def _history(actor: Actor, customer_id: UUID) -> tuple[PositionChange, ...]:
    """Newest first; the audit trail is the admin's."""
    rows = (
        await AuditEntry.select(AuditEntry.at, AuditEntry.action, AuditEntry.facts, AuditEntry.user_id)
        .where(
            visible(actor, AuditEntry),
            AuditEntry.subject_id == customer_id,
            AuditEntry.action.is_in(list(_ACTS)),
        )
        .order_by(AuditEntry.at, AuditEntry.id, ascending=False)
        .limit(HISTORY_SHOWN)
    )
    names = await _names(actor, {row["user_id"] for row in rows if row["user_id"]})
    return tuple(_change(row, names) for row in rows)


def _change(row: dict[str, Any], names: dict[UUID, str]) -> PositionChange:
    facts: dict[str, Any] = msgspec.json.decode(row["facts"])
    is_rejection = row["action"] == "customer.position_rejected"
    before, after = (facts, {}) if is_rejection else (facts.get("before", {}), facts.get("after", {}))
    return PositionChange(
        at=row["at"],
        who=names.get(row["user_id"], PROGRAM if row["user_id"] is None else ""),
        source=Source(facts["source"]) if facts.get("source") else None,
        before=_pair(before.get("latitude"), before.get("longitude")),
        after=_pair(after.get("latitude"), after.get("longitude")),
        is_rejection=is_rejection,
    )


async def _names(actor: Actor, user_ids: set[UUID]) -> dict[UUID, str]:
    if not user_ids:
        return {}
    rows = await User.select(User.id, User.name).where(visible(actor, User), User.id.is_in(list(user_ids)))
    return {row["id"]: row["name"] for row in rows}


def _pair(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else (latitude, longitude)
