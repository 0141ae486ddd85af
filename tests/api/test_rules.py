"""How far a token reaches, and how many calls it has: without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from server.accounts.actor import Actor, Role
from server.api.limits import Limiter
from server.api.rules import NewToken, Reach, at_companies, at_customers, faults, is_good
from server.api.scopes import ApiScope

NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
MATRIZ, FILIAL = uuid4(), uuid4()
ANA = Actor(uuid4(), uuid4(), "Ana", "ana@ilha.test", Role.ADMIN, uuid4())


def test_a_token_of_some_companies_reaches_no_other() -> None:
    actor = at_companies(ANA, frozenset({FILIAL}))
    assert actor is not None
    assert actor.company_ids == {FILIAL}


def test_without_companies_it_reaches_what_its_creator_reaches() -> None:
    of_matriz = replace(ANA, company_ids=frozenset({MATRIZ}))
    assert at_companies(ANA, frozenset()) == ANA
    assert at_companies(of_matriz, frozenset()) == of_matriz


def test_a_creator_who_lost_the_company_leaves_a_token_that_reaches_nothing() -> None:
    """And not everything: an admin without companies has all of them."""
    of_matriz = replace(ANA, company_ids=frozenset({MATRIZ}))
    assert at_companies(of_matriz, frozenset({FILIAL})) is None


@pytest.mark.parametrize("reach", [at_companies, at_customers])
def test_a_creator_who_is_no_admin_any_more_leaves_no_token(reach: object) -> None:
    operator = replace(ANA, role=Role.SERVICE_OPERATOR)
    assert reach(operator, frozenset({FILIAL})) is None  # type: ignore[operator]


def test_a_token_of_customers_sees_as_their_people_do() -> None:
    school = uuid4()
    actor = at_customers(replace(ANA, can_publish_billing=True), frozenset({school}))
    assert actor is not None
    assert (actor.role, actor.customer_ids) == (Role.CUSTOMER, {school})
    assert not actor.can_publish_billing
    assert at_customers(ANA, frozenset()) is None


def test_nothing_is_given_that_the_creator_does_not_reach() -> None:
    wanted = NewToken(
        "ERP", frozenset({ApiScope.ORDERS_READ}), Reach.COMPANIES, frozenset({MATRIZ}), ids(), 90
    )
    assert faults(wanted, {MATRIZ}, ids()) == {}
    assert "reach" in faults(wanted, {FILIAL}, ids())
    of_customer = replace(wanted, reach=Reach.CUSTOMERS, customer_ids=frozenset({FILIAL}))
    assert "reach" in faults(of_customer, {MATRIZ}, {MATRIZ})
    assert "reach" in faults(replace(of_customer, customer_ids=ids()), {MATRIZ}, {FILIAL})


def test_a_token_ends_on_its_day_and_when_it_is_revoked() -> None:
    assert is_good(NOW + timedelta(seconds=1), None, NOW)
    assert not is_good(NOW, None, NOW)
    assert not is_good(NOW + timedelta(days=1), NOW, NOW)


def test_a_bucket_gives_its_calls_and_then_one_at_a_time() -> None:
    limiter = Limiter(60)
    assert [limiter.take("a", NOW) for _ in range(60)] == [0] * 60
    assert limiter.take("a", NOW) == 1
    assert limiter.take("b", NOW) == 0
    assert limiter.take("a", NOW + timedelta(seconds=1)) == 0
    assert limiter.take("a", NOW + timedelta(seconds=1)) > 0
    assert Limiter(1).take("a", NOW) == 0


def ids() -> frozenset[UUID]:
    return frozenset()
