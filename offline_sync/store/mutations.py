"""Mutations as received, each with its one final result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import msgspec

from offline_sync.messages import Result, Status
from offline_sync.ports import Caller, Connection
from offline_sync.store import values
from offline_sync.store.clients import ClientRecord

RESULTS_A_PULL = 1000  # a client that never acknowledges is answered the oldest

_COLUMNS = (
    "reseller_id, client_id, user_id, seq, uid, name, v, received_json, status, code, message, data, error, "
    "occurred_at, received_at, clock_offset_ms"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A mutation that has reached its result. `error` is for whoever mends the defect."""

    seq: int
    uid: UUID
    name: str
    v: int
    received: bytes
    status: Status
    code: str | None = None
    message: str | None = None
    data: str | None = None
    error: str | None = None
    occurred_at: datetime | None = None

    def result(self, at: datetime) -> Result:
        data = None if self.data is None else msgspec.Raw(self.data.encode())
        return Result(self.seq, self.uid, self.status, at, self.code, self.message, data)


@dataclass(frozen=True, slots=True)
class KeptMutation:
    """What is known of a mutation that had its result before."""

    seq: int
    uid: UUID
    received: bytes
    result: Result


async def add(
    conn: Connection, caller: Caller, entries: Sequence[Entry], offset_ms: int | None, now: datetime
) -> None:
    rows = [
        (
            caller.reseller_id,
            caller.client_id,
            caller.user_id,
            entry.seq,
            entry.uid,
            entry.name,
            entry.v,
            entry.received.decode(),
            entry.status,
            entry.code,
            entry.message,
            entry.data,
            entry.error,
            entry.occurred_at,
            now,
            offset_ms,
        )
        for entry in entries
    ]
    for groups, arguments in values.statements(rows):
        await conn.execute(f"insert into sync_mutation ({_COLUMNS}) values {groups}", *arguments)


async def between(conn: Connection, client_id: UUID, first: int, last: int) -> dict[int, KeptMutation]:
    rows = await conn.fetch(
        "select seq, uid, status, received_at, code, message, data, received_json from sync_mutation"
        " where client_id = $1 and seq between $2 and $3",
        client_id,
        first,
        last,
    )
    return {row[0]: KeptMutation(row[0], row[1], row[7].encode(), _result(row)) for row in rows}


async def of_other_clients(conn: Connection, client: ClientRecord, uids: Sequence[UUID]) -> dict[UUID, Entry]:
    """What other installations of this person have a result for; of several, one that is no quarantine."""
    rows = await conn.fetch(
        "select m.seq, m.uid, m.name, m.v, m.received_json, m.status, m.code, m.message, m.data, m.error,"
        " m.occurred_at from sync_client c join sync_mutation m on m.client_id = c.id"
        " where c.reseller_id = $1 and c.user_id = $2 and c.id <> $3"
        f" and m.uid in ({values.marks(uids, 4)}) order by m.status <> 'quarantined'",
        client.reseller_id,
        client.user_id,
        client.id,
        *uids,
    )
    return {row[1]: _entry(row) for row in rows}


async def results_after(conn: Connection, client_id: UUID, acked: int) -> list[Result]:
    rows = await conn.fetch(
        "select seq, uid, status, received_at, code, message, data from sync_mutation"
        f" where client_id = $1 and seq > $2 order by seq limit {RESULTS_A_PULL}",
        client_id,
        acked,
    )
    return [_result(row) for row in rows]


async def quarantined(conn: Connection, client_id: UUID, seq: int) -> Entry | None:
    rows = await conn.fetch(
        "select seq, uid, name, v, received_json, status, code, message, data, error, occurred_at"
        " from sync_mutation where client_id = $1 and seq = $2 and status = 'quarantined'",
        client_id,
        seq,
    )
    return _entry(rows[0]) if rows else None


async def replace_result(conn: Connection, client_id: UUID, entry: Entry) -> None:
    """After a mended handler ran again: the raw mutation and its receipt stay as they were."""
    await conn.execute(
        "update sync_mutation set name = $3, v = $4, status = $5, code = $6, message = $7, data = $8,"
        " error = $9 where client_id = $1 and seq = $2",
        client_id,
        entry.seq,
        entry.name,
        entry.v,
        entry.status,
        entry.code,
        entry.message,
        entry.data,
        entry.error,
    )


def _entry(row: Sequence[Any]) -> Entry:
    seq, uid, name, v, received, *rest = row
    return Entry(seq, uid, name, v, received.encode(), *rest)


def _result(row: Sequence[Any]) -> Result:
    seq, uid, status, at, code, message, data = row[:7]
    raw = None if data is None else msgspec.Raw(data.encode())
    return Result(seq, uid, cast("Status", status), at, code, message, raw)
