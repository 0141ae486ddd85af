"""Keeping files: first loose, then bound to the order that they are about, in its transaction.

A file is stored before its row is written, under the row's id: a row never names a file that is not there.
What stays loose is swept with its file.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from uuid import UUID

from obstore.store import ObjectStore

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server import settings
from server.accounts.actor import Actor
from server.attachments import rules
from server.attachments.inspection import inspect
from server.attachments.queries import StoredAttachment
from server.attachments.tables import Attachment
from server.database import platform
from server.jobs.outbox import enqueue
from server.jobs.registry import ClaimedJob, handles
from server.problems import Problem
from server.web.stores import object_store

KIND = "attachment_sweep"
LOOSE_FOR = timedelta(days=3)  # a draft may be taken up again after a weekend
SWEPT_AT_ONCE = 200


async def keep(actor: Actor, store: ObjectStore, name: str, content: bytes, *, now: datetime) -> UUID:
    """A loose file of this person. Raises the problems of `rules` and `inspection`."""
    rules.check_size(name, len(content))
    content_type = await asyncio.to_thread(inspect, name, content)
    loose = await Attachment.count().where(
        Attachment.uploaded_by_id == actor.user_id, Attachment.service_order_id.is_null()
    )
    if loose >= rules.MAX_LOOSE:
        await discard_oldest(actor, store)
    attachment_id = uuid7()
    stored = StoredAttachment(actor.reseller_id, str(attachment_id), content_type)
    await store.put_async(stored.path, content)
    await Attachment.insert(
        Attachment(
            id=attachment_id,
            reseller_id=actor.reseller_id,
            name=rules.tidy_name(name, content_type),
            content_type=content_type,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            uploaded_by_id=actor.user_id,
            uploaded_by_name=actor.name,
            uploaded_at=now,
        )
    )
    await _come_again(actor.reseller_id, now + LOOSE_FOR + timedelta(hours=1))
    return attachment_id


async def discard(actor: Actor, store: ObjectStore, attachment_id: UUID) -> None:
    """One's own loose file; again is harmless. Raises `not_found` for any other."""
    gone = (
        await Attachment.delete()
        .where(
            Attachment.id == attachment_id,
            Attachment.reseller_id == actor.reseller_id,
            Attachment.uploaded_by_id == actor.user_id,
            Attachment.service_order_id.is_null(),
        )
        .returning(Attachment.id, Attachment.content_type)
    )
    if not gone:
        raise Problem("not_found")
    await _delete_files(store, [StoredAttachment(actor.reseller_id, str(attachment_id), "")])


async def discard_oldest(actor: Actor, store: ObjectStore) -> None:
    """Room for a new one: what somebody began longest ago is given up first."""
    oldest = (
        await Attachment.select(Attachment.id)
        .where(Attachment.uploaded_by_id == actor.user_id, Attachment.service_order_id.is_null())
        .order_by(Attachment.uploaded_at)
        .first()
    )
    if oldest is not None:
        await discard(actor, store, oldest["id"])


async def bind(
    actor: Actor, order_id: UUID, attachment_ids: Collection[UUID], *, message_id: UUID | None = None
) -> None:
    """The person's own loose files become the order's; ids that name none are passed over."""
    if not attachment_ids:
        return
    rules.check_count(len(attachment_ids))
    await Attachment.update(
        {Attachment.service_order_id: order_id, Attachment.triage_message_id: message_id}
    ).where(
        Attachment.id.is_in(list(attachment_ids)),
        Attachment.reseller_id == actor.reseller_id,
        Attachment.uploaded_by_id == actor.user_id,
        Attachment.service_order_id.is_null(),
    )


@handles(KIND)
async def sweep(job: ClaimedJob) -> None:
    """What came after this run was left is younger than it: then another run is left."""
    now, reseller_id = datetime.now(UTC), UUID(job.payload["reseller_id"])
    await sweep_loose(object_store(settings.current()), now)
    with platform():
        is_left = await Attachment.exists().where(
            Attachment.reseller_id == reseller_id, Attachment.service_order_id.is_null()
        )
        if is_left:
            await _come_again(reseller_id, now + LOOSE_FOR)


async def _come_again(reseller_id: UUID, run_at: datetime) -> None:
    payload = {"reseller_id": reseller_id}
    async with DB.transaction():
        await enqueue(
            KIND, payload, dedupe_key=f"{KIND}:{reseller_id}", reseller_id=reseller_id, run_at=run_at
        )


async def sweep_loose(store: ObjectStore, now: datetime) -> int:
    """Give up what was loose for too long; how many."""
    with platform():
        gone = (
            await Attachment.delete()
            .where(Attachment.service_order_id.is_null(), Attachment.uploaded_at < now - LOOSE_FOR)
            .returning(Attachment.id, Attachment.reseller_id)
        )
    await _delete_files(store, [StoredAttachment(row["reseller_id"], str(row["id"]), "") for row in gone])
    return len(gone)


async def _delete_files(store: ObjectStore, files: list[StoredAttachment]) -> None:
    for file in files:
        for path in (file.path, file.thumbnail_path):
            try:
                await store.delete_async(path)
            except FileNotFoundError:
                continue
