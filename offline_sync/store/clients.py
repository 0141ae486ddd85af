"""Installations: enrolled, locked while they push or pull, revoked; and the epoch of this database."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from offline_sync.engine.pull import Checksums
from offline_sync.engine.push import Failures
from offline_sync.ports import Connection, Reader
from offline_sync.store.values import marks

_COLUMNS = (
    "id, reseller_id, user_id, kind, name, lmid, acked, durable_lmid, cvr, forgotten, tombstones, pulse, "
    "checksums, failing_seq, failures, enrolled_at, last_seen_at, revoked_at"
)


@dataclass(frozen=True, slots=True)
class ClientRecord:
    """`tombstones` counts the departures that the client has not acknowledged yet."""

    id: UUID
    reseller_id: UUID
    user_id: UUID
    kind: str
    name: str
    lmid: int
    acked: int
    durable_lmid: int
    cvr: int
    forgotten: int
    tombstones: int
    pulse: str | None
    stored_checksums: str
    failing_seq: int
    failure_count: int
    enrolled_at: datetime
    last_seen_at: datetime
    revoked_at: datetime | None

    @property
    def checksums(self) -> Checksums:
        return {kind: (count, xor) for kind, (count, xor) in json.loads(self.stored_checksums).items()}

    @property
    def failures(self) -> Failures:
        return Failures(self.failing_seq, self.failure_count)


async def current_epoch(conn: Connection) -> UUID | None:
    rows = await conn.fetch("select epoch from sync_epoch where id = 1")
    return rows[0][0] if rows else None


async def start_epoch(conn: Connection, epoch: UUID, now: datetime) -> None:
    """Begin a new incarnation of the database: at its making, and after a restore from backup."""
    await conn.execute(
        "insert into sync_epoch (id, epoch, started_at) values (1, $1, $2)"
        " on conflict (id) do update set epoch = excluded.epoch, started_at = excluded.started_at",
        epoch,
        now,
    )


async def add_epoch(conn: Connection, epoch: UUID, now: datetime) -> None:
    """The first epoch, unless another process was quicker."""
    await conn.execute(
        "insert into sync_epoch (id, epoch, started_at) values (1, $1, $2) on conflict (id) do nothing",
        epoch,
        now,
    )


async def find(conn: Reader, client_id: UUID) -> ClientRecord | None:
    rows = await conn.fetch(f"select {_COLUMNS} from sync_client where id = $1", client_id)
    return ClientRecord(*rows[0]) if rows else None


async def find_many(conn: Reader, client_ids: Sequence[UUID]) -> dict[UUID, ClientRecord]:
    asked = list(dict.fromkeys(client_ids))
    rows = await conn.fetch(f"select {_COLUMNS} from sync_client where id in ({marks(asked)})", *asked)
    return {row[0]: ClientRecord(*row) for row in rows}


async def lock(conn: Connection, dialect: str, client_id: UUID) -> ClientRecord | None:
    """The same, and nobody else pushes or pulls for that client until the transaction ends."""
    rows = await lock_columns(conn, dialect, client_id)
    return ClientRecord(*rows[0]) if rows else None


async def lock_columns(conn: Connection, dialect: str, client_id: UUID, *more: str) -> list[tuple[Any, ...]]:
    """The columns of a `ClientRecord` and `more` expressions.

    SQLite's transactions begin IMMEDIATE: they are alone already.
    """
    suffix = " for update" if dialect == "postgres" else ""
    columns = ", ".join((_COLUMNS, *more))
    return await conn.fetch(f"select {columns} from sync_client where id = $1{suffix}", client_id)


async def add(
    conn: Connection,
    client_id: UUID,
    reseller_id: UUID,
    user_id: UUID,
    kind: str,
    name: str,
    platform: str,
    schema: int,
    now: datetime,
) -> bool:
    """Whether the installation is new."""
    return bool(
        await conn.execute(
            "insert into sync_client"
            " (id, reseller_id, user_id, kind, name, platform, schema_version, enrolled_at, last_seen_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $8) on conflict (id) do nothing",
            client_id,
            reseller_id,
            user_id,
            kind,
            name,
            platform,
            schema,
            now,
        )
    )


async def rename(
    conn: Connection, client_id: UUID, name: str, platform: str, schema: int, now: datetime
) -> None:
    await conn.execute(
        "update sync_client set name = $2, platform = $3, schema_version = $4, last_seen_at = $5"
        " where id = $1",
        client_id,
        name,
        platform,
        schema,
        now,
    )


async def note_push(
    conn: Connection, client_id: UUID, lmid: int, failures: Failures, offset_ms: int | None, now: datetime
) -> None:
    await conn.execute(
        "update sync_client set lmid = $2, failing_seq = $3, failures = $4,"
        " clock_offset_ms = coalesce($5, clock_offset_ms), last_seen_at = $6 where id = $1",
        client_id,
        lmid,
        failures.seq,
        failures.count,
        offset_ms,
        now,
    )


async def note_pull(
    conn: Connection,
    client_id: UUID,
    *,
    acked: int,
    cvr: int,
    forgotten: int,
    tombstones: int,
    pulse: str | None,
    checksums: Mapping[str, tuple[int, int]],
    now: datetime,
) -> None:
    await conn.execute(
        "update sync_client set acked = $2, cvr = $3, forgotten = $4, tombstones = $5, pulse = $6,"
        " checksums = $7, last_seen_at = $8 where id = $1",
        client_id,
        acked,
        cvr,
        forgotten,
        tombstones,
        pulse,
        json.dumps(checksums),
        now,
    )


async def revoke(conn: Connection, client_id: UUID, now: datetime) -> bool:
    """Whether it was not revoked before. Its own outbox stays on the phone, for `rescue`."""
    return bool(
        await conn.execute(
            "update sync_client set revoked_at = $2 where id = $1 and revoked_at is null", client_id, now
        )
    )


async def mark_durable(conn: Connection, lmids: Sequence[tuple[UUID, int]]) -> None:
    """A verified backup holds each client's mutations up to there; it may forget its copies."""
    for client_id, lmid in lmids:
        await conn.execute(
            "update sync_client set durable_lmid = $2 where id = $1 and durable_lmid < $2", client_id, lmid
        )
