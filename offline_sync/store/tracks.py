"""Streams of positions, in numbered chunks that are only ever added."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from offline_sync.ports import Caller, Connection


async def claim(conn: Connection, caller: Caller, stream: UUID, now: datetime) -> bool:
    """A stream belongs to the client that wrote it first; whether that is this one."""
    await conn.execute(
        "insert into sync_track (id, reseller_id, client_id, created_at) values ($1, $2, $3, $4)"
        " on conflict (id) do nothing",
        stream,
        caller.reseller_id,
        caller.client_id,
        now,
    )
    rows = await conn.fetch("select client_id from sync_track where id = $1", stream)
    return bool(rows) and bool(rows[0][0] == caller.client_id)


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
