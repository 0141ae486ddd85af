"""Push: run what is next, answer what was seen, keep every result. Steps as in docs/sync-protocol.md.

A batch runs in slices. A slice is one transaction, so that its effects, its results and `lmid` appear
together (docs/adr/0002-push-transactions.md). Mostly nothing goes wrong, so it first runs without savepoints.
If anything does, it is rolled back and run again with one for each mutation; and when it cannot commit, in
slices of one, to find the mutation that is to blame.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Raw

from offline_sync.engine.clock import DeviceClock
from offline_sync.engine.push import Failures, Forked, Gap, Plan, is_same, judge
from offline_sync.messages import Halted, Mutation, PushAnswer, PushRequest, Result
from offline_sync.mutation import Received, quarantine, receive, run
from offline_sync.ports import Application, Caller, Connection, Identity
from offline_sync.problems import SyncProblem
from offline_sync.retry import RETRY_AFTER_S, is_temporary, retrying
from offline_sync.service import Service, check_client, check_schema
from offline_sync.store import clients, mutations
from offline_sync.store.clients import ClientRecord
from offline_sync.store.mutations import Entry

SLICE = 25
SLICE_BYTES = 128 * 1024  # a bridge's mutations are large: whoever else wants to write waits for one slice


@dataclass(frozen=True, slots=True)
class Pace:
    """How many mutations a transaction takes, and whether each has a savepoint."""

    size: int
    is_guarded: bool


QUICK, CAREFUL, SINGLY = Pace(SLICE, False), Pace(SLICE, True), Pace(1, True)
NO_FAILURES = Failures(0, 0)

log = logging.getLogger(__name__)


async def push(service: Service, identity: Identity, request: PushRequest) -> PushAnswer:
    check_schema(request.schema)
    if len(request.mutations) > service.limits.push_mutations:
        raise SyncProblem("limit_exceeded", name="push_mutations", limit=service.limits.push_mutations)
    epoch = await service.epoch()
    if request.epoch != epoch:  # push 1
        raise SyncProblem("epoch_changed", epoch=epoch)
    clock = DeviceClock(service.now(), request.sent_at, request.mono, request.boot)
    batch = receive(request.mutations, service.limits.args_bytes)
    return await _Batch(service, identity, request.client_id, clock).run(batch)


async def rerun(service: Service, identity: Identity, client_id: UUID, seq: int) -> Result | None:
    """Run a quarantined mutation again, after the defect behind it was mended.

    `identity` is its owner. None when there is no such mutation in quarantine. Its place in the order is
    lost: it runs now, after the later ones. One that still fails stays in quarantine, with the newest reason.
    """
    async with service.db.transaction() as conn:
        record = await clients.lock(conn, service.db.dialect, client_id)
        kept = await mutations.quarantined(conn, client_id, seq)
        if record is None or record.reseller_id != identity.reseller_id or kept is None:
            return None
        caller = Caller(record.id, record.kind, identity)
        clock = DeviceClock(service.now(), None, None, None)
        received, application = _as_if_now(kept, service), service.application(record.kind)
        try:
            entry = await _applied_elsewhere(conn, record, received) or await run(
                conn, service.db.transaction(), application, caller, received, clock
            )
        except Exception as error:
            if is_temporary(error):
                raise
            log.exception("mutation %s of client %s failed again", seq, client_id)
            entry = _failed(received, error)
        await mutations.replace_result(conn, client_id, entry)
        await service.poke(record.reseller_id)
        return entry.result(clock.received_at)


async def _applied_elsewhere(conn: Connection, record: ClientRecord, received: Received) -> Entry | None:
    """What became of it under the name of a copy, whose own entry ran again before."""
    found = (await mutations.of_other_clients(conn, record, [received.uid])).get(received.uid)
    if found is None or found.status == "quarantined" or not is_same(received, found):
        return None
    return replace(found, seq=received.seq)


def _as_if_now(entry: Entry, service: Service) -> Received:
    """A kept mutation as if it came now; one that was too large may pass this time."""
    return receive([Raw(entry.received)], service.limits.push_bytes)[0]


def _failed(received: Received, error: Exception) -> Entry:
    return quarantine(received, "failed", repr(error)[:2000])


@dataclass(frozen=True, slots=True)
class _Slice:
    """What one committed transaction did."""

    lmid: int
    results: list[Result]
    halted: Halted | None


@dataclass(frozen=True, slots=True)
class _Batch:
    service: Service
    identity: Identity
    client_id: UUID
    clock: DeviceClock

    async def run(self, batch: Sequence[Received]) -> PushAnswer:
        results: list[Result] = []
        pace, blamed = QUICK, None
        while True:
            try:
                done = await self._retry_slice(batch[len(results) :], pace, blamed)
            except Exception as error:
                if isinstance(error, SyncProblem) and error.code != "busy":
                    raise
                if pace is QUICK:
                    pace = CAREFUL
                elif pace is CAREFUL:
                    pace = SINGLY
                elif isinstance(error, SyncProblem):
                    return await self._halt(batch, results)
                elif blamed is None:
                    blamed = error
                else:
                    raise
                continue
            blamed = None
            if pace is CAREFUL:
                pace = QUICK
            results += done.results
            if done.halted is not None or len(results) == len(batch):
                return PushAnswer(done.lmid, results, done.halted or UNSET)  # push 8

    async def _halt(self, batch: Sequence[Received], results: list[Result]) -> PushAnswer:
        """`push 6`: answer what has a result, and where a passing error stopped the batch."""
        done = await self._retry_slice(batch[len(results) :], Pace(0, True), None)
        results += done.results
        stopped = batch[len(results) : len(results) + 1]
        halted = Halted(stopped[0].seq, "busy", RETRY_AFTER_S) if stopped else UNSET
        return PushAnswer(done.lmid, results, halted)

    async def _retry_slice(self, waiting: Sequence[Received], pace: Pace, blamed: Exception | None) -> _Slice:
        return await retrying(lambda: self._slice(waiting, pace, blamed))

    async def _slice(self, waiting: Sequence[Received], pace: Pace, blamed: Exception | None) -> _Slice:
        """One transaction. `blamed` is why the first of `waiting` could not commit at the last attempt."""
        async with self.service.db.transaction() as conn:
            record = await clients.lock(conn, self.service.db.dialect, self.client_id)  # push 2
            caller = check_client(record, self.identity)  # push 1
            assert record is not None
            seen, fresh = await self._plan(conn, record, waiting)
            fresh = _slice_of(fresh, pace)
            settled = await self._settled_elsewhere(conn, record, fresh)
            ran = await self._run_each(conn, caller, record.failures, fresh, settled, pace, blamed)
            lmid = record.lmid + len(ran.entries)
            received_at = self.clock.received_at
            await mutations.add(conn, caller, ran.entries, self.clock.offset_ms, received_at)
            await clients.note_push(
                conn, caller.client_id, lmid, ran.failures, self.clock.offset_ms, received_at
            )
            if ran.entries:
                await self.service.poke(caller.reseller_id)
        results = [*seen, *(entry.result(received_at) for entry in ran.entries)]
        return _Slice(lmid, results, ran.halted)

    async def _plan(
        self, conn: Connection, record: ClientRecord, waiting: Sequence[Received]
    ) -> tuple[list[Result], Sequence[Received]]:
        """`push 3`, `push 4`: the stored results, and what is to be run."""
        kept = {}
        if waiting and waiting[0].seq <= record.lmid:
            kept = await mutations.between(conn, record.id, waiting[0].seq, waiting[-1].seq)
        match judge(record.lmid, kept, waiting):
            case Gap(lmid):
                raise SyncProblem("sequence_gap", lmid=lmid)
            case Forked(lmid, seq):
                raise SyncProblem("client_forked", lmid=lmid, seq=seq)
            case Plan(seen):
                return [kept[received.seq].result for received in waiting[:seen]], waiting[seen:]

    async def _settled_elsewhere(
        self, conn: Connection, record: ClientRecord, fresh: Sequence[Received]
    ) -> dict[UUID, Entry]:
        """By uid what the person's other installations have a result for.

        Only of what is older than this installation's name: a copied one gets another, and so does each of
        two copies that a restored server does not know. Everything else costs no question.
        """
        old = [one for one in fresh if one.mutation and self._estimate(one.mutation) <= record.enrolled_at]
        if not old:
            return {}
        kept = await mutations.of_other_clients(conn, record, [received.uid for received in old])
        return {
            received.uid: replace(kept[received.uid], seq=received.seq)
            for received in old
            if is_same(received, kept.get(received.uid))
        }

    def _estimate(self, mutation: Mutation) -> datetime:
        return self.clock.estimate(mutation.occurred_at, mutation.mono, mutation.boot)

    async def _run_each(
        self,
        conn: Connection,
        caller: Caller,
        failures: Failures,
        fresh: Sequence[Received],
        settled: Mapping[UUID, Entry],
        pace: Pace,
        blamed: Exception | None,
    ) -> _Ran:
        application = self.service.application(caller.kind)
        ran = _Ran([], failures)
        for received in fresh:
            try:
                if blamed is not None:
                    raise blamed
                if received.uid in settled:
                    ran.entries.append(settled[received.uid])
                    continue
                savepoint = self.service.db.transaction() if pace.is_guarded else None
                entry = await run(conn, savepoint, application, caller, received, self.clock)  # push 5
            except Exception as error:
                if is_temporary(error) or not pace.is_guarded:
                    raise  # push 6
                log.exception("mutation %s of client %s failed", received.seq, caller.client_id)
                ran.failures = ran.failures.after_another(received.seq)
                if not ran.failures.is_hopeless:
                    ran.halted = Halted(received.seq, "failed", ran.failures.retry_after)
                    return ran
                entry = _failed(received, error)  # push 7
            if entry.status == "quarantined":
                await self._tell_office(application, caller, entry)
            ran.entries.append(entry)
            ran.failures = NO_FAILURES
        return ran

    async def _tell_office(self, application: Application, caller: Caller, entry: Entry) -> None:
        """A defect in telling must not hold up the queue: the quarantine itself is what counts."""
        try:
            async with self.service.db.transaction() as conn:
                await application.quarantined(conn, caller, entry.seq, entry.name, entry.code or "")
        except Exception as error:
            if is_temporary(error):
                raise
            log.exception("the office was not told of mutation %s of %s", entry.seq, caller.client_id)


def _slice_of(fresh: Sequence[Received], pace: Pace) -> Sequence[Received]:
    """As many as one transaction takes; one that is larger by itself has its own."""
    size = 0
    for count, received in enumerate(fresh[: pace.size]):
        size += len(received.received)
        if count and size > SLICE_BYTES:
            return fresh[:count]
    return fresh[: pace.size]


@dataclass(slots=True)
class _Ran:
    entries: list[Entry]
    failures: Failures
    halted: Halted | None = None
