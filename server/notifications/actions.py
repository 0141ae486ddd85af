"""Announcing what happened, and making notifications of it.

`announce` is called inside the transaction that did it, so that both are or neither is. Everything else is
the worker's: whom to tell, what to say, by which way, and which webhooks to send.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.database.transaction import current_of
from server.jobs.outbox import enqueue
from server.jobs.registry import ClaimedJob, handles
from server.notifications.events import Event
from server.notifications.fan_out import fan_out
from server.notifications.subjects import Subject
from server.webhooks.leaving import leave

KIND = "notify"


async def announce(
    event: Event,
    subject: Subject,
    subject_id: UUID | None,
    *,
    reseller_id: UUID,
    company_id: UUID | None = None,
    customer_id: UUID | None = None,
    technician_id: UUID | None = None,
    user_id: UUID | None = None,
    actor_id: UUID | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """People will be told, if the current transaction commits. Raises RuntimeError outside of one.

    `company_id` and `customer_id` are the subject's; `technician_id` or `user_id` for an event that is
    nobody else's; `actor_id` is who did it and need not be told; `facts` are what the words may say beside
    what `subjects.py` looks up.
    """
    current = current_of(DB)
    if current is None:
        raise RuntimeError("an event is announced by the transaction that causes it")
    event_id = uuid7()
    await current.execute(
        "INSERT INTO notification_event (id, reseller_id, kind, subject_kind, subject_id, company_id,"
        " customer_id, technician_id, user_id, actor_id, facts, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        event_id,
        reseller_id,
        event.value,
        subject.value,
        subject_id,
        company_id,
        customer_id,
        technician_id,
        user_id,
        actor_id,
        msgspec.json.encode(dict(facts or {}), enc_hook=str).decode(),
        datetime.now(UTC),
    )
    await enqueue(KIND, {"event_id": event_id}, reseller_id=reseller_id)
    await leave(current, event, event_id, reseller_id)


@handles(KIND)
async def notify(job: ClaimedJob) -> None:
    await fan_out(UUID(job.payload["event_id"]), datetime.now(UTC))
