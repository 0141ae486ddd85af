"""The client view record: the rows that a client was told of."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from offline_sync.engine.pull import Known
from offline_sync.ports import Connection
from offline_sync.store import values


async def told(conn: Connection, client_id: UUID, after_patch: int = -1) -> list[Known]:
    rows = await conn.fetch(
        "select kind, row_id, ver, patch, is_gone from sync_row where client_id = $1 and patch > $2",
        client_id,
        after_patch,
    )
    return [Known(*row) for row in rows]


async def tell(conn: Connection, reseller_id: UUID, client_id: UUID, changed: Sequence[Known]) -> None:
    rows = [(reseller_id, client_id, *row) for row in changed]
    for groups, arguments in values.statements(rows):
        await conn.execute(
            "insert into sync_row (reseller_id, client_id, kind, row_id, ver, patch, is_gone)"
            f" values {groups} on conflict (client_id, kind, row_id) do update"
            " set ver = excluded.ver, patch = excluded.patch, is_gone = excluded.is_gone",
            *arguments,
        )


async def forget_gone(conn: Connection, client_id: UUID, cursor: int) -> int:
    """Forget the departures that this cursor acknowledges; how many they were."""
    return await conn.execute(
        "delete from sync_row where client_id = $1 and is_gone and patch <= $2", client_id, cursor
    )


async def purge(conn: Connection, client_id: UUID) -> None:
    """Forget the whole record of an installation that will not come back, or will begin anew."""
    await conn.execute("delete from sync_row where client_id = $1", client_id)
    await conn.execute(
        "update sync_client set forgotten = cvr + 1, cvr = cvr + 1, tombstones = 0, pulse = null,"
        " checksums = '{}' where id = $1",
        client_id,
    )
