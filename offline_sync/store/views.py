"""The client view record: the rows that a client was told of, as one value a client.

It is read and written whole, by the one pull that holds the client's row: two statements, where a table with
a row for each row of the view took one for every row that changed: docs/adr/0007-view-record.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec

from offline_sync.engine.pull import Known
from offline_sync.ports import Connection
from offline_sync.store import clients
from offline_sync.store.clients import ClientRecord

_decoder = msgspec.json.Decoder(list[Known])


async def lock(conn: Connection, dialect: str, client_id: UUID) -> tuple[ClientRecord | None, list[Known]]:
    """The client, as `clients.lock`, and the rows that it was told of: in one statement."""
    told = "(select told from sync_view where client_id = sync_client.id)"
    rows = await clients.lock_columns(conn, dialect, client_id, told)
    if not rows:
        return None, []
    *columns, told_json = rows[0]
    return ClientRecord(*columns), _decoder.decode(told_json) if told_json else []


async def tell(conn: Connection, reseller_id: UUID, client_id: UUID, rows: Sequence[Known]) -> None:
    await conn.execute(
        "insert into sync_view (client_id, reseller_id, told) values ($1, $2, $3)"
        " on conflict (client_id) do update set told = excluded.told",
        client_id,
        reseller_id,
        msgspec.json.encode(rows).decode(),
    )


async def purge(conn: Connection, client_id: UUID) -> None:
    """Forget the whole record of an installation that will not come back, or will begin anew."""
    await conn.execute("delete from sync_view where client_id = $1", client_id)
    await conn.execute(
        "update sync_client set forgotten = cvr + 1, cvr = cvr + 1, tombstones = 0, pulse = null,"
        " checksums = '{}' where id = $1",
        client_id,
    )
