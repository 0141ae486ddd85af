"""What every recording of a driver has in common: who, by which clocks, on which locked invoice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from offline_sync.ids import uuid7
from server.accounts.actor import Actor
from server.database import Transaction, held
from server.deliveries import problems as _problems  # noqa: F401  registers the codes raised here
from server.deliveries.discrepancies import Finding
from server.deliveries.tables import DeliveryDiscrepancy, Invoice
from server.notifications.actions import announce
from server.notifications.events import Event
from server.notifications.subjects import Subject
from server.problems import Problem


@dataclass(frozen=True, slots=True)
class Recorder:
    """A driver's mutation as it arrives, inside its transaction.

    `occurred_at` is the device's word, `estimated_at` the likely true time, `received_at` the portal's.
    """

    tx: Transaction
    actor: Actor
    carrier_id: UUID
    client_id: UUID
    seq: int
    occurred_at: datetime
    estimated_at: datetime
    received_at: datetime
    clock_offset_ms: int | None

    @property
    def reseller_id(self) -> UUID:
        return self.actor.reseller_id


async def lock_invoice(recorder: Recorder, invoice_id: UUID) -> dict[str, Any]:
    """The invoice's columns. Raises `invoice_unknown`, also for another reseller's."""
    invoice = await held.hold(recorder.tx, Invoice, invoice_id)
    if invoice is None or invoice["reseller_id"] != recorder.reseller_id:
        raise Problem("invoice_unknown")
    return invoice


async def raise_discrepancies(
    tx: Transaction, reseller_id: UUID, delivery_id: UUID, findings: list[Finding], now: datetime
) -> None:
    """Each kind once a delivery, also after the office accepted it."""
    if not findings:
        return
    raised = await tx.fetch("SELECT kind FROM delivery_discrepancy WHERE delivery_id = $1", delivery_id)
    known = {kind for (kind,) in raised}
    kinds = [kind for kind in dict.fromkeys(finding.kind.value for finding in findings) if kind not in known]
    if kinds:
        await announce(
            Event.DELIVERY_DISCREPANCY,
            Subject.DELIVERY,
            delivery_id,
            reseller_id=reseller_id,
            facts={"kinds": kinds},
        )
    for finding in findings:
        if finding.kind.value in known:
            continue
        known.add(finding.kind.value)
        await DeliveryDiscrepancy.insert(
            DeliveryDiscrepancy(
                id=uuid7(),
                reseller_id=reseller_id,
                delivery_id=delivery_id,
                kind=finding.kind.value,
                facts=msgspec.json.encode(finding.facts).decode(),
                raised_at=now,
            )
        )
