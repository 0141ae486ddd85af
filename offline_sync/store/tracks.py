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


# The numbers as one text: a trip has hundreds, and a row for each would be most of what an answer costs.
_NUMBERS = {"sqlite": "group_concat(n)", "postgres": "string_agg(n::text, ',')"}
_STATE = {
    dialect: "select client_id, thinned_at,"
    f" (select {numbers} from sync_track_chunk where stream = $1) from sync_track where id = $1"
    for dialect, numbers in _NUMBERS.items()
}


async def claim(
    conn: Connection, dialect: str, caller: Caller, stream: UUID, now: datetime
) -> tuple[Holding, set[int]]:
    """A stream belongs to the client that wrote it first; also the numbers of its chunks so far."""
    # Read first: all but the first chunk find it there, and a reader does not wait for anybody.
    rows = await conn.fetch(_STATE[dialect], stream)
    if not rows:
        await conn.execute(
            "insert into sync_track (id, reseller_id, client_id, created_at) values ($1, $2, $3, $4)"
            " on conflict (id) do nothing",
            stream,
            caller.reseller_id,
            caller.client_id,
            now,
        )
        rows = await conn.fetch(_STATE[dialect], stream)
    if not rows or rows[0][0] != caller.client_id:  # none: another tenant's, which row-level security hides
        return Holding.ANOTHERS, set()
    _, thinned_at, numbers = rows[0]
    return (
        Holding.OWN if thinned_at is None else Holding.THINNED,
        {int(n) for n in numbers.split(",")} if numbers else set(),
    )


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
