"""Attachments to show: one file, those of an order, one's own loose ones."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.attachments.rules import PDF
from server.attachments.tables import Attachment
from server.pictures import StoredPicture
from server.problems import Problem


@dataclass(frozen=True, slots=True)
class StoredAttachment(StoredPicture):
    """The same for a file of its own: `sha256` holds the row's id, which names it in the store."""

    @property
    def path(self) -> str:
        return f"attachments/{self.reseller_id}/{self.sha256}"


@dataclass(frozen=True, slots=True)
class AttachmentView:
    id: UUID
    service_order_id: UUID | None
    triage_message_id: UUID | None
    name: str
    content_type: str
    size: int
    uploaded_by_name: str
    uploaded_at: datetime

    @property
    def is_picture(self) -> bool:
        return self.content_type != PDF

    @property
    def size_text(self) -> str:
        """`640 KB`, `2,4 MB`."""
        kilobytes = self.size / 1024
        if kilobytes < 1000:
            return f"{max(1, round(kilobytes))} KB"
        return f"{kilobytes / 1024:.1f} MB".replace(".", ",")


_COLUMNS = tuple(getattr(Attachment, name) for name in AttachmentView.__dataclass_fields__)


async def find_attachment(actor: Actor, attachment_id: UUID) -> tuple[AttachmentView, StoredAttachment]:
    """Raises `not_found`."""
    found: list[dict[str, Any]] = await Attachment.select(*_COLUMNS).where(
        visible(actor, Attachment), Attachment.id == attachment_id
    )
    if not found:
        raise Problem("not_found")
    view = AttachmentView(**found[0])
    return view, StoredAttachment(actor.reseller_id, str(view.id), view.content_type)


async def find_order_attachments(actor: Actor, order_id: UUID) -> tuple[AttachmentView, ...]:
    found = (
        await Attachment.select(*_COLUMNS)
        .where(visible(actor, Attachment), Attachment.service_order_id == order_id)
        .order_by(Attachment.uploaded_at)
        .order_by(Attachment.id)
    )
    return tuple(AttachmentView(**row) for row in found)


async def find_loose(actor: Actor, ids: Collection[UUID]) -> tuple[AttachmentView, ...]:
    """Of these ids, one's own that no order has yet, in the order of their coming."""
    if not ids:
        return ()
    found = (
        await Attachment.select(*_COLUMNS)
        .where(
            visible(actor, Attachment),
            Attachment.id.is_in(list(ids)),
            Attachment.uploaded_by_id == actor.user_id,
            Attachment.service_order_id.is_null(),
        )
        .order_by(Attachment.uploaded_at)
    )
    return tuple(AttachmentView(**row) for row in found)
