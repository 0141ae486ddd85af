"""One mutation: read it, perform it, and have a result for whatever came of that.

Nothing that a person recorded is thrown away. A mutation whose number and uid can be read but which is
otherwise not understood (arguments of the wrong type, a name or version that this server does not know, too
large) goes raw into quarantine, with a result, so that the work behind it is not held up.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC
from uuid import UUID

from msgspec import Raw

from offline_sync.engine.clock import DeviceClock
from offline_sync.messages import Mutation, MutationKey, Status, decode, encode_data
from offline_sync.ports import Application, Applied, Caller, Connection, Context, MutationType, Refused
from offline_sync.problems import SyncProblem
from offline_sync.store.mutations import Entry

IN_QUARANTINE = "Este registro foi guardado e o escritório foi avisado para verificá-lo. Nada se perdeu."


@dataclass(frozen=True, slots=True)
class Received:
    """A mutation as it came. `mutation` is None when only number and uid could be read; `fault` says why."""

    seq: int
    uid: UUID
    received: bytes
    mutation: Mutation | None
    fault: str | None = None


def receive(raws: Sequence[Raw], args_bytes: int) -> list[Received]:
    """Read a batch. Raises `malformed` when it is not the protocol at all."""
    batch: list[Received] = []
    for index, raw in enumerate(raws):
        where = f"mutations[{index}]"
        received = _text(bytes(raw), where)
        key = decode(received, MutationKey, where)
        if batch and key.seq <= batch[-1].seq:
            raise SyncProblem("malformed", where=f"{where}.seq")
        batch.append(_read(key, received, args_bytes))
    return batch


async def run(
    conn: Connection,
    savepoint: AbstractAsyncContextManager[Connection] | None,
    application: Application,
    caller: Caller,
    received: Received,
    clock: DeviceClock,
) -> Entry:
    """`push 5`, inside the transaction of the caller. Raises what a handler raised unexpectedly.

    Without a savepoint it raises refusals, too: the caller rolls everything back and runs it again with one.
    """
    mutation = received.mutation
    if mutation is None:
        return quarantine(received, received.fault or "malformed")
    kind = application.mutations.find(mutation.name, mutation.v)
    if kind is None:
        return quarantine(received, "unknown_mutation")
    try:
        args = decode(mutation.args, kind.args, "args")
    except SyncProblem as problem:
        return quarantine(received, "malformed", str(problem.facts["where"]))
    try:
        async with savepoint or nullcontext(conn) as conn:
            context = Context(
                conn=conn,
                caller=caller,
                seq=received.seq,
                uid=received.uid,
                base=mutation.base,
                occurred_at=mutation.occurred_at,
                estimated_at=clock.estimate(mutation.occurred_at, mutation.mono, mutation.boot),
                received_at=clock.received_at,
                clock_offset_ms=clock.offset_ms,
                mono=mutation.mono,
                boot=mutation.boot,
            )
            outcome = await kind.handler(context, args)
    except Refused as refusal:
        if savepoint is None:
            raise
        return _refusal(kind, received, refusal)
    return _applied(received, outcome or Applied())


def quarantine(received: Received, code: str, error: str | None = None) -> Entry:
    """Kept raw for a person to look at, and for a mended server to run again."""
    return _entry(received, "quarantined", code=code, message=IN_QUARANTINE, error=error)


def _text(raw: bytes, where: str) -> bytes:
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        raise SyncProblem("malformed", where=where) from error
    return raw


def _read(key: MutationKey, received: bytes, args_bytes: int) -> Received:
    try:
        mutation = decode(received, Mutation)
        mutation.occurred_at.astimezone(UTC)
    except (SyncProblem, OverflowError):  # an offset can lead over the edge of the calendar
        return Received(key.seq, key.uid, received, None, "malformed")
    if len(bytes(mutation.args)) > args_bytes:
        return Received(key.seq, key.uid, received, None, "args_too_large")
    return Received(key.seq, key.uid, received, mutation)


def _refusal(kind: MutationType, received: Received, refusal: Refused) -> Entry:
    if kind.is_fact:  # a defect of the application: what happened cannot be refused
        return quarantine(received, refusal.code, refusal.message)
    return _entry(received, "rejected", code=refusal.code, message=refusal.message)


def _applied(received: Received, outcome: Applied) -> Entry:
    data = dict(outcome.data)
    if not outcome.discrepancies:
        return _entry(received, "applied", data=encode_data(data) if data else None)
    data["discrepancies"] = list(outcome.discrepancies)
    return _entry(received, "applied_with_discrepancy", code=outcome.discrepancies[0], data=encode_data(data))


def _entry(
    received: Received,
    status: Status,
    *,
    code: str | None = None,
    message: str | None = None,
    data: str | None = None,
    error: str | None = None,
) -> Entry:
    mutation = received.mutation
    return Entry(
        seq=received.seq,
        uid=received.uid,
        name=mutation.name if mutation else "",
        v=mutation.v if mutation else 0,
        received=received.received,
        status=status,
        code=code,
        message=message,
        data=data,
        error=error,
        occurred_at=mutation.occurred_at if mutation else None,
    )
