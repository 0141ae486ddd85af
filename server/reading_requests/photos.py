"""The picture of a counter that came with an answer."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.pictures import StoredPicture
from server.problems import Problem
from server.reading_requests.answering import photo_path
from server.reading_requests.tables import ReadingRequestItem


@dataclass(frozen=True, slots=True)
class CounterPhoto(StoredPicture):
    """Stored under its machine's line; written once, so the line's id is as good as a hash."""

    @property
    def path(self) -> str:
        return photo_path(self.reseller_id, UUID(self.sha256))


async def find_photo(actor: Actor, request_id: UUID, item_id: UUID) -> CounterPhoto:
    """Raises `not_found`."""
    item = ReadingRequestItem
    found = (
        await item.select(item.photo_type)
        .where(visible(actor, item), item.id == item_id, item.reading_request_id == request_id)
        .first()
    )
    if found is None or not found["photo_type"]:
        raise Problem("not_found")
    return CounterPhoto(actor.reseller_id, str(item_id), found["photo_type"])
