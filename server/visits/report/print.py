"""A visit's report from the first query to the PDF."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import UUID

from obstore.store import ObjectStore

from server.accounts.actor import Actor
from server.pictures import StoredPicture, read_for_print
from server.printing.letterhead import find_letterhead
from server.printing.render import render
from server.visits.disclosure import as_seen_by
from server.visits.queries import get_visit
from server.visits.report.compose import SIGNATURE_FILE, compose
from server.visits.views import VisitDetail

TEMPLATE = (Path(__file__).parent / "service_report.typ").read_bytes()
MOST_PICTURES = 12


async def print_report(
    actor: Actor, visit_id: UUID, store: ObjectStore, *, now: datetime
) -> tuple[str, bytes]:
    """The number of the order, and the PDF as this person may read it. Raises `not_found`."""
    visit = as_seen_by(actor, await get_visit(actor, visit_id))
    letterhead, files = await find_letterhead(actor, visit.order.company_id, store)
    names, pictures = await _pictures(actor, visit, store)
    files |= pictures
    signature = await _signature(actor, visit, store)
    if signature is not None:
        files[SIGNATURE_FILE] = signature
    report = compose(
        visit,
        letterhead,
        names,
        has_signature_file=signature is not None,
        now=now,
        timezone=actor.timezone,
        with_remarks=not actor.is_of_customer,
    )
    return str(visit.order.web_number), await render(report, files, TEMPLATE)


async def _pictures(
    actor: Actor, visit: VisitDetail, store: ObjectStore
) -> tuple[dict[UUID, str], dict[str, bytes]]:
    """File names by photo, and the files: the first of those that have arrived and were not withdrawn."""
    names: dict[UUID, str] = {}
    files: dict[str, bytes] = {}
    # Those that a question asked for are printed before any other.
    for photo in sorted(visit.photos, key=lambda photo: photo.question_key == ""):
        if len(names) == MOST_PICTURES:
            break
        if not photo.has_file or photo.withdrawn_at is not None:
            continue
        stored = StoredPicture(actor.reseller_id, photo.sha256, photo.content_type)
        content = await read_for_print(store, stored)
        if content is not None:
            names[photo.id] = f"photo-{len(names) + 1}.jpg"
            files[names[photo.id]] = content
    return names, files


async def _signature(actor: Actor, visit: VisitDetail, store: ObjectStore) -> bytes | None:
    if visit.signature is None or not visit.signature.has_file:
        return None
    return await read_for_print(store, StoredPicture(actor.reseller_id, visit.signature.sha256, "image/png"))
