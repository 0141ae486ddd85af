"""The office's acceptance of a delivery's discrepancy."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.audit.actions import append
from server.deliveries import notices
from server.deliveries.tables import DeliveryDiscrepancy
from server.problems import Problem


async def accept_discrepancy(
    actor: Actor, invoice_id: UUID, discrepancy_id: UUID, note: str, *, now: datetime
) -> None:
    """Somebody looked at it and says what came of that.

    Raises `not_found`, `reason_required` without a note, `discrepancy_settled` when it is accepted already.
    """
    async with DB.transaction() as tx:
        found = (
            await DeliveryDiscrepancy.select(DeliveryDiscrepancy.kind, DeliveryDiscrepancy.delivery_id)
            .where(DeliveryDiscrepancy.id == discrepancy_id, visible(actor, DeliveryDiscrepancy))
            .first()
        )
        if found is None:
            raise Problem("not_found")
        of = await tx.fetch("SELECT invoice_id FROM delivery WHERE id = $1", found["delivery_id"])
        if not of or of[0][0] != invoice_id:
            raise Problem("not_found")
        if not note.strip():
            raise Problem("reason_required")
        accepted = (
            await DeliveryDiscrepancy.update(
                {
                    DeliveryDiscrepancy.accepted_at: now,
                    DeliveryDiscrepancy.accepted_by_id: actor.user_id,
                    DeliveryDiscrepancy.acceptance_note: note.strip(),
                }
            )
            .where(DeliveryDiscrepancy.id == discrepancy_id, DeliveryDiscrepancy.accepted_at.is_null())
            .returning(DeliveryDiscrepancy.id)
        )
        if not accepted:
            raise Problem("discrepancy_settled")
        await append(
            "delivery.discrepancy_accepted",
            reseller_id=actor.reseller_id,
            user_id=actor.user_id,
            subject=("delivery", found["delivery_id"]),
            kind=found["kind"],
            note=note.strip(),
        )
        await notices.tell(actor.reseller_id, invoice_id)
