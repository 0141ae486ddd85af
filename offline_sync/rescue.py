"""Rescue: the outbox of a client that can do nothing else, kept byte for byte for a person to look at."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

from offline_sync.ids import uuid7
from offline_sync.messages import RescueAnswer
from offline_sync.objects import put
from offline_sync.ports import Identity
from offline_sync.problems import SyncProblem
from offline_sync.service import Service


async def keep(
    service: Service,
    identity: Identity,
    client_id: UUID | None,
    content_type: str,
    stream: AsyncIterator[bytes],
) -> RescueAnswer:
    """The stream goes through a file on disk; a body over the limit leaves nothing."""
    digest, size, rescue_id = hashlib.sha256(), 0, uuid7()
    path = f"{identity.reseller_id}/rescue/{rescue_id}"
    with tempfile.NamedTemporaryFile(prefix="pws-rescue-") as body:
        async for piece in stream:
            size += len(piece)
            if size > service.limits.rescue_bytes:
                raise SyncProblem("body_too_large", limit=service.limits.rescue_bytes)
            digest.update(piece)
            await asyncio.to_thread(body.write, piece)
        body.flush()
        if not size:
            raise SyncProblem("malformed", where="body")
        await put(service.files, path, Path(body.name))
    async with service.db.transaction() as conn:
        await conn.execute(
            "insert into sync_rescue"
            " (id, reseller_id, user_id, client_id, sha256, size, content_type, path, received_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            rescue_id,
            identity.reseller_id,
            identity.user_id,
            client_id,
            digest.hexdigest(),
            size,
            content_type[:100],
            path,
            service.now(),
        )
    return RescueAnswer(rescue_id, digest.hexdigest(), size)
