"""Tracks: positions while travelling, append-only and idempotent by (stream, n).

A phone on the road sends every few seconds: what many send at the same time is written together.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from offline_sync.messages import Limits, TrackChunk, TracksAnswer, TracksRequest
from offline_sync.ports import Application, Caller, Connection, Identity, StoredTrack
from offline_sync.problems import SyncProblem
from offline_sync.service import Service, TrackItem, check_client
from offline_sync.store import clients, tracks
from offline_sync.store.tracks import Held, NewChunk

_NO_FIXES = "[]"


class ChunkTakenMeanwhileError(Exception):
    """Somebody else brings one of these numbers at this moment: each item is looked at again, alone."""


async def add_chunks(
    service: Service, identity: Identity, stream: UUID, request: TracksRequest
) -> TracksAnswer:
    check_limits(service.limits, request)

    async def write(conn: Connection, items: Sequence[TrackItem]) -> Sequence[TracksAnswer | Exception]:
        return await _Lane(service, conn).write(items)

    item = TrackItem(identity, stream, request)
    return await service.gathering.run(service.db, identity.reseller_id, item, write)


def check_limits(limits: Limits, request: TracksRequest) -> None:
    if len(request.chunks) > limits.track_chunks:
        raise SyncProblem("limit_exceeded", name="track_chunks", limit=limits.track_chunks)
    if any(max(len(chunk.fixes), len(chunk.gaps)) > limits.track_fixes for chunk in request.chunks):
        raise SyncProblem("limit_exceeded", name="track_fixes", limit=limits.track_fixes)


class _Lane:
    """What many clients send, in one transaction. Who is refused has written a claim at most."""

    def __init__(self, service: Service, conn: Connection) -> None:
        self.service = service
        self.conn = conn
        self.refused: dict[int, Exception] = {}
        self.callers: dict[int, Caller] = {}
        self.forgetting: set[int] = set()

    async def write(self, items: Sequence[TrackItem]) -> list[TracksAnswer | Exception]:
        await self._identify(items)
        await self._ask_applications(items)
        held = await self._claim(items)
        chunks: list[NewChunk] = []
        stored: list[tuple[Application, StoredTrack]] = []
        for number, item in self._welcome(items):
            try:
                added = await self._new_chunks(
                    item, self._kept(number, item), held[item.stream], number in self.forgetting
                )
            except SyncProblem as problem:
                self.refused[number] = problem
                continue
            if added:
                caller = self.callers[number]
                chunks += [_row(caller, item.stream, chunk, self.service.now()) for chunk in added]
                stored.append((self._application(caller), StoredTrack(caller, item.stream, added)))
            # Also of a thinned stream, as after a restore, when all is offered again: the phone may let go.
            held[item.stream].numbers.update(chunk.n for chunk in item.request.chunks)
        if await tracks.add_chunks(self.conn, chunks) != len(chunks):
            raise ChunkTakenMeanwhileError
        for application in dict.fromkeys(one for one, _ in stored):
            await application.tracks_stored(self.conn, [track for one, track in stored if one is application])
        return [
            self.refused.get(number) or TracksAnswer(sorted(held[item.stream].numbers))
            for number, item in enumerate(items)
        ]

    async def _identify(self, items: Sequence[TrackItem]) -> None:
        records = await clients.find_many(self.conn, [item.request.client_id for item in items])
        for number, item in enumerate(items):
            try:
                self.callers[number] = check_client(records.get(item.request.client_id), item.identity)
            except SyncProblem as problem:
                self.refused[number] = problem

    async def _ask_applications(self, items: Sequence[TrackItem]) -> None:
        asked: dict[Application, list[int]] = {}
        for number, _ in self._welcome(items):
            asked.setdefault(self._application(self.callers[number]), []).append(number)
        for application, numbers in asked.items():
            accepted = await application.accepts_streams(
                self.conn, [(self.callers[number], items[number].stream) for number in numbers]
            )
            for number, is_accepted in zip(numbers, accepted, strict=True):
                if not is_accepted:
                    self.refused[number] = SyncProblem("stream_unknown")
            numbers = [number for number in numbers if number not in self.refused]
            forgets = await application.forgets_fixes(self.conn, [self.callers[number] for number in numbers])
            self.forgetting.update(number for number, is_so in zip(numbers, forgets, strict=True) if is_so)

    def _kept(self, number: int, item: TrackItem) -> Sequence[TrackChunk]:
        chunks = item.request.chunks
        return [_blank(chunk) for chunk in chunks] if number in self.forgetting else chunks

    async def _claim(self, items: Sequence[TrackItem]) -> dict[UUID, Held]:
        """The streams; a new one is its first writer's."""
        wanted = [item.stream for _, item in self._welcome(items)]
        held = await tracks.held(self.conn, self.service.db.dialect, wanted)
        new = [number for number, item in self._welcome(items) if item.stream not in held]
        for number in new:
            await tracks.claim(self.conn, self.callers[number], items[number].stream, self.service.now())
        if new:
            held |= await tracks.held(
                self.conn, self.service.db.dialect, [items[number].stream for number in new]
            )
        for number, item in self._welcome(items):
            # One that is not there now is another tenant's, which row-level security hides.
            if item.stream not in held or held[item.stream].client_id != self.callers[number].client_id:
                self.refused[number] = SyncProblem("stream_unknown")
        return held

    async def _new_chunks(
        self, item: TrackItem, chunks: Sequence[TrackChunk], held: Held, is_forgetting: bool
    ) -> list[TrackChunk]:
        """Raises `chunk_conflict` for another content under a number that is taken."""
        if held.is_thinned:
            return []
        new: dict[int, TrackChunk] = {}
        for chunk in chunks:
            if chunk.n in new:
                is_same = new[chunk.n] == chunk
            elif chunk.n in held.numbers:
                stored = await tracks.chunk(self.conn, item.stream, chunk.n)
                if stored is None:  # another item of this transaction brings it
                    raise ChunkTakenMeanwhileError
                # Its fixes may have been forgotten since, or it came before they were to be.
                fixes, gaps = _texts(chunk)
                is_same = stored[1] == gaps and (stored[0] in {fixes, _NO_FIXES} or is_forgetting)
            else:
                new[chunk.n], is_same = chunk, True
            if not is_same:
                raise SyncProblem("chunk_conflict", n=chunk.n)
        return list(new.values())

    def _welcome(self, items: Sequence[TrackItem]) -> list[tuple[int, TrackItem]]:
        return [(number, item) for number, item in enumerate(items) if number not in self.refused]

    def _application(self, caller: Caller) -> Application:
        return self.service.application(caller.kind)


def _row(caller: Caller, stream: UUID, chunk: TrackChunk, now: datetime) -> NewChunk:
    return (caller.reseller_id, stream, chunk.n, *_texts(chunk), now)


def _blank(chunk: TrackChunk) -> TrackChunk:
    """Its number stays, so that the phone may let go of it."""
    return TrackChunk(chunk.n, [], chunk.gaps)


def _texts(chunk: TrackChunk) -> tuple[str, str]:
    return msgspec.json.encode(chunk.fixes).decode(), msgspec.json.encode(chunk.gaps).decode()
