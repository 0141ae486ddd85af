"""What an admin says of a kind of notice. Each writing is a version, and the newest holds.

What was told before keeps its words; what waits to be told takes the new ones.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from piccolo_conf import DB
from server.accounts import records
from server.accounts.actor import Actor
from server.audit.actions import append
from server.notifications.events import Event
from server.notifications.tables import NotificationText
from server.notifications.texts import problems as _problems  # noqa: F401  registers the codes raised here
from server.notifications.texts.rules import EDITABLE, Words, default_words, faults, tidy
from server.problems import Problem


async def write_text(actor: Actor, event: Event, words: Words, *, number: int, now: datetime) -> None:
    """`number` is the version that was read, 0 for the portal's own. The same words again change nothing.

    Raises `not_found`, `invalid` with the fields at fault, `text_overtaken`.
    """
    records.only_admin(actor)
    if event not in EDITABLE:
        raise Problem("not_found")
    words = tidy(words)
    if found := faults(event, words):
        raise Problem("invalid", fields=[{"name": name, "message": text} for name, text in found.items()])
    await _add(actor, event, words, number, now)


async def reset_text(actor: Actor, event: Event, *, now: datetime) -> None:
    """*Voltar ao padrão*: what was written stays to be read. Raises `not_found`."""
    records.only_admin(actor)
    if event not in EDITABLE:
        raise Problem("not_found")
    await _add(actor, event, None, None, now)


def _words(row: dict[str, Any]) -> Words:
    return Words(row["title"], row["subject"], row["opening"], row["closing"])


async def _add(actor: Actor, event: Event, words: Words | None, number: int | None, now: datetime) -> None:
    default = default_words(event)
    async with DB.transaction() as tx:
        if DB.dialect == "postgres":  # two admins at once count one after the other
            await tx.fetch("SELECT id FROM reseller WHERE id = $1 FOR NO KEY UPDATE", actor.reseller_id)
        newest = (
            await NotificationText.select()
            .where(NotificationText.reseller_id == actor.reseller_id, NotificationText.kind == event.value)
            .order_by(NotificationText.number, ascending=False)
            .first()
        )
        if number is not None and number != (newest["number"] if newest else 0):
            raise Problem("text_overtaken")
        is_default = newest is None or newest["is_default"]
        before = default if newest is None or is_default else _words(newest)
        after = words or default
        if after == before:
            return
        row = NotificationText(
            reseller_id=actor.reseller_id,
            kind=event.value,
            number=newest["number"] + 1 if newest else 1,
            is_default=after == default,
            **asdict(after),
            written_at=now,
            written_by_id=actor.user_id,
            written_by_name=actor.name[:120],
        )
        await NotificationText.insert(row)
        await append(
            f"notification_text.{'reset' if after == default else 'written'}",
            reseller_id=actor.reseller_id,
            user_id=actor.user_id,
            subject=("notification_text", row.id),
            event=event.value,
            before=asdict(before),
            after=asdict(after),
        )
