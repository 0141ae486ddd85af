"""Invariant 12: the conflict table has a row for every kind of fact, status and assignment."""

from __future__ import annotations

from itertools import product

import pytest

from server.accounts.actor import Role
from server.service_orders.discrepancies import DiscrepancyKind
from server.service_orders.statuses import CLOSED, Source, Status, may_change
from server.visits.completion import STATUS_BY_OUTCOME
from server.visits.conflicts import CONFLICTS, RECORD, Assignment, Effect, Fact, resolve
from server.visits.states import EventKind

EVERY = list(product(Fact, Status, Assignment))
FACTS_OF_SERVICE = [fact for fact in Fact if fact not in {Fact.SELECTED, Fact.CANCELLED, Fact.NOTE}]


@pytest.mark.parametrize(("fact", "status", "assignment"), EVERY)
def test_every_combination_has_its_resolution(fact: Fact, status: Status, assignment: Assignment) -> None:
    resolution = CONFLICTS[fact, status, assignment]
    if resolution.refusal is not None:
        assert fact is Fact.SELECTED  # the only intent: no fact is ever refused
    if status in CLOSED:
        assert resolution.effect is Effect.KEEP
    if fact in FACTS_OF_SERVICE and (status in CLOSED or assignment is not Assignment.OWN):
        assert resolution.discrepancy is not None


def test_every_kind_of_event_is_a_fact_of_the_table() -> None:
    assert {Fact.of(kind) for kind in EventKind} <= set(Fact)


@pytest.mark.parametrize(("fact", "status", "assignment"), EVERY)
def test_what_a_fact_does_to_an_order_the_status_machine_allows(
    fact: Fact, status: Status, assignment: Assignment
) -> None:
    after = {
        Effect.KEEP: [],
        Effect.SERVE: [Status.IN_SERVICE],
        Effect.RELEASE: [Status.DISPATCHED],
        Effect.CONCLUDE: list(STATUS_BY_OUTCOME.values()),
    }[CONFLICTS[fact, status, assignment].effect]
    for status_after in after:
        assert status_after is status or may_change(status, status_after, Role.TECHNICIAN, Source.FIELD)


@pytest.mark.parametrize(
    ("fact", "status", "assignment", "discrepancy"),
    [
        (Fact.ARRIVED, Status.CANCELLED, Assignment.OWN, DiscrepancyKind.ORDER_CANCELLED),
        (Fact.COMPLETED, Status.CANCELLED, Assignment.ANOTHERS, DiscrepancyKind.ORDER_CANCELLED),
        (Fact.ARRIVED, Status.DISPATCHED, Assignment.ANOTHERS, DiscrepancyKind.ORDER_REASSIGNED),
        (Fact.COMPLETED, Status.DISPATCHED, Assignment.ANOTHERS, DiscrepancyKind.ORDER_REASSIGNED),
        (Fact.COMPLETED, Status.OPENED, Assignment.NOBODYS, DiscrepancyKind.ORDER_REASSIGNED),
        (Fact.COMPLETED, Status.DONE, Assignment.OWN, DiscrepancyKind.ALREADY_COMPLETED),
        (Fact.WORK_STARTED, Status.ATTENDED, Assignment.OWN, DiscrepancyKind.ORDER_CLOSED),
        (Fact.COMPLETED, Status.IN_SERVICE, Assignment.OWN, None),
    ],
)
def test_the_rows_of_the_document(
    fact: Fact, status: Status, assignment: Assignment, discrepancy: DiscrepancyKind | None
) -> None:
    assert CONFLICTS[fact, status, assignment].discrepancy is discrepancy


@pytest.mark.parametrize("fact", [Fact.ARRIVED, Fact.PHOTO, Fact.CANCELLED])
def test_a_late_fact_of_an_ended_visit_moves_nothing_and_accuses_nobody(fact: Fact) -> None:
    for status, assignment in product(Status, Assignment):
        assert resolve(fact, status, assignment, is_visit_over=True) is RECORD
