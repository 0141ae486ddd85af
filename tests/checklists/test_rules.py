"""What an answer asks for, which checklist fits, what a draft becomes, what a version changed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from server.checklists.differences import Difference, compare
from server.checklists.drafts import (
    DraftQuestion,
    draft_of,
    items_of,
    moved,
    read_draft,
    stored_draft,
    typed_questions,
)
from server.checklists.questions import item_faults, read_items, stored_items
from server.checklists.rules import Candidate, ChecklistItem, choose, is_bad, judge_checklist, wants_photo
from server.web.forms import Form

VECTORS = Path(__file__).parents[1] / "vectors"


def vectors(name: str) -> list[Any]:
    found: list[Any] = json.loads((VECTORS / f"{name}.json").read_text())
    return found


LEAK = ChecklistItem("leak", "Vazando?", "yes_no", True, [], bad=["yes"], photo="when_bad")
VOLTS = ChecklistItem("volts", "Tensão", "number", False, [], unit="V", minimum=200, maximum=230)
PLATE = ChecklistItem("plate", "Plaqueta", "text", False, [], photo="always", help="Atrás da máquina")
STATE = ChecklistItem("state", "Roletes", "choice", True, ["Bom", "Gasto"], bad=["Gasto"])
ALL = [LEAK, VOLTS, PLATE, STATE]


@pytest.mark.parametrize("vector", vectors("checklist-photos"), ids=lambda vector: vector["name"])
def test_an_answer_wants_a_photo_as_on_the_phone(vector: dict[str, Any]) -> None:
    item = ChecklistItem(**{"key": "q", "label": "?", "is_required": False, "options": [], **vector["item"]})
    assert is_bad(item, vector["answer"]) == vector["is_bad"]
    assert wants_photo(item, vector["answer"]) == vector["wants_photo"]


def test_a_photo_that_was_not_taken_is_named_and_nothing_is_refused() -> None:
    answers = {"leak": True, "state": "Bom"}
    [finding] = judge_checklist(ALL, answers, {"leak"})
    assert finding.facts == {"photos": ["Plaqueta"]}
    assert judge_checklist(ALL, answers, {"leak", "plate"}) == []
    [finding] = judge_checklist(ALL, {"leak": True})
    assert finding.facts == {"questions": ["Roletes"], "photos": ["Vazando?", "Plaqueta"]}


def test_the_defect_says_more_than_the_model_and_both_more_than_either() -> None:
    defect, other = uuid4(), uuid4()
    everything, by_model, by_defect, by_both = (
        Candidate(uuid4()),
        Candidate(uuid4(), None, "IM C300"),
        Candidate(uuid4(), defect),
        Candidate(uuid4(), defect, " im c300 "),
    )
    known = [everything, by_model, by_defect, by_both]
    assert choose(known, defect, "IM C300") == by_both.version_id
    assert choose(known, defect, "MP 305") == by_defect.version_id
    assert choose(known, other, "IM C300") == by_model.version_id
    assert choose(known, None, "") == everything.version_id
    assert choose([by_defect], other, "") is None
    newer = Candidate(uuid4())
    assert choose([newer, everything], None, "") == newer.version_id


def test_what_is_stored_says_no_more_than_an_older_app_knows_unless_it_must() -> None:
    plain = ChecklistItem("clean", "Limpou?", "yes_no", True, [])
    assert json.loads(stored_items([plain])) == [
        {"key": "clean", "label": "Limpou?", "type": "yes_no", "is_required": True, "options": []}
    ]
    assert read_items(stored_items(ALL)) == ALL


def test_a_published_version_opens_as_a_draft_that_says_the_same() -> None:
    questions = draft_of(ALL)
    assert items_of(questions) == (ALL, {})
    assert read_draft(stored_draft(questions)) == questions


def test_ok_goes_out_as_a_choice_and_comes_back_as_ok() -> None:
    items, faults = items_of([DraftQuestion("q1", "Cabo", "ok", photo="when_bad")])
    assert faults == {}
    assert (items[0].type, items[0].options, items[0].bad) == ("choice", ["OK", "Não OK"], ["Não OK"])
    assert draft_of(items)[0].kind == "ok"


def test_a_draft_says_what_keeps_it_from_being_published() -> None:
    questions = [
        DraftQuestion("a", ""),
        DraftQuestion("b", "Tensão", "number", minimum="alta", maximum="1.000,5"),
        DraftQuestion("c", "Estado", "choice", options="Bom"),
        DraftQuestion("d", "Nota", "text", photo="when_bad"),
        DraftQuestion("e", "Vida", "number", minimum="9", maximum="1"),
    ]
    items, faults = items_of(questions)
    assert faults.keys() == {"a.label", "b.minimum", "c.options", "d.photo", "e.maximum"}
    assert items[1].maximum == 1000.5
    assert items_of([]) == ([], {"items": item_faults([])["items"]})


def test_the_form_gives_the_questions_in_its_own_order_and_takes_no_key_from_elsewhere() -> None:
    form = Form(
        [("order", "q2"), ("order", "q1"), ("order", "../x"), ("order", "q2")]
        + [("q1.label", "Um"), ("q2.label", "Dois"), ("q1.kind", "text"), ("q2.kind", "yes_no")]
        + [("q2.required", "yes")]
    )
    first, second = typed_questions(form)
    assert (first.key, first.label, first.is_required) == ("q2", "Dois", True)
    assert (second.label, second.is_required) == ("Um", False)
    assert [one.key for one in moved([first, second], "q1", -1)] == ["q1", "q2"]
    assert moved([first, second], "q2", -1) == [first, second]


def test_two_versions_say_what_came_went_moved_and_changed() -> None:
    after = [STATE, replace(LEAK, label="Está vazando?", photo="always"), replace(PLATE, key="new")]
    found = {one.item.key: one for one in compare(ALL, after)}
    assert {key: one.difference for key, one in found.items()} == {
        "state": Difference.MOVED,
        "leak": Difference.CHANGED,
        "new": Difference.ADDED,
        "volts": Difference.REMOVED,
        "plate": Difference.REMOVED,
    }
    assert found["leak"].changes == (
        ("Pergunta", "Vazando?", "Está vazando?"),
        ("Foto", "se for ruim", "sempre"),
    )
    assert {one.difference for one in compare(ALL, ALL)} == {Difference.SAME}
