"""Asking for the same again: when a person is warned, and in which words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from server.supplies.repeats import Earlier, Wanted, at, warn, warn_of_reading
from server.visits.readings import Counters

NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
BLACK = Wanted(UUID(int=1), "Toner TN-3442", "K", 12_000, 1)


def asked(days_ago: int, mono: int | None = None, *, quantity: int = 1, of: Wanted = BLACK) -> Earlier:
    moment = NOW - timedelta(days=days_ago)
    return Earlier(of.supply_id, moment, quantity, None if mono is None else Counters(mono, None, moment))


def counted(mono: int | None, color: int | None = None) -> Counters:
    return Counters(mono, color, NOW)


def test_a_cartridge_that_has_hardly_worked_is_told_with_days_pages_and_yield() -> None:
    assert warn([BLACK], [asked(9, 50_000)], counted(51_200), NOW) == [
        "O último toner preto foi pedido há 9 dias, 1.200 páginas atrás; rende 12.000."
    ]


def test_one_that_is_nearly_used_up_is_asked_for_in_silence() -> None:
    assert warn([BLACK], [asked(9, 50_000)], counted(59_600), NOW) == []
    assert warn([BLACK], [asked(9, 50_000)], counted(59_599), NOW) != []


def test_two_that_were_asked_for_last_twice_as_long() -> None:
    twice = asked(20, 50_000, quantity=2)
    assert warn([BLACK], [twice], counted(69_200), NOW) == []
    assert warn([BLACK], [twice], counted(60_000), NOW) == [
        "O último toner preto foi pedido há 20 dias, 10.000 páginas atrás; foram 2, e cada um rende 12.000."
    ]


def test_where_no_counter_speaks_the_days_do() -> None:
    assert warn([BLACK], [asked(14)], None, NOW) == [
        "O último toner preto foi pedido há 14 dias; rende 12.000."
    ]
    assert warn([BLACK], [asked(15)], None, NOW) == []
    drum = Wanted(uuid4(), "Cilindro DR-3440", None, None, 1)
    assert warn([drum], [asked(0, of=drum)], None, NOW) == ["“Cilindro DR-3440” foi pedido hoje."]


def test_a_counter_that_runs_backwards_is_no_measure() -> None:
    assert warn([BLACK], [asked(20, 50_000)], counted(40_000), NOW) == []


def test_the_colours_are_measured_by_coloured_pages_and_black_by_all() -> None:
    cyan = Wanted(UUID(int=2), "Toner ciano", "C", 6_000, 1)
    before = Counters(10_000, 1_000, NOW - timedelta(days=30))
    earlier = [Earlier(one.supply_id, before.read_at, 1, before) for one in (BLACK, cyan)]
    (said,) = warn([BLACK, cyan], earlier, counted(18_000, 3_000), NOW)
    assert "ciano" in said
    assert "2.000 páginas" in said


def test_the_last_request_counts_and_not_an_older_one() -> None:
    assert warn([BLACK], [asked(3, 50_000), asked(90, 10_000)], counted(50_100), NOW) != []
    assert warn([BLACK], [asked(40, 10_000), asked(90, 50_000)], counted(50_100), NOW) == []


def test_a_reading_lower_than_the_last_is_told_with_the_last() -> None:
    assert warn_of_reading(counted(900), True, counted(9_000)) == [
        "O contador preto e branco está menor que o último registrado, 9.000."
    ]
    assert warn_of_reading(counted(9_100), False, counted(9_000)) == []


def test_the_counter_at_a_request_is_the_reading_before_it() -> None:
    readings = [Counters(pages, None, NOW - timedelta(days=days)) for pages, days in ((300, 1), (200, 5))]
    found = at(NOW - timedelta(days=3), readings)
    assert found is not None
    assert found.mono == 200
    assert at(NOW, []) is None
