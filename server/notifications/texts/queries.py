"""The words that hold now, and those that held before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import WhereRaw

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.database import Transaction
from server.notifications.events import Event
from server.notifications.tables import NotificationText
from server.notifications.texts.rules import Words

SHOWN_VERSIONS = 20


@dataclass(frozen=True, slots=True)
class Written:
    """One writing of a text; `is_default` went back to the portal's own words."""

    kind: str
    number: int
    is_default: bool
    words: Words
    written_at: datetime
    written_by_name: str


async def own_words(tx: Transaction, reseller_id: UUID, event: Event) -> Words | None:
    """None where the reseller says it as the portal does. One look for all that an event tells."""
    rows = await tx.fetch(
        "SELECT is_default, title, subject, opening, closing FROM notification_text"
        " WHERE reseller_id = $1 AND kind = $2 ORDER BY number DESC LIMIT 1",
        reseller_id,
        event.value,
    )
    if not rows or rows[0][0]:
        return None
    return Words(*rows[0][1:])


async def newest_texts(actor: Actor) -> dict[str, Written]:
    """By kind; a kind that was never written has none."""
    newest = (
        "number = (SELECT max(other.number) FROM notification_text other"
        " WHERE other.reseller_id = notification_text.reseller_id AND other.kind = notification_text.kind)"
    )
    rows = await _select().where(visible(actor, NotificationText), WhereRaw(newest))
    return {row["kind"]: _written(row) for row in rows}


async def list_texts(actor: Actor, event: Event) -> list[Written]:
    """The newest first."""
    rows = (
        await _select()
        .where(visible(actor, NotificationText), NotificationText.kind == event.value)
        .order_by(NotificationText.number, ascending=False)
        .limit(SHOWN_VERSIONS)
    )
    return [_written(row) for row in rows]


def _select() -> Any:
    table = NotificationText
    return table.select(
        table.kind,
        table.number,
        table.is_default,
        table.title,
        table.subject,
        table.opening,
        table.closing,
        table.written_at,
        table.written_by_name,
    )


def _written(row: dict[str, Any]) -> Written:
    return Written(
        row["kind"],
        row["number"],
        row["is_default"],
        Words(row["title"], row["subject"], row["opening"], row["closing"]),
        row["written_at"],
        row["written_by_name"],
    )
