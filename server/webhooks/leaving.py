"""What an announced event leaves for webhooks: a job of the same transaction, where anybody wants it."""

from __future__ import annotations

from uuid import UUID

from server.database import Transaction
from server.jobs.outbox import enqueue
from server.notifications.events import Event
from server.webhooks.kinds import KIND_OF

JOB = "webhooks"
COURIER_TOPIC = "webhooks"


async def leave(tx: Transaction, event: Event, event_id: UUID, reseller_id: UUID) -> None:
    """Most resellers have no endpoint: then it is one look at an index."""
    if event not in KIND_OF:
        return
    if await tx.fetch(
        "SELECT 1 FROM webhook_endpoint WHERE reseller_id = $1 AND is_active LIMIT 1", reseller_id
    ):
        await enqueue(JOB, {"event_id": event_id}, reseller_id=reseller_id)
