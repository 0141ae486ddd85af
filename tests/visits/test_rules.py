"""What evidence says about itself: states, clocks, travel, readings, checklists, signatures."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from server.checklists.rules import ChecklistItem, judge_checklist
from server.service_orders.discrepancies import DiscrepancyKind
from server.tracking.rules import Place
from server.visits.readings import LARGEST, Counters, is_storable, judge
from server.visits.rules import (
    OrderNow,
    SignedForm,
    judge_clock,
    judge_signature,
    judge_travel,
)
from server.visits.states import RANK, EventKind, VisitState, furthest, is_nonsense

NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)


@given(st.permutations(list(EventKind)))
def test_the_state_does_not_depend_on_the_order_in_which_facts_arrive(kinds: list[EventKind]) -> None:
    state = VisitState.SELECTED
    for kind in kinds:
        state = furthest(state, kind)
    assert state is VisitState.COMPLETED


@given(st.sampled_from(VisitState), st.sampled_from(EventKind))
def test_a_fact_never_takes_a_visit_back(state: VisitState, kind: EventKind) -> None:
    assert RANK[furthest(state, kind)] >= RANK[state]


def test_only_an_end_and_its_contrary_make_no_sense() -> None:
    odd = {(state, kind) for state in VisitState for kind in EventKind if is_nonsense(state, kind)}
    assert odd == {
        (VisitState.CANCELLED, EventKind.COMPLETED),
        (VisitState.COMPLETED, EventKind.CANCELLED),
    }


def test_a_clock_five_minutes_off_is_flagged_whichever_way() -> None:
    assert judge_clock(None) == judge_clock(0) == judge_clock(-300_000) == []
    assert judge_clock(-3_600_000)[0].facts == {"minutes": -60}


def test_nobody_drives_from_florianopolis_to_curitiba_in_ten_minutes() -> None:
    start = Place("arrived", NOW, -27.59, -48.54, 10)
    assert judge_travel([start, Place("arrived", NOW + timedelta(minutes=10), -25.43, -49.27, 10)]) != []
    assert judge_travel([start, Place("arrived", NOW + timedelta(hours=4), -25.43, -49.27, 10)]) == []
    assert judge_travel([start, Place("arrived", NOW, -27.60, -48.55, 3000)]) == []
    assert judge_travel([]) == []


def reading(mono: int | None, days_ago: float = 0, color: int | None = None) -> Counters:
    return Counters(mono, color, NOW - timedelta(days=days_ago))


def test_a_lower_reading_is_accepted_and_says_what_the_last_one_was() -> None:
    verdict = judge(reading(900), [reading(1000, 10), reading(800, 40)])
    assert verdict.is_lower
    [finding] = verdict.findings("BRB1")
    assert finding.kind is DiscrepancyKind.READING_LOWER
    assert finding.facts == {"serial_number": "BRB1", "mono": {"value": 900, "last": 1000}}


def test_three_times_the_machines_own_rate_is_worth_a_second_look() -> None:
    history = [reading(1000, 10), reading(700, 40)]  # 10 pages a day
    assert not judge(reading(1300), history).is_implausible
    assert judge(reading(1301), history).is_implausible


def test_a_machine_without_a_past_is_believed() -> None:
    assert judge(reading(10**6), []).findings("x") == []
    assert judge(reading(None, color=5), [reading(10, 3)]).findings("x") == []


counters = st.builds(
    Counters,
    st.none() | st.integers(0, 10**7),
    st.none() | st.integers(0, 10**7),
    st.datetimes(datetime(2024, 1, 1), datetime(2026, 3, 2)).map(lambda t: t.replace(tzinfo=UTC)),
)


@given(counters, st.lists(counters, max_size=4))
def test_the_verdict_does_not_depend_on_the_order_of_the_history(
    new: Counters, history: list[Counters]
) -> None:
    times = [old.read_at for old in history]
    if len(set(times)) == len(times):
        verdicts = {
            (judge(new, list(order)).is_lower, judge(new, list(order)).is_implausible)
            for order in permutations(history)
        }
        assert len(verdicts) == 1


@given(counters)
def test_the_same_reading_again_is_plausible(counter: Counters) -> None:
    verdict = judge(counter, [counter])
    assert not verdict.is_lower
    assert not verdict.is_implausible


def test_a_count_of_ten_digits_is_none() -> None:
    assert is_storable(reading(LARGEST))
    assert not is_storable(reading(LARGEST + 1))
    assert not is_storable(reading(5, color=-1))


ITEMS = [
    ChecklistItem("clean", "Limpou?", "yes_no", True, []),
    ChecklistItem("noise", "Ruído", "choice", True, ["não", "sim"]),
    ChecklistItem("pages", "Páginas", "number", False, []),
]


def test_a_checklist_names_the_questions_that_are_not_answered() -> None:
    assert judge_checklist(ITEMS, {"clean": False, "noise": "não", "pages": "12"}) == []
    [finding] = judge_checklist(ITEMS, {"noise": "talvez", "pages": "doze"})
    assert finding.facts == {"questions": ["Limpou?", "Ruído", "Páginas"]}


FORM = SignedForm(
    uuid4(), uuid4(), "done", "Rolo gasto", "Trocado", [(12, None)], [("Rolo", 1)], "Rosa", "123"
)
ORDER = OrderNow(7, "Escola", "BRB1")


def signed(**other: object) -> tuple[str, str]:
    content = {
        "visit_id": str(FORM.visit_id),
        "order_id": str(FORM.order_id),
        "web_number": 7,
        "customer": "Escola",
        "serial_number": "BRB1",
        "outcome": "done",
        "diagnosis": "Rolo gasto",
        "resolution": "Trocado",
        "readings": [[12, None]],
        "parts": [["Rolo", 1]],
        "signer_name": "Rosa",
        "signer_document": "123",
        **other,
    }
    text = json.dumps(content)
    return text, hashlib.sha256(text.encode()).hexdigest()


def kinds(text: str, content_hash: str) -> list[str]:
    return [finding.kind.value for finding in judge_signature(text, content_hash, FORM, ORDER)]


def test_a_signature_is_bound_to_exactly_what_was_signed() -> None:
    text, content_hash = signed()
    assert kinds(text, content_hash) == []
    assert kinds(text + " ", content_hash) == ["signature_mismatch"]
    assert kinds(*signed(diagnosis="Outra coisa")) == ["signature_mismatch"]
    assert kinds("[]", hashlib.sha256(b"[]").hexdigest()) == ["signature_mismatch"]


def test_an_order_that_changed_after_the_signature_is_flagged() -> None:
    assert kinds(*signed(customer="Padaria")) == ["content_changed_after_signature"]
    assert kinds(*signed(web_number=None)) == []
