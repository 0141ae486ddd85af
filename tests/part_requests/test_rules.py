"""What may be said of a requested part, and when an order's parts are all there."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from server.part_requests.rules import PartEdit, edit, is_complete
from server.part_requests.statuses import ENDED, NEXT_STEP, TRANSITIONS, PartStatus
from server.problems import Problem
from server.service_orders.statuses import Status

CARRIER = UUID(int=7)
FRIDAY = date(2026, 3, 6)


def part(status: PartStatus = PartStatus.OPEN, **columns: Any) -> dict[str, Any]:
    return {
        "status": status.value,
        "expected_on": None,
        "carrier_id": None,
        "tracking_code": "",
        "reason": "",
        **columns,
    }


def refusal(row: dict[str, Any], wanted: PartEdit, order: Status = Status.LOGISTICS) -> str:
    with pytest.raises(Problem) as refused:
        edit(row, wanted, order)
    return refused.value.code


def test_a_part_goes_only_where_the_table_says() -> None:
    full = {"expected_on": FRIDAY, "reason": "Não serve"}
    for before, after in product(PartStatus, PartStatus):
        wanted = PartEdit(after, **full)
        if after is before or after in TRANSITIONS[before]:
            edit(part(before), wanted, Status.LOGISTICS)
        else:
            assert refusal(part(before), wanted) == "part_status_not_possible"
    assert all(after in TRANSITIONS[before] for before, after in NEXT_STEP.items())


def test_what_is_missing_has_a_date_and_what_is_refused_a_reason() -> None:
    assert refusal(part(), PartEdit(PartStatus.BACKORDER)) == "expected_date_required"
    assert refusal(part(), PartEdit(PartStatus.REFUSED, reason="  ")) == "reason_required"


def test_what_no_longer_belongs_to_a_part_goes_with_its_new_status() -> None:
    late = part(PartStatus.BACKORDER, expected_on=FRIDAY)
    sent = edit(late, PartEdit(PartStatus.SENT, FRIDAY, CARRIER, " BR1 ", "velho"), Status.STOCK)
    assert sent.after == {
        "status": "sent",
        "expected_on": None,
        "carrier_id": CARRIER,
        "tracking_code": "BR1",
    }
    assert sent.before["expected_on"] == FRIDAY


def test_saying_the_same_again_changes_nothing() -> None:
    row = part(PartStatus.BACKORDER, expected_on=FRIDAY)
    assert edit(row, PartEdit(PartStatus.BACKORDER, FRIDAY), Status.PENDING).is_empty


def test_a_closed_order_waits_for_no_part() -> None:
    assert refusal(part(), PartEdit(PartStatus.RESERVED), Status.DONE) == "order_closed"


def test_an_order_is_complete_when_something_came_and_nothing_is_awaited() -> None:
    came, refused, awaited = PartStatus.DELIVERED, PartStatus.REFUSED, PartStatus.SENT
    assert is_complete(Status.LOGISTICS, [came, refused])
    assert not is_complete(Status.LOGISTICS, [came, awaited])
    assert not is_complete(Status.LOGISTICS, [refused])
    assert not is_complete(Status.LOGISTICS, [])
    assert not is_complete(Status.DISPATCHED, [came]), "somebody goes already"
    assert {came, refused} == ENDED
