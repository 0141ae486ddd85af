"""Triage as pages show it: what was said, with its files, and canned answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.attachments.queries import AttachmentView
from server.service_orders.views import TriageLine
from server.triage.tables import CannedAnswer


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message with the files that came with it."""

    line: TriageLine
    attachments: tuple[AttachmentView, ...]


@dataclass(frozen=True, slots=True)
class CannedAnswerView:
    id: UUID
    title: str
    body: str


def spoken(lines: Sequence[TriageLine], attachments: Iterable[AttachmentView]) -> tuple[Spoken, ...]:
    by_message: dict[UUID | None, list[AttachmentView]] = {}
    for file in attachments:
        by_message.setdefault(file.triage_message_id, []).append(file)
    return tuple(Spoken(line, tuple(by_message.get(line.id, ()))) for line in lines)


async def list_canned_answers(actor: Actor) -> tuple[CannedAnswerView, ...]:
    rows = (
        await CannedAnswer.select(CannedAnswer.id, CannedAnswer.title, CannedAnswer.body)
        .where(visible(actor, CannedAnswer), CannedAnswer.is_active.eq(True))
        .order_by(CannedAnswer.title)
    )
    return tuple(CannedAnswerView(**row) for row in rows)
