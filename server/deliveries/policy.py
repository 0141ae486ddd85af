"""What a reseller asks of a proof, and after how many days an invoice is late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.audit.actions import append
from server.deliveries.rules import Requirements
from server.deliveries.tables import DeliveryPolicy
from server.problems import Problem

DUE_DAYS = 3
MOST_DAYS = 60
NOTHING_MORE = Requirements()


@dataclass(frozen=True, slots=True)
class Policy:
    """Name and time alone, until an admin asks for more."""

    requirements: Requirements = NOTHING_MORE
    due_days: int = DUE_DAYS


async def policy_of(reseller_id: UUID) -> Policy:
    row = await DeliveryPolicy.select().where(DeliveryPolicy.reseller_id == reseller_id).first()
    if row is None:
        return Policy()
    return Policy(
        Requirements(
            document=row["is_document_required"],
            signature=row["is_signature_required"],
            photo=row["is_photo_required"],
            position=row["is_position_required"],
        ),
        row["due_days"],
    )


async def requirements_of(reseller_id: UUID) -> Requirements:
    return (await policy_of(reseller_id)).requirements


async def edit_policy(actor: Actor, wanted: Policy) -> None:
    """Raises `invalid` with the field at fault."""
    if not 1 <= wanted.due_days <= MOST_DAYS:
        raise Problem("invalid", errors={"due_days": f"De 1 a {MOST_DAYS} dias."})
    asked = wanted.requirements
    columns: dict[Any, Any] = {
        DeliveryPolicy.is_document_required: asked.document,
        DeliveryPolicy.is_signature_required: asked.signature,
        DeliveryPolicy.is_photo_required: asked.photo,
        DeliveryPolicy.is_position_required: asked.position,
        DeliveryPolicy.due_days: wanted.due_days,
    }
    async with DB.transaction() as tx:
        # Two admins at once make one row.
        await tx.execute(
            "INSERT INTO delivery_policy (id, reseller_id) VALUES ($1, $1) ON CONFLICT DO NOTHING",
            actor.reseller_id,
        )
        await DeliveryPolicy.update(columns).where(DeliveryPolicy.reseller_id == actor.reseller_id)
        await append(
            "delivery_policy.edited",
            reseller_id=actor.reseller_id,
            user_id=actor.user_id,
            subject=("delivery_policy", actor.reseller_id),
            document=asked.document,
            signature=asked.signature,
            photo=asked.photo,
            position=asked.position,
            due_days=wanted.due_days,
        )
