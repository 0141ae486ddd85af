"""Running a kept mutation again, and handing out a rescued outbox; both leave a line in the audit trail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import obstore
from obstore.store import ObjectStore

from offline_sync.ports import Caller, Identity
from offline_sync.problems import SyncProblem
from offline_sync.push import rerun
from offline_sync.retry import retrying
from offline_sync.service import Service
from offline_sync.tables import SyncRescue
from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.sessions import actor_for
from server.audit.actions import append
from server.problems import Problem
from server.sync.quarantine import queries
from server.sync.quarantine.queries import KeptMutation


async def note_quarantine(caller: Caller, seq: int, name: str, code: str) -> None:
    """In the audit, inside the transaction that puts the mutation there."""
    await append(
        "sync.quarantined",
        reseller_id=caller.reseller_id,
        user_id=caller.user_id,
        subject=("sync_client", caller.client_id),
        seq=seq,
        name=name,
        code=code,
    )


async def run_again(actor: Actor, service: Service, client_id: UUID, seq: int, address: str) -> None:
    """Apply a mutation in its owner's name; one that has left the quarantine stays as it is.

    Raises `not_found`, `owner_inactive`, `busy`.
    """
    kept = await queries.find_mutation(actor, client_id, seq)
    if kept.status != "quarantined":
        return
    owner = await actor_for(kept.user_id)
    if owner is None:
        raise Problem("owner_inactive")
    identity = Identity(owner.user_id, owner.reseller_id, owner)
    try:
        await retrying(lambda: _run(actor, service, identity, kept, address))
    except SyncProblem as problem:
        raise Problem(problem.code, **problem.facts) from problem


async def _run(actor: Actor, service: Service, identity: Identity, kept: KeptMutation, address: str) -> None:
    async with DB.transaction():
        result = await rerun(service, identity, kept.client_id, kept.seq)
        if result is None:  # somebody else was faster
            return
        await append(
            "sync.rerun",
            reseller_id=actor.reseller_id,
            user_id=actor.user_id,
            subject=("sync_client", kept.client_id),
            address=address,
            seq=kept.seq,
            name=kept.name,
            owner=identity.user_id,
            status=result.status,
            code=result.code,
        )


async def open_rescue(
    actor: Actor, store: ObjectStore, rescue_id: UUID, address: str
) -> tuple[SyncRescue, AsyncIterator[bytes]]:
    """The bytes as the phone handed them over, piece by piece. Raises `not_found`."""
    rescue = await queries.find_rescue(actor, rescue_id)
    try:
        found = await obstore.get_async(store, rescue.path)
    except FileNotFoundError as error:
        raise Problem("not_found") from error
    await append(
        "sync.rescue_downloaded",
        reseller_id=actor.reseller_id,
        user_id=actor.user_id,
        subject=("sync_rescue", rescue_id),
        address=address,
        owner=rescue.user_id,
        sha256=rescue.sha256,
    )
    return rescue, _pieces(found)


async def _pieces(found: Any) -> AsyncIterator[bytes]:
    async for piece in found.stream():
        yield bytes(piece)
