"""Mail addresses that refuse for good: counted, and after some time nothing more is sent there.

Only a person takes the mark away: who was mistyped is not there tomorrow either, and a sender that goes on
knocking is soon believed to be one of spam.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from offline_sync.ids import uuid7
from server.accounts.actor import Actor
from server.accounts.scope import find_visible, visible
from server.database import Transaction
from server.notifications.actions import announce
from server.notifications.events import Event
from server.notifications.subjects import Subject
from server.notifications.tables import UndeliverableAddress

MOST_FAILURES = 3


async def note_failure(
    tx: Transaction, reseller_id: UUID, user_id: UUID, address: str, reason: str, now: datetime
) -> None:
    """One more; the one that is enough marks the address and tells the admin."""
    rows = await tx.fetch(
        "INSERT INTO undeliverable_address (id, reseller_id, address, failures, last_error, last_failed_at)"
        " VALUES ($1, $2, $3, 1, $4, $5) ON CONFLICT (reseller_id, address) DO UPDATE SET"
        " failures = undeliverable_address.failures + 1, last_error = excluded.last_error,"
        " last_failed_at = excluded.last_failed_at RETURNING id, failures, marked_at",
        uuid7(),
        reseller_id,
        address,
        reason[:500],
        now,
    )
    row_id, failures, marked_at = rows[0]
    if failures < MOST_FAILURES or marked_at is not None:
        return
    await tx.execute("UPDATE undeliverable_address SET marked_at = $2 WHERE id = $1", row_id, now)
    await announce(
        Event.ADDRESS_REFUSED,
        Subject.USER,
        user_id,
        reseller_id=reseller_id,
        facts={"address": address, "text": "Confira o endereço no cadastro da pessoa."},
    )


async def note_success(tx: Transaction, reseller_id: UUID, address: str) -> None:
    """What it refused before does not count any more."""
    await tx.execute(
        "DELETE FROM undeliverable_address WHERE reseller_id = $1 AND address = $2 AND marked_at IS NULL",
        reseller_id,
        address,
    )


async def clear_mark(actor: Actor, address_id: UUID) -> None:
    """Somebody knows that it works again. Raises `not_found`."""
    await find_visible(actor, UndeliverableAddress, address_id)
    await UndeliverableAddress.delete().where(
        visible(actor, UndeliverableAddress), UndeliverableAddress.id == address_id
    )
