"""What the desk does about the synchronisation: try a refused row or a refused write once more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.audit.actions import append
from server.bridge import actions, receipts, refusals
from server.problems import Problem


async def retry_row(actor: Actor, refusal_id: UUID, address: str, *, now: datetime) -> bool:
    """Whether it was taken this time. Raises `not_found`."""
    async with DB.transaction() as tx:
        rows = await refusals.oldest(tx, actor.reseller_id, refusal_id)
        if not rows:
            raise Problem("not_found")
        await actions.take_rows(tx, actor.reseller_id, rows, now)
        is_taken = not await refusals.oldest(tx, actor.reseller_id, refusal_id)
        await _note(actor, "bridge.row_retried", refusal_id, address, entity=rows[0].entity, key=rows[0].key)
    return is_taken


async def retry_rows(actor: Actor, address: str, *, now: datetime) -> None:
    """The oldest ones, as many as a batch takes."""
    async with DB.transaction() as tx:
        rows = await refusals.oldest(tx, actor.reseller_id)
        await actions.take_rows(tx, actor.reseller_id, rows, now)
        await _note(actor, "bridge.rows_retried", None, address, rows=len(rows))


async def repeat_message(actor: Actor, message_id: UUID, address: str, *, now: datetime) -> None:
    """Raises `not_found`, `message_settled`."""
    async with DB.transaction() as tx:
        await receipts.repeat(tx, actor.reseller_id, message_id, now)
        await _note(actor, "bridge.message_repeated", message_id, address)


async def _note(actor: Actor, action: str, subject_id: UUID | None, address: str, **facts: object) -> None:
    await append(
        action,
        reseller_id=actor.reseller_id,
        user_id=actor.user_id,
        subject=("ilux", subject_id) if subject_id else None,
        address=address,
        **facts,
    )
