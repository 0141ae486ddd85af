"""An order's history: who changed what, when, from where. Lines are added, never edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from offline_sync.ids import uuid7
from server.accounts.actor import Actor
from server.database import Transaction
from server.service_orders.statuses import Source

LINE_NAMES = {
    "opened": "Chamado aberto",
    "dispatched": "Despachado",
    "status": "Status alterado",
    "cancelled": "Cancelado",
    "edited": "Dados alterados",
    "note": "Observação",
    "parts": "Peças solicitadas",
    "part": "Andamento de peça",
    "discrepancy": "Divergência",
    "discrepancy_accepted": "Divergência aceita",
    "visit": "Atendimento",
    "triage_released": "Liberado para despacho",
    "rated": "Atendimento avaliado",
}


@dataclass(frozen=True, slots=True)
class Author:
    """Who changed an order, and from where; nobody's name is ILUX's or the portal's own doing."""

    user_id: UUID | None
    name: str
    source: Source

    @classmethod
    def on_web(cls, actor: Actor) -> Author:
        return cls(actor.user_id, actor.name, Source.WEB)

    @classmethod
    def in_field(cls, actor: Actor) -> Author:
        return cls(actor.user_id, actor.name, Source.FIELD)


@dataclass(frozen=True, slots=True)
class When:
    """When something happened, by the device's clock where there is one, and when the portal heard of it."""

    occurred_at: datetime
    recorded_at: datetime

    @classmethod
    def now(cls, now: datetime) -> When:
        return cls(now, now)


async def add_line(
    tx: Transaction,
    reseller_id: UUID,
    order_id: UUID,
    author: Author,
    when: When,
    kind: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
    is_internal: bool = False,
    order_ver: int = 0,
    line_id: UUID | None = None,
) -> bool:
    """Record one change; `before` and `after` name the changed fields only.

    `order_ver` is the version of the order that the change was made on, which tells whether somebody else's
    change was made in knowledge of it. False when a line with that id is there already.
    """
    count = await tx.execute(
        "INSERT INTO order_event (id, reseller_id, service_order_id, kind, user_id, user_name, source,"
        " before, after, note, is_internal, order_ver, occurred_at, recorded_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING",
        line_id or uuid7(),
        reseller_id,
        order_id,
        kind,
        author.user_id,
        author.name,
        author.source.value,
        msgspec.json.encode(before or {}).decode(),
        msgspec.json.encode(after or {}).decode(),
        note,
        is_internal,
        order_ver,
        when.occurred_at,
        when.recorded_at,
    )
    return count == 1
