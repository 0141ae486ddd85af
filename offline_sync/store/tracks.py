"""Streams of positions, in numbered chunks that are only ever added; many streams at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from offline_sync.ports import Caller, Connection
from offline_sync.store.values import marks, statements

NewChunk = tuple[UUID, UUID, int, str, str, datetime]
"""Reseller, stream, number, fixes, gaps, when it came."""


@dataclass(frozen=True, slots=True)
class Held:
    """A stream as it is stored: whose it is, and which chunks of it there are."""

    client_id: UUID
    is_thinned: bool
    numbers: set[int] = field(default_factory=set)


async def held(conn: Connection, dialect: str, streams: Iterable[UUID]) -> dict[UUID, Held]:
    """Those that there are, within reach of the caller's tenant."""
    asked = list(dict.fromkeys(streams))
    rows = await conn.fetch(
        f"select id, client_id, thinned_at, (select {_NUMBERS[dialect]} from sync_track_chunk c"
        f" where c.stream = t.id) from sync_track t where id in ({marks(asked)})",
        *asked,
    )
    return {
        stream: Held(
            client, thinned_at is not None, {int(n) for n in numbers.split(",")} if numbers else set()
        )
        for stream, client, thinned_at, numbers in rows
    }


async def claim(conn: Connection, caller: Caller, stream: UUID, now: datetime) -> None:
    """A stream belongs to the client that wrote it first."""
    await conn.execute(
        "insert into sync_track (id, reseller_id, client_id, created_at) values ($1, $2, $3, $4)"
        " on conflict (id) do nothing",
        stream,
        caller.reseller_id,
        caller.client_id,
        now,
    )


async def chunk(conn: Connection, stream: UUID, n: int) -> tuple[str, str] | None:
    """Fixes and gaps as stored."""
    rows = await conn.fetch(
        "select fixes, gaps from sync_track_chunk where stream = $1 and n = $2", stream, n
    )
    return (rows[0][0], rows[0][1]) if rows else None


async def add_chunks(conn: Connection, chunks: Sequence[NewChunk]) -> int:
    """How many were added: a number that is taken stays what it is."""
    added = 0
    for values, args in statements(chunks):
        added += await conn.execute(
            "insert into sync_track_chunk (reseller_id, stream, n, fixes, gaps, received_at)"
            f" values {values} on conflict (stream, n) do nothing",
            *args,
        )
    return added


# As one text: a trip has hundreds, and a row for each would be most of what an answer costs.
_NUMBERS = {"sqlite": "group_concat(n)", "postgres": "string_agg(n::text, ',')"}
