"""One row for however many times a call with the same `Idempotency-Key` arrives.

The key is written in the transaction that makes the row, so that both exist or neither does; a second call at
the same time waits for the first one's commit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import msgspec

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.api.tokens import Caller
from server.problems import Problem

LONGEST = 100


async def once(
    caller: Caller, key: str, body: msgspec.Struct, make: Callable[[UUID], Awaitable[UUID]], now: datetime
) -> UUID:
    """What `make` made of a new id, or what it made of this key before.

    Raises `idempotency_key_missing`, and `idempotency_key_reused` when another body came with it.
    """
    key = key.strip()
    if not 1 <= len(key) <= LONGEST or not key.isprintable():
        raise Problem("idempotency_key_missing")
    fingerprint = _fingerprint(body)
    made_id = uuid7()
    async with DB.transaction() as tx:
        is_new = await tx.execute(
            "INSERT INTO api_request (id, reseller_id, api_token_id, key, fingerprint, made_id, made_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            uuid7(),
            caller.actor.reseller_id,
            caller.token_id,
            key,
            fingerprint,
            made_id,
            now,
        )
        if is_new:
            return await make(made_id)
        ((known, before),) = await tx.fetch(
            "SELECT fingerprint, made_id FROM api_request WHERE api_token_id = $1 AND key = $2",
            caller.token_id,
            key,
        )
    if known != fingerprint:
        raise Problem("idempotency_key_reused")
    made: UUID = before
    return made


def _fingerprint(body: msgspec.Struct) -> str:
    kind = type(body).__name__.encode()
    return hashlib.sha256(kind + msgspec.json.encode(body, order="deterministic")).hexdigest()
