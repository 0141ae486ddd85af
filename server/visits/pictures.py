"""Photos and signatures of visits: whose they are, and where the picture is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.pictures import StoredPicture
from server.problems import Problem
from server.visits.show import SLOT_NAMES
from server.visits.tables import Photo, Signature


@dataclass(frozen=True, slots=True)
class OrderPhoto:
    """A photo as its order lists it."""

    id: UUID
    visit_id: UUID
    technician_name: str
    slot_name: str
    caption: str
    taken_at: datetime
    has_file: bool


async def find_photo(actor: Actor, visit_id: UUID, photo_id: UUID) -> StoredPicture:
    """Raises `not_found` for what is out of reach, and for a file that has not arrived."""
    found = (
        await Photo.select(Photo.reseller_id, Photo.sha256, Photo.content_type)
        .where(
            visible(actor, Photo),
            Photo.id == photo_id,
            Photo.visit_id == visit_id,
            Photo.file_at.is_not_null(),
        )
        .first()
    )
    if found is None:
        raise Problem("not_found")
    return StoredPicture(**found)


async def find_signature(actor: Actor, visit_id: UUID) -> StoredPicture:
    """The newest one of a visit. Raises `not_found`."""
    found = (
        await Signature.select(Signature.reseller_id, Signature.sha256)
        .where(visible(actor, Signature), Signature.visit_id == visit_id, Signature.file_at.is_not_null())
        .order_by(Signature.signed_at, ascending=False)
        .first()
    )
    if found is None:
        raise Problem("not_found")
    return StoredPicture(**found, content_type="image/png")


async def find_order_photos(actor: Actor, order_id: UUID) -> tuple[OrderPhoto, ...]:
    """Those of all its visits, withdrawn ones left out, in the order of their making."""
    visit: Any = Photo.visit_id
    found = (
        await Photo.select(
            Photo.id,
            Photo.visit_id,
            visit.technician_name.as_alias("technician_name"),
            Photo.slot,
            Photo.caption,
            Photo.taken_at,
            Photo.file_at,
        )
        .where(visible(actor, Photo), visit.service_order_id == order_id, Photo.withdrawn_at.is_null())
        .order_by(Photo.taken_at)
    )
    return tuple(
        OrderPhoto(
            id=row["id"],
            visit_id=row["visit_id"],
            technician_name=row["technician_name"],
            slot_name=SLOT_NAMES.get(row["slot"], SLOT_NAMES["other"]),
            caption=row["caption"],
            taken_at=row["taken_at"],
            has_file=row["file_at"] is not None,
        )
        for row in found
    )
