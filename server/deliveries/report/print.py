"""A proof of delivery from the first query to the PDF."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import UUID

from obstore.store import ObjectStore

from server.accounts.actor import Actor
from server.deliveries.evidence import FileRecord
from server.deliveries.queries import get_delivery
from server.deliveries.report.compose import SIGNATURE_FILE, compose
from server.pictures import StoredPicture, read_for_print
from server.printing.letterhead import find_letterhead
from server.printing.render import render
from server.problems import Problem

_TEMPLATE = (Path(__file__).parent / "delivery_proof.typ").read_bytes()
MOST_PICTURES = 6


async def print_proof(
    actor: Actor, invoice_id: UUID, store: ObjectStore, *, now: datetime
) -> tuple[str, bytes]:
    """The invoice's number, and the PDF as this person may read it. Raises `not_found`, also while nothing
    was handed over."""
    invoice = await get_delivery(actor, invoice_id, now=now)
    proof = invoice.proof
    if proof is None:
        raise Problem("not_found")
    letterhead, files = await find_letterhead(actor, invoice.company_id, store)
    names: dict[UUID, str] = {}
    for photo in proof.photos[:MOST_PICTURES]:
        content = await _read(actor, store, photo)
        if content is not None:
            names[photo.id] = f"photo-{len(names) + 1}.jpg"
            files[names[photo.id]] = content
    signature = await _read(actor, store, proof.signature) if proof.signature else None
    if signature is not None:
        files[SIGNATURE_FILE] = signature
    document = compose(
        invoice,
        proof,
        letterhead,
        names,
        has_signature_file=signature is not None,
        now=now,
        timezone=actor.timezone,
        with_remarks=not actor.is_of_customer,
    )
    return invoice.number, await render(document, files, _TEMPLATE)


async def _read(actor: Actor, store: ObjectStore, file: FileRecord) -> bytes | None:
    if not file.has_file:
        return None
    return await read_for_print(store, StoredPicture(actor.reseller_id, file.sha256, file.content_type))
