"""Streams of positions, in numbered chunks that are only ever added."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from uuid import UUID

from offline_sync.ports import Caller, Connection


class Holding(Enum):
    """Whose a stream is, for the one who asks."""

    OWN = "own"
    THINNED = "thinned"
    ANOTHERS = "anothers"


async def claim(conn: Connection, caller: Caller, stream: UUID, now: datetime) -> Holding:
    """A stream belongs to the client that wrote it first."""
    # Read first: all but the first chunk find it there, and a reader does not wait for anybody.
    for is_last in (False, True):
        rows = await conn.fetch("select client_id, thinned_at from sync_track where id = $1", stream)
        if rows:
            is_own = rows[0][0] == caller.client_id
            return (Holding.OWN if rows[0][1] is None else Holding.THINNED) if is_own else Holding.ANOTHERS
        if not is_last:
            await conn.execute(
                "insert into sync_track (id, reseller_id, client_id, created_at) values ($1, $2, $3, $4)"
                " on conflict (id) do nothing",
                stream,
                caller.reseller_id,
                caller.client_id,
                now,
            )
    return Holding.ANOTHERS  # another tenant's, which row-level security hides


async def chunk(conn: Connection, stream: UUID, n: int) -> tuple[str, str] | None:
    """Fixes and gaps as stored."""
    rows = await conn.fetch(
        "select fixes, gaps from sync_track_chunk where stream = $1 and n = $2", stream, n
    )
    return (rows[0][0], rows[0][1]) if rows else None


async def add_chunk(
    conn: Connection, caller: Caller, stream: UUID, n: int, fixes: str, gaps: str, now: datetime
) -> bool:
    """False when that number is taken."""
    return bool(
        await conn.execute(
            "insert into sync_track_chunk (reseller_id, stream, n, fixes, gaps, received_at)"
            " values ($1, $2, $3, $4, $5, $6) on conflict (stream, n) do nothing",
            caller.reseller_id,
            stream,
            n,
            fixes,
            gaps,
            now,
        )
    )


async def numbers(conn: Connection, stream: UUID) -> list[int]:
    rows = await conn.fetch("select n from sync_track_chunk where stream = $1 order by n", stream)
    return [row[0] for row in rows]
