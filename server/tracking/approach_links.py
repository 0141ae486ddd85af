"""Links by which a customer sees a technician come.

A travel's start makes one; the desk may close it and make another. The token is derived from the link's id by
the portal's secret, so that a notification or the desk can write the address again; the database has only its
hash, which finds the link and opens nothing.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server import settings
from server.accounts.actor import Actor
from server.accounts.attempts import LINK_BY_ADDRESS, count_attempt
from server.accounts.scope import find_visible
from server.accounts.tokens import hash_of
from server.audit.actions import append
from server.database import Transaction, platform
from server.problems import Problem
from server.service_orders.notices import tell_desk
from server.tracking import problems as _problems  # noqa: F401  registers the codes raised here
from server.tracking.approach import LIFETIME, Approach, LinkNow, Point, approach_of, coarse, distance_words
from server.tracking.sharing import refusing
from server.tracking.tables import ApproachLink
from server.visits.states import VisitState
from server.visits.tables import Visit


@dataclass(frozen=True, slots=True)
class Coming:
    """What a link shows. All but `approach` is None once there is nothing to see."""

    approach: Approach
    technician_name: str | None = None
    company_name: str | None = None
    timezone: str | None = None
    at: Point | None = None
    customer: Point | None = None
    distance: str | None = None
    fixed_at: datetime | None = None


def token_of(link_id: UUID) -> str:
    key = settings.current().secret.encode()
    return urlsafe_b64encode(hmac.digest(key, b"approach:" + link_id.bytes, "sha256")).decode().rstrip("=")


def path_of(link_id: UUID) -> str:
    return f"/on-the-way/{token_of(link_id)}"


def address_of(link_id: UUID) -> str:
    """What a customer is sent."""
    return settings.current().base_url.rstrip("/") + path_of(link_id)


async def open_link(
    tx: Transaction, reseller_id: UUID, visit_id: UUID, *, now: datetime, created_by_id: UUID | None = None
) -> UUID:
    """Inside the transaction in which the travel begins, or of the person who asks."""
    link_id = uuid7()
    await tx.execute(
        "INSERT INTO approach_link"
        " (id, reseller_id, visit_id, token_hash, created_at, created_by_id, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        link_id,
        reseller_id,
        visit_id,
        hash_of(token_of(link_id)),
        now,
        created_by_id,
        now + LIFETIME,
    )
    return link_id


async def link_of(visit_id: UUID, *, now: datetime) -> UUID | None:
    """The newest that is good, of a visit that the asker sees."""
    row = (
        await ApproachLink.select(ApproachLink.id)
        .where(
            ApproachLink.visit_id == visit_id,
            ApproachLink.revoked_at.is_null(),
            ApproachLink.expires_at > now,
        )
        .order_by(ApproachLink.created_at, ascending=False)
        .first()
    )
    return row["id"] if row else None


async def approach_by_id(tx: Transaction, link_id: UUID, now: datetime) -> Approach:
    """For what is told of it; a link that is gone is over."""
    rows = await tx.fetch(_STATE, link_id)
    if not rows:
        return Approach.OVER
    state, technician_id, assigned_to, expires_at, revoked_at = rows[0]
    return approach_of(LinkNow(VisitState(state), assigned_to == technician_id, expires_at, revoked_at), now)


async def create_link(actor: Actor, visit_id: UUID, *, now: datetime) -> None:
    """One that is good stays the only one. Raises `not_found`, `not_travelling` and `position_refused`."""
    visit = await find_visible(actor, Visit, visit_id)
    if visit.state != VisitState.TRAVELLING:
        raise Problem("not_travelling")
    async with DB.transaction() as tx:
        if await refusing(tx, [visit.technician_id]):
            raise Problem("position_refused")
        if await link_of(visit_id, now=now) is not None:
            return
        await open_link(tx, actor.reseller_id, visit_id, now=now, created_by_id=actor.user_id)
        await _tell(actor, "approach_link.created", visit_id)


async def revoke_links(actor: Actor, visit_id: UUID, *, now: datetime) -> None:
    """All of that visit; harmless again. Raises `not_found`."""
    await find_visible(actor, Visit, visit_id)
    async with DB.transaction():
        await ApproachLink.update({ApproachLink.revoked_at: now}).where(
            ApproachLink.visit_id == visit_id, ApproachLink.revoked_at.is_null()
        )
        await _tell(actor, "approach_link.revoked", visit_id)


async def find_coming(token: str, *, now: datetime, address: str) -> Coming:
    """What the link shows now. A token that is none counts against the address: Raises `rate_limited`."""
    with platform():
        rows = await DB.fetch(_FIND, hash_of(token))
        if not rows:
            async with DB.transaction():
                await count_attempt((LINK_BY_ADDRESS, address), now=now)
            return Coming(Approach.OVER)
    row: dict[str, Any] = dict(zip(_NAMES, rows[0], strict=True))
    link = LinkNow(
        VisitState(row["state"]),
        row["assigned_to"] == row["technician_id"],
        row["expires_at"],
        row["revoked_at"],
    )
    approach = approach_of(link, now)
    return _coming(row) if approach is Approach.COMING else Coming(approach)


async def forget_links(expired_before: datetime) -> None:
    async with DB.transaction() as tx:
        await tx.execute("DELETE FROM approach_link WHERE expires_at < $1", expired_before)


def _coming(row: dict[str, Any]) -> Coming:
    at = _point(row["latitude"], row["longitude"])
    customer = _point(row["customer_latitude"], row["customer_longitude"])
    return Coming(
        Approach.COMING,
        row["technician_name"],
        row["trade_name"] or row["company_name"],
        row["timezone"],
        at,
        customer,
        distance_words(at, customer) if at and customer else None,
        row["fixed_at"] if at else None,
    )


def _point(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else coarse((latitude, longitude))


async def _tell(actor: Actor, event: str, visit_id: UUID) -> None:
    await append(event, reseller_id=actor.reseller_id, user_id=actor.user_id, subject=("visit", visit_id))
    await tell_desk(actor.reseller_id, visit_id=visit_id)


_NAMES = (
    "state", "technician_id", "assigned_to", "expires_at", "revoked_at", "technician_name", "trade_name",
    "company_name", "timezone", "latitude", "longitude", "fixed_at", "customer_latitude",
    "customer_longitude",
)  # fmt: skip
_STATE = """SELECT v.state, v.technician_id, o.technician_id, l.expires_at, l.revoked_at
    FROM approach_link l
    JOIN visit v ON v.id = l.visit_id
    JOIN service_order o ON o.id = v.service_order_id
    WHERE l.id = $1"""
# The position counts when it is of this travel: of the one before it would show another customer's street,
# and before its start perhaps somebody's home.
_FIND = """SELECT v.state, v.technician_id, o.technician_id, l.expires_at, l.revoked_at, v.technician_name,
    c.trade_name, c.name, r.timezone, p.latitude, p.longitude, p.fixed_at, k.latitude, k.longitude
    FROM approach_link l
    JOIN visit v ON v.id = l.visit_id
    JOIN service_order o ON o.id = v.service_order_id
    JOIN company c ON c.id = o.company_id
    JOIN customer k ON k.id = o.customer_id
    JOIN reseller r ON r.id = l.reseller_id AND r.is_active
    LEFT JOIN last_position p ON p.technician_id = v.technician_id AND p.visit_id = v.id
        AND p.fixed_at >= v.travel_started_at
    WHERE l.token_hash = $1"""
