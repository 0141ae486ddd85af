"""The chunks of a track as `offline_sync` keeps them: a stream is a visit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import msgspec

from server.tracking.rules import Fix, Gap, GapReason

_Fix = tuple[float, float, float, float, float | None]
_Gap = tuple[float, float, str]
_fixes = msgspec.json.Decoder(list[_Fix])
_gaps = msgspec.json.Decoder(list[_Gap])


class Fetching(Protocol):
    async def fetch(self, sql: str, *args: Any) -> list[tuple[Any, ...]]: ...


class Track(NamedTuple):
    """All fixes and gaps of a visit, as they came; of a thinned one what was left."""

    fixes: list[Fix]
    gaps: list[Gap]
    is_thinned: bool = False


async def read_track(conn: Fetching, visit_id: UUID) -> Track:
    rows = await conn.fetch(
        "select c.fixes, c.gaps, t.thinned_at from sync_track t join sync_track_chunk c on c.stream = t.id"
        " where t.id = $1 order by c.n",
        visit_id,
    )
    fixes, gaps = parse_chunks([row[:2] for row in rows])
    return Track(fixes, gaps, any(row[2] is not None for row in rows))


def parse_chunks(rows: Sequence[tuple[Any, ...]]) -> tuple[list[Fix], list[Gap]]:
    fixes: list[Fix] = []
    gaps: list[Gap] = []
    for fixes_json, gaps_json in rows:
        fixes += [
            Fix(round(at), latitude, longitude, accuracy)
            for at, latitude, longitude, accuracy, _ in _fixes.decode(fixes_json)
        ]
        gaps += [
            Gap(round(start), round(end), GapReason(reason)) for start, end, reason in _gaps.decode(gaps_json)
        ]
    return fixes, gaps
