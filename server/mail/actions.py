"""Leave a letter for the worker, in the transaction that is its reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from server.jobs.outbox import enqueue

KIND = "mail"


async def leave_letter(
    name: str, *, reseller_id: UUID | None = None, dedupe_key: str | None = None, **payload: Any
) -> None:
    """`name` is a registered letter, `payload` what its composer needs to write it."""
    await enqueue(KIND, {"letter": name, **payload}, dedupe_key=dedupe_key, reseller_id=reseller_id)
