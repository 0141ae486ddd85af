"""How a reseller follows its technicians: when silence is told, and how long a track is kept as it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.audit.actions import append
from server.problems import Problem
from server.tracking.tables import TrackingPolicy

SILENT_MINUTES = 5
MOST_SILENT_MINUTES = 120
KEEP_DAYS = 90
MOST_KEEP_DAYS = 730


@dataclass(frozen=True, slots=True)
class Policy:
    silent_minutes: int = SILENT_MINUTES
    keep_days: int = KEEP_DAYS

    @property
    def silent_after(self) -> timedelta:
        return timedelta(minutes=self.silent_minutes)

    @property
    def keep(self) -> timedelta:
        return timedelta(days=self.keep_days)


async def policy_of(reseller_id: UUID) -> Policy:
    row = await TrackingPolicy.select().where(TrackingPolicy.reseller_id == reseller_id).first()
    return Policy(row["silent_minutes"], row["keep_days"]) if row else Policy()


async def edit_policy(actor: Actor, wanted: Policy) -> None:
    """Raises `invalid` with the fields at fault."""
    errors = {}
    if not 1 <= wanted.silent_minutes <= MOST_SILENT_MINUTES:
        errors["silent_minutes"] = f"De 1 a {MOST_SILENT_MINUTES} minutos."
    if not 1 <= wanted.keep_days <= MOST_KEEP_DAYS:
        errors["keep_days"] = f"De 1 a {MOST_KEEP_DAYS} dias."
    if errors:
        raise Problem("invalid", errors=errors)
    columns: dict[Any, Any] = {
        TrackingPolicy.silent_minutes: wanted.silent_minutes,
        TrackingPolicy.keep_days: wanted.keep_days,
    }
    async with DB.transaction() as tx:
        # Two admins at once make one row.
        await tx.execute(
            "INSERT INTO tracking_policy (id, reseller_id) VALUES ($1, $1) ON CONFLICT DO NOTHING",
            actor.reseller_id,
        )
        await TrackingPolicy.update(columns).where(TrackingPolicy.reseller_id == actor.reseller_id)
        await append(
            "tracking_policy.edited",
            reseller_id=actor.reseller_id,
            user_id=actor.user_id,
            subject=("tracking_policy", actor.reseller_id),
            silent_minutes=wanted.silent_minutes,
            keep_days=wanted.keep_days,
        )
