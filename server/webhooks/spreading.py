"""One event becomes a delivery for each endpoint that wants it and may see its row.

Once for each, however often the job runs: the event's id and the endpoint's are a key. What is sent is
written here, so that every attempt carries the same bytes.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server import settings as settings_module
from server.accounts.actor import Actor
from server.accounts.sessions import actors_where
from server.api.rules import Reach
from server.api.tokens import reaching
from server.database import Transaction
from server.jobs.registry import ClaimedJob, handles
from server.notifications.events import Event
from server.notifications.subjects import Subject, facts_of
from server.problems import Problem
from server.web.live import publish
from server.webhooks.kinds import KIND_OF, WebhookKind
from server.webhooks.leaving import COURIER_TOPIC, JOB
from server.webhooks.payloads import ROWS, payload

_EVENT = "SELECT kind, subject_kind, subject_id, created_at FROM notification_event WHERE id = $1"
_ENDPOINTS = (
    "SELECT id, created_by_id, kinds, company_ids FROM webhook_endpoint"
    " WHERE reseller_id = $1 AND is_active ORDER BY id"
)


@handles(JOB)
async def spread_job(job: ClaimedJob) -> None:
    assert job.reseller_id is not None
    await spread(UUID(job.payload["event_id"]), job.reseller_id, datetime.now(UTC))


async def spread(event_id: UUID, reseller_id: UUID, now: datetime) -> int:
    """To how many endpoints."""
    async with DB.transaction() as tx:
        rows = await tx.fetch(_EVENT, event_id)
        if not rows:
            return 0
        event, subject, subject_id, at = Event(rows[0][0]), Subject(rows[0][1]), rows[0][2], rows[0][3]
        kind = KIND_OF.get(event)
        if kind is None or subject not in ROWS or subject_id is None:
            return 0
        wanting = [row for row in await tx.fetch(_ENDPOINTS, reseller_id) if kind in json.loads(row[2])]
        row_id = await _row_of(tx, subject, subject_id) if wanting else None
        if row_id is None:
            return 0
        count, texts = 0, dict[tuple[UUID, str], str]()  # most endpoints of a reseller see the same
        for endpoint_id, creator_id, _, company_ids in wanting:
            if (creator_id, company_ids) not in texts:
                actor = await actor_of(tx, reseller_id, creator_id, company_ids)
                texts[creator_id, company_ids] = await _text(actor, kind, at, subject, row_id, now)
            if text := texts[creator_id, company_ids]:
                count += await add(tx, reseller_id, endpoint_id, event_id, kind, text, now)
        await publish(COURIER_TOPIC)
        return count


async def add(
    tx: Transaction,
    reseller_id: UUID,
    endpoint_id: UUID,
    event_id: UUID | None,
    kind: str,
    text: str,
    now: datetime,
) -> int:
    """1 when it was not there before."""
    return await tx.execute(
        "INSERT INTO webhook_delivery (id, reseller_id, endpoint_id, event_id, kind, payload, state,"
        " attempts, due_at, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0, $7, $7) ON CONFLICT DO NOTHING",
        uuid7(),
        reseller_id,
        endpoint_id,
        event_id,
        kind,
        text,
        now,
    )


async def actor_of(tx: Transaction, reseller_id: UUID, creator_id: UUID, company_ids: Any) -> Actor | None:
    """As whom an endpoint looks; None when its creator is no admin any more."""
    people = await actors_where(tx, "u.id = $1 AND u.reseller_id = $2", creator_id, reseller_id)
    ids = frozenset(UUID(one) for one in json.loads(company_ids))
    return await reaching(people[0], Reach.COMPANIES, ids) if people else None


async def _row_of(tx: Transaction, subject: Subject, subject_id: UUID) -> UUID | None:
    """A delivery is looked at on its invoice."""
    if subject is not Subject.DELIVERY:
        return subject_id
    found: UUID | None = (await facts_of(tx, subject, subject_id)).get("invoice")
    return found


async def _text(
    actor: Actor | None, kind: WebhookKind, at: datetime, subject: Subject, row_id: UUID, now: datetime
) -> str:
    """Empty when the endpoint may not see it."""
    if actor is None:
        return ""
    base_url = settings_module.current().base_url
    try:
        return await payload(actor, kind, at, subject, row_id, base_url, now)
    except Problem as problem:
        if problem.code != "not_found":
            raise
        return ""
