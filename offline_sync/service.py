"""What the protocol's endpoints stand on, and the checks that they all begin with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from obstore.store import ObjectStore

from offline_sync.gathering import Gathering
from offline_sync.messages import (
    SCHEMA_MAX,
    SCHEMA_MIN,
    Envelope,
    Limits,
    SchemaRange,
    TracksAnswer,
    TracksRequest,
    milliseconds,
)
from offline_sync.ports import Application, Caller, Database, Identity, Reader
from offline_sync.problems import SyncProblem
from offline_sync.store import clients
from offline_sync.store.clients import ClientRecord

FILES_IN_MEMORY = 4  # at once, each of at most `Limits.file_bytes`, twice


def utc_now() -> datetime:
    return datetime.now(UTC)


async def nobody(reseller_id: UUID) -> None:
    """Nobody waits for pokes."""


@dataclass(frozen=True, slots=True)
class TrackItem:
    """What one phone sends of one stream."""

    identity: Identity
    stream: UUID
    request: TracksRequest


@dataclass(frozen=True)
class Service:
    """One server of the protocol. `applications` is by the kind of client.

    `poke` is awaited inside the transaction that may change a reseller's views, and tells whoever listens
    once that transaction has committed.
    """

    db: Database
    files: ObjectStore
    applications: Mapping[str, Application]
    limits: Limits = field(default_factory=Limits)
    now: Callable[[], datetime] = utc_now
    poke: Callable[[UUID], Awaitable[None]] = nobody
    joining: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(FILES_IN_MEMORY))
    gathering: Gathering[TrackItem, TracksAnswer] = field(default_factory=Gathering)
    _epoch: list[UUID] = field(default_factory=list)

    def application(self, kind: str) -> Application:
        application = self.applications.get(kind)
        if application is None:
            raise SyncProblem("malformed", where="kind")
        return application

    async def epoch(self) -> UUID:
        """This database's incarnation. It changes only while no server runs, so it is read once."""
        if not self._epoch:
            async with self.db.transaction() as conn:
                if await clients.current_epoch(conn) is None:
                    await clients.add_epoch(conn, uuid4(), self.now())
                epoch = await clients.current_epoch(conn)
                assert epoch is not None
            self._epoch.append(epoch)
        return self._epoch[0]

    async def envelope(self) -> Envelope:
        return Envelope(milliseconds(self.now()), await self.epoch(), SchemaRange(), self.limits)


def check_client(record: ClientRecord | None, identity: Identity) -> Caller:
    """`push 1`, `pull 1`: the installation is this person's own and not revoked."""
    if record is None or record.reseller_id != identity.reseller_id:
        raise SyncProblem("client_unknown")
    if record.user_id != identity.user_id:
        raise SyncProblem("client_taken")
    if record.revoked_at is not None:
        raise SyncProblem("client_revoked")
    return Caller(record.id, record.kind, identity)


def check_schema(schema: int) -> None:
    if not SCHEMA_MIN <= schema <= SCHEMA_MAX:
        raise SyncProblem("schema_unsupported", min=SCHEMA_MIN, max=SCHEMA_MAX)


async def find_caller(service: Service, conn: Reader, identity: Identity, client_id: UUID) -> Caller:
    """The checks alone, for the lanes that do not touch the client's row."""
    return check_client(await clients.find(conn, client_id), identity)
