"""Tracks: positions while travelling, append-only and idempotent by (stream, n)."""

from __future__ import annotations

from uuid import UUID

import msgspec

from offline_sync.messages import Limits, TrackChunk, TracksAnswer, TracksRequest
from offline_sync.ports import Caller, Connection, Identity
from offline_sync.problems import SyncProblem
from offline_sync.service import Service, find_caller
from offline_sync.store import tracks
from offline_sync.store.tracks import Holding


async def add_chunks(
    service: Service, identity: Identity, stream: UUID, request: TracksRequest
) -> TracksAnswer:
    """A phone on the road sends every few seconds: those of many are written together."""
    check_limits(service.limits, request)

    async def write(conn: Connection) -> TracksAnswer:
        caller = await find_caller(service, conn, identity, request.client_id)
        application = service.application(caller.kind)
        if not await application.accepts_stream(conn, caller, stream):
            raise SyncProblem("stream_unknown")
        holding, numbers = await tracks.claim(conn, service.db.dialect, caller, stream, service.now())
        if holding is Holding.ANOTHERS:
            raise SyncProblem("stream_unknown")
        if holding is Holding.OWN:
            added = [chunk for chunk in request.chunks if await _add(service, conn, caller, stream, chunk)]
            if added:
                # Whether that changes what anybody's phone shows is the application's to know, and to poke.
                await application.track_stored(conn, caller, stream, added)
        # Of a thinned one, as after a restore, when everything is offered again: the phone may let go of it.
        return TracksAnswer(sorted(numbers.union(chunk.n for chunk in request.chunks)))

    return await service.gathering.run(service.db, identity.reseller_id, write)


def check_limits(limits: Limits, request: TracksRequest) -> None:
    if len(request.chunks) > limits.track_chunks:
        raise SyncProblem("limit_exceeded", name="track_chunks", limit=limits.track_chunks)
    if any(max(len(chunk.fixes), len(chunk.gaps)) > limits.track_fixes for chunk in request.chunks):
        raise SyncProblem("limit_exceeded", name="track_fixes", limit=limits.track_fixes)


async def _add(service: Service, conn: Connection, caller: Caller, stream: UUID, chunk: TrackChunk) -> bool:
    fixes = msgspec.json.encode(chunk.fixes).decode()
    gaps = msgspec.json.encode(chunk.gaps).decode()
    if await tracks.add_chunk(conn, caller, stream, chunk.n, fixes, gaps, service.now()):
        return True
    if await tracks.chunk(conn, stream, chunk.n) != (fixes, gaps):
        raise SyncProblem("chunk_conflict", n=chunk.n)
    return False
