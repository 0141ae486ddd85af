"""What a checklist's questions mean: bad answers, answers that need a photo, the list that fits; pure.

An answer is never refused: the phone asks for what is missing while the person is there, and whatever comes
without it (an older app) is kept and put before the office.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from server.service_orders.discrepancies import DiscrepancyKind, Finding


class PhotoRule(StrEnum):
    NEVER = "never"
    ALWAYS = "always"
    WHEN_BAD = "when_bad"


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One question. `bad` are the options (of yes/no: `yes`, `no`) that call for attention; a number is bad
    outside of its bounds."""

    key: str
    label: str
    type: str
    is_required: bool
    options: Sequence[str]
    help: str = ""
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    bad: Sequence[str] = field(default_factory=list)
    photo: str = PhotoRule.NEVER.value


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version that an order might take; empty is for every defect, for every model."""

    version_id: UUID
    defect_id: UUID | None = None
    model: str = ""


def choose(candidates: Iterable[Candidate], defect_id: UUID | None, model: str) -> UUID | None:
    """The first of those that fit best: the defect says more than the model, both say more than either."""
    model = model.strip().casefold()
    fitting = [
        one
        for one in candidates
        if one.defect_id in (None, defect_id) and one.model.strip().casefold() in ("", model)
    ]
    best = max(fitting, key=lambda one: (one.defect_id is not None, one.model != ""), default=None)
    return best.version_id if best else None


def judge_checklist(
    items: Sequence[ChecklistItem], answers: Mapping[str, Any], pictured: Collection[str] = frozenset()
) -> list[Finding]:
    """Against the questions of the version that was filled; `pictured` are the keys that have a photo."""
    wrong = [item.label for item in items if not _is_answered(item, answers.get(item.key))]
    unseen = [
        item.label for item in items if wants_photo(item, answers.get(item.key)) and item.key not in pictured
    ]
    facts: dict[str, Any] = {"questions": wrong} if wrong else {}
    if unseen:
        facts["photos"] = unseen
    return [Finding(DiscrepancyKind.CHECKLIST_INCOMPLETE, facts)] if facts else []


def wants_photo(item: ChecklistItem, answer: Any) -> bool:
    return item.photo == PhotoRule.ALWAYS or (item.photo == PhotoRule.WHEN_BAD and is_bad(item, answer))


def is_bad(item: ChecklistItem, answer: Any) -> bool:
    """No answer is none."""
    if answer is None or answer == "":
        return False
    if item.type == "number":
        return _is_number(answer) and not (
            (item.minimum is None or float(answer) >= item.minimum)
            and (item.maximum is None or float(answer) <= item.maximum)
        )
    if isinstance(answer, bool):
        answer = "yes" if answer else "no"
    return str(answer) in item.bad


def _is_answered(item: ChecklistItem, answer: Any) -> bool:
    if answer is None or answer == "":
        return not item.is_required
    if item.type == "choice":
        return str(answer) in item.options
    if item.type == "number":
        return _is_number(answer)
    return True


def _is_number(answer: Any) -> bool:
    try:
        float(answer)
    except (TypeError, ValueError):
        return False
    return not isinstance(answer, bool)
