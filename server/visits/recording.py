"""What every recording from the field has in common: who, by which clocks, on which order and visit.

The order is locked first, then the visit, everywhere in this order. A visit that the portal does not know is
created: facts arrive in whatever order they were saved. An order or visit of somebody else's cannot be
recorded against: the mutation is kept raw, in quarantine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from server.accounts.actor import Actor
from server.database import Transaction, held
from server.database.phone_rows import insert_once
from server.problems import Problem
from server.service_orders import notices, orders
from server.service_orders.discrepancies import DiscrepancyKind, Finding
from server.service_orders.history import Author, When
from server.service_orders.reconciliation import raise_discrepancies
from server.service_orders.statuses import Status
from server.service_orders.tables import Technician
from server.visits import problems as _problems  # noqa: F401  registers the codes raised here
from server.visits.conflicts import Assignment, Fact, Resolution, resolve
from server.visits.states import ENDED, VisitState
from server.visits.tables import Visit


@dataclass(frozen=True, slots=True)
class Recorder:
    """A technician's mutation as it arrives, inside its transaction.

    `occurred_at` is the device's word, `estimated_at` the likely true time, `received_at` the portal's.
    """

    tx: Transaction
    actor: Actor
    technician_id: UUID
    client_id: UUID
    seq: int
    uid: UUID
    occurred_at: datetime
    estimated_at: datetime
    received_at: datetime
    clock_offset_ms: int | None
    mono_ms: int | None
    boot_id: UUID | None

    @property
    def reseller_id(self) -> UUID:
        return self.actor.reseller_id

    @property
    def author(self) -> Author:
        return Author.in_field(self.actor)

    @property
    def when(self) -> When:
        return When(self.occurred_at, self.received_at)


@dataclass(frozen=True, slots=True)
class Scene:
    """The locked rows that a fact meets."""

    order: dict[str, Any]
    visit: dict[str, Any] | None
    assignment: Assignment

    @property
    def order_id(self) -> UUID:
        order_id: UUID = self.order["id"]
        return order_id

    @property
    def status(self) -> Status:
        return Status(self.order["status"])

    @property
    def state(self) -> VisitState:
        return VisitState(self.visit["state"]) if self.visit else VisitState.SELECTED

    def resolve(self, fact: Fact) -> Resolution:
        return resolve(fact, self.status, self.assignment, is_visit_over=self.state in ENDED)


async def enter(recorder: Recorder, order_id: UUID, visit_id: UUID | None) -> Scene:
    """Lock the order, then the visit. A known visit says itself which order it is of.

    Raises `order_unknown` and `visit_foreign`.
    """
    order = await orders.lock_order(recorder.tx, recorder.reseller_id, order_id)
    visit = await held.hold(recorder.tx, Visit, visit_id) if visit_id else None
    if visit is not None:
        _check_own(recorder, visit)
        if visit["service_order_id"] != order_id:  # a phone's mistake: hardly ever, so a deadlock is retried
            order = await orders.lock_order(recorder.tx, recorder.reseller_id, visit["service_order_id"])
    if order is None:
        raise Problem("order_unknown")
    return Scene(order, visit, _assignment(order["technician_id"], recorder.technician_id))


def _check_own(recorder: Recorder, visit: dict[str, Any]) -> None:
    if (visit["reseller_id"], visit["technician_id"]) != (recorder.reseller_id, recorder.technician_id):
        raise Problem("visit_foreign")


async def ensure_visit(recorder: Recorder, scene: Scene, visit_id: UUID) -> dict[str, Any]:
    """The visit's columns; it begins now when the portal did not know it. Raises `visit_foreign`."""
    if scene.visit is not None:
        return scene.visit
    technician = await held.glance(recorder.tx, Technician, recorder.technician_id)
    is_new = await insert_once(
        recorder.tx,
        "visit",
        id=visit_id,
        reseller_id=recorder.reseller_id,
        service_order_id=scene.order_id,
        technician_id=recorder.technician_id,
        technician_name=technician["name"] if technician else recorder.actor.name[:80],
        equipment_id=scene.order["equipment_id"],
        client_id=recorder.client_id,
        state=VisitState.SELECTED.value,
        started_at=recorder.estimated_at,
    )
    if not is_new:  # another reseller's, which row-level security hides
        raise Problem("visit_foreign")
    visit = await held.hold(recorder.tx, Visit, visit_id)
    assert visit is not None
    return visit


async def settle(
    recorder: Recorder, scene: Scene, visit_id: UUID | None, findings: Sequence[Finding]
) -> tuple[str, ...]:
    """Put the findings before the office and tell its pages; the kinds, for the mutation's result."""
    await raise_discrepancies(
        recorder.tx, recorder.reseller_id, scene.order_id, visit_id, findings, recorder.author, recorder.when
    )
    await notices.tell_desk(recorder.reseller_id, visit_id=visit_id)
    return tuple(dict.fromkeys(finding.kind.value for finding in findings))


def conflict_findings(scene: Scene, resolution: Resolution) -> list[Finding]:
    """The resolution's discrepancy with what the office needs to know of its order."""
    if resolution.discrepancy is None:
        return []
    facts: dict[str, Any] = {"status": scene.status}
    if resolution.discrepancy is DiscrepancyKind.ORDER_REASSIGNED:
        facts = {"technician_id": scene.order["technician_id"]}
    return [Finding(resolution.discrepancy, facts)]


def _assignment(assigned_to: UUID | None, technician_id: UUID) -> Assignment:
    if assigned_to is None:
        return Assignment.NOBODYS
    return Assignment.OWN if assigned_to == technician_id else Assignment.ANOTHERS
