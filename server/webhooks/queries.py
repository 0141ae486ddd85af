"""Endpoints of a reseller for its admin, and what was sent to one of them, the newest first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import WhereRaw

from server.accounts.actor import Actor, Role
from server.accounts.scope import visible
from server.database.keyset import read_cursor, write_cursor
from server.problems import Problem
from server.service_orders.views import Page
from server.webhooks.kinds import WebhookKind
from server.webhooks.rules import State
from server.webhooks.tables import WebhookDelivery, WebhookEndpoint

PAGE_SIZE = 50
MOST_ENDPOINTS = 100

_endpoint: Any = WebhookEndpoint
_COLUMNS = (
    _endpoint.id,
    _endpoint.url,
    _endpoint.description,
    _endpoint.kinds,
    _endpoint.company_ids,
    _endpoint.is_active,
    _endpoint.created_at,
    _endpoint.failing_since,
    _endpoint.disabled_at,
    _endpoint.disabled_reason,
    _endpoint.old_secret_until,
    _endpoint.created_by_id.name.as_alias("created_by"),
    _endpoint.created_by_id.role.as_alias("owner_role"),
    _endpoint.created_by_id.is_active.as_alias("owner_is_active"),
)


@dataclass(frozen=True, slots=True)
class EndpointView:
    id: UUID
    url: str
    description: str
    kinds: frozenset[WebhookKind]
    company_ids: frozenset[UUID]
    is_active: bool
    created_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_reason: str
    old_secret_until: datetime | None
    created_by: str
    has_owner: bool


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    id: UUID
    kind: str
    state: State
    attempts: int
    due_at: datetime
    last_status: int | None
    last_error: str
    created_at: datetime
    ended_at: datetime | None


_DELIVERY = tuple(getattr(WebhookDelivery, name) for name in DeliveryRow.__dataclass_fields__)


async def list_endpoints(actor: Actor) -> Sequence[EndpointView]:
    rows = (
        await WebhookEndpoint.select(*_COLUMNS)
        .where(visible(actor, WebhookEndpoint))
        .order_by(WebhookEndpoint.created_at, WebhookEndpoint.id)
        .limit(MOST_ENDPOINTS)
    )
    return [_view(row) for row in rows]


async def get_endpoint(actor: Actor, endpoint_id: UUID) -> EndpointView:
    """Raises `not_found`."""
    row = (
        await WebhookEndpoint.select(*_COLUMNS)
        .where(visible(actor, WebhookEndpoint), WebhookEndpoint.id == endpoint_id)
        .first()
    )
    if row is None:
        raise Problem("not_found")
    return _view(row)


async def list_deliveries(
    actor: Actor, endpoint_id: UUID, *, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[DeliveryRow]:
    """`after` is the `next` of the page before. Raises `invalid`."""
    query = WebhookDelivery.select(*_DELIVERY).where(
        visible(actor, WebhookDelivery), WebhookDelivery.endpoint_id == endpoint_id
    )
    if after:
        place = read_cursor(after, datetime, UUID)
        query = query.where(WhereRaw("(webhook_delivery.created_at, webhook_delivery.id) < ({}, {})", *place))
    rows = await query.order_by(WebhookDelivery.created_at, WebhookDelivery.id, ascending=False).limit(
        limit + 1
    )
    return Page(
        tuple(DeliveryRow(**{**row, "state": State(row["state"])}) for row in rows[:limit]),
        write_cursor(rows[limit - 1]["created_at"], rows[limit - 1]["id"]) if len(rows) > limit else None,
    )


async def count_dead(actor: Actor, endpoint_id: UUID) -> int:
    return int(
        await WebhookDelivery.count().where(
            visible(actor, WebhookDelivery),
            WebhookDelivery.endpoint_id == endpoint_id,
            WebhookDelivery.state == State.DEAD.value,
        )
    )


def _view(row: dict[str, Any]) -> EndpointView:
    known = set(WebhookKind)
    kinds = frozenset(WebhookKind(one) for one in json.loads(row.pop("kinds")) if one in known)
    companies = frozenset(UUID(one) for one in json.loads(row.pop("company_ids")))
    has_owner = bool(row.pop("owner_is_active")) & (row.pop("owner_role") == Role.ADMIN)
    return EndpointView(**row, kinds=kinds, company_ids=companies, has_owner=has_owner)
