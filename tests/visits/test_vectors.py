"""What a person is asked about on the phone is what the office will see: the same vectors for both."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from server.visits.readings import Counters, judge
from server.visits.states import EventKind, VisitState, furthest

VECTORS = Path(__file__).parents[1] / "vectors"


def vectors(name: str) -> list[Any]:
    found: list[Any] = json.loads((VECTORS / f"{name}.json").read_text())
    return found


@pytest.mark.parametrize("vector", vectors("readings"), ids=lambda vector: vector["name"])
def test_a_reading_is_doubted_as_on_the_phone(vector: dict[str, Any]) -> None:
    verdict = judge(counters(vector["new"]), [counters(read) for read in vector["history"]])
    doubts = {}
    for counter, facts in verdict.facts.items():
        kind = "implausible" if "expected_at_most" in facts else "lower"
        doubts[counter] = {"kind": kind} | {name: value for name, value in facts.items() if name != "value"}
    assert doubts == vector["doubts"]
    assert verdict.is_lower == any(doubt["kind"] == "lower" for doubt in doubts.values())


def counters(read: dict[str, Any]) -> Counters:
    return Counters(read["mono"], read["color"], datetime.fromisoformat(read["read_at"]))


def test_a_fact_leads_a_visit_where_it_leads_it_on_the_phone() -> None:
    assert len(vectors("visit-states")) == len(VisitState) * len(EventKind)
    for before, kind, after in vectors("visit-states"):
        assert furthest(VisitState(before), EventKind(kind)) == after, f"{kind} in {before}"
