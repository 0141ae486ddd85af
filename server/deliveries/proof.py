"""The proof's hash, as the NF-e's event 110130 (comprovante de entrega) defines it.

`hashComprovante` is the SHA-1, in Base64, of the access key followed by the Base64 of the image that was
captured at the delivery. It is taken of the file as the portal holds it, by the worker, once that has
arrived: of the signature, or of the first photo where nobody signed.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

from obstore.store import ObjectStore

from piccolo_conf import DB
from server import settings as settings_module
from server.database import Transaction
from server.deliveries import notices
from server.deliveries.tables import Delivery, Invoice
from server.jobs.outbox import enqueue
from server.jobs.registry import ClaimedJob, handles
from server.web.stores import object_store

HASH_PROOF = "delivery_proof"
ACCESS_KEY_DIGITS = 44


def proof_hash(access_key: str, image: bytes) -> str:
    """28 characters."""
    said = access_key.encode() + base64.b64encode(image)
    return base64.b64encode(hashlib.sha1(said).digest()).decode()  # noqa: S324 - the law's choice


def event_time(moment: datetime, utc_offset_minutes: int) -> str:
    """`2026-03-02T11:20:00-03:00`, as the event writes its dates: to the second, with the zone."""
    zone = timezone(timedelta(minutes=utc_offset_minutes))
    return moment.astimezone(zone).isoformat(timespec="seconds")


async def wish_for_hash(tx: Transaction, reseller_id: UUID, delivery_id: UUID) -> None:
    """The worker takes it after the commit."""
    await enqueue(
        HASH_PROOF,
        {"delivery_id": delivery_id},
        dedupe_key=f"{HASH_PROOF}:{delivery_id}",
        reseller_id=reseller_id,
    )


@handles(HASH_PROOF)
async def hash_proof(job: ClaimedJob) -> None:
    store = object_store(settings_module.current())
    await take_hash(store, UUID(job.payload["delivery_id"]), now=datetime.now(UTC))


async def take_hash(store: ObjectStore, delivery_id: UUID, *, now: datetime) -> None:
    """Once; nothing for a delivery without an image, or an invoice without an access key."""
    delivery = await Delivery.select().where(Delivery.id == delivery_id).first()
    if delivery is None or not delivery["proof_sha256"] or delivery["proof_hash"]:
        return
    invoice = await Invoice.select(Invoice.access_key).where(Invoice.id == delivery["invoice_id"]).first()
    if invoice is None or len(invoice["access_key"]) != ACCESS_KEY_DIGITS:
        return
    path = f"{delivery['reseller_id']}/{delivery['proof_sha256']}"
    image = bytes(await (await store.get_async(path)).bytes_async())
    async with DB.transaction():
        await Delivery.update(
            {Delivery.proof_hash: proof_hash(invoice["access_key"], image), Delivery.proof_hash_at: now}
        ).where(Delivery.id == delivery_id)
        await notices.tell(delivery["reseller_id"], delivery["invoice_id"])
