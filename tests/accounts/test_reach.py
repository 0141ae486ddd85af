"""Choosing one company or registration hides; it never shows."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from server.accounts.actor import Actor, Role
from server.accounts.reach import may_narrow, narrow, widen

A, B, STRANGER = uuid4(), uuid4(), uuid4()


def person(role: Role, *, companies: tuple[UUID, ...] = (), customers: tuple[UUID, ...] = ()) -> Actor:
    return Actor(
        user_id=uuid4(),
        reseller_id=uuid4(),
        name="Carla",
        email="carla@escola.test",
        role=role,
        session_id=uuid4(),
        company_ids=frozenset(companies),
        customer_ids=frozenset(customers),
    )


def test_a_customer_looks_at_one_registration_and_at_all_again() -> None:
    carla = person(Role.CUSTOMER, customers=(A, B))
    at_a = narrow(carla, A, "Matriz")
    assert (at_a.customer_ids, at_a.narrowed_to, at_a.narrowed_name) == ({A}, A, "Matriz")
    assert may_narrow(at_a)
    assert widen(at_a).customer_ids == {A, B}
    assert narrow(widen(at_a), B, "Filial").customer_ids == {B}


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.SERVICE_OPERATOR, Role.ADMIN])
def test_what_is_not_theirs_changes_nothing(role: Role) -> None:
    one = person(role, companies=(A, B), customers=(A, B))
    assert narrow(one, STRANGER, "Alheia") == one
    assert narrow(one, None, "") == one


def test_an_admin_of_all_companies_looks_at_one() -> None:
    admin = narrow(person(Role.ADMIN), A, "Ilha")
    assert admin.company_ids == {A}
    assert widen(admin).company_ids == frozenset()


def test_who_is_in_the_field_has_nothing_to_choose() -> None:
    tiago = person(Role.TECHNICIAN, companies=(A, B))
    assert narrow(tiago, A, "Ilha") == tiago
    assert not may_narrow(tiago)
    assert not may_narrow(person(Role.CUSTOMER, customers=(A,)))
