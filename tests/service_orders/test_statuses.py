"""The status machine: the table itself, and what follows from it."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.actor import Role
from server.service_orders.statuses import (
    CLOSED,
    STATUS_NAMES,
    TRANSITIONS,
    Source,
    Status,
    changes_open_to,
    may_change,
)


def test_every_status_has_a_name_for_people() -> None:
    assert set(STATUS_NAMES) == set(Status)
    assert "".join(Status) == "AEMPLSOTC"


@pytest.mark.parametrize(("before", "after"), list(product(Status, Status)))
def test_ilux_may_make_every_change_because_it_is_the_books(before: Status, after: Status) -> None:
    assert may_change(before, after, None, Source.ILUX) is (before is not after)


@given(st.sampled_from(Status), st.sampled_from(Role), st.sampled_from([Source.WEB, Source.FIELD]))
def test_nobody_opens_a_closed_order_again_but_ilux(after: Status, role: Role, source: Source) -> None:
    for before in CLOSED - {Status.ATTENDED}:
        assert not may_change(before, after, role, source)


@given(st.sampled_from(Status), st.sampled_from(Role))
def test_what_is_offered_on_the_web_is_what_is_allowed_there(before: Status, role: Role) -> None:
    offered = set(changes_open_to(before, role))
    assert offered == {after for after in Status if may_change(before, after, role, Source.WEB)}


@given(st.sampled_from(list(TRANSITIONS)), st.sampled_from(Role))
def test_only_technicians_change_a_status_from_the_field(change: tuple[Status, Status], role: Role) -> None:
    if may_change(*change, role, Source.FIELD):
        assert role is Role.TECHNICIAN


def test_a_customer_cancels_what_nobody_is_serving_yet() -> None:
    may_cancel = {
        before for before in Status if may_change(before, Status.CANCELLED, Role.CUSTOMER, Source.WEB)
    }
    assert may_cancel == {Status.OPENED, Status.DISPATCHED, Status.PENDING}


def test_logistics_moves_orders_between_the_waiting_statuses_and_nowhere_else() -> None:
    waiting = {Status.PENDING, Status.LOGISTICS, Status.STOCK}
    for before, after in product(Status, Status):
        if may_change(before, after, Role.LOGISTICS_OPERATOR, Source.WEB):
            assert {before, after} <= waiting
