"""What somebody writes before it is a checklist: questions as typed, faults and all; pure.

A draft is saved whatever it says, so that no work is lost to a missing word; only publishing asks for more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import msgspec

from server.checklists.questions import MOST_OPTIONS, MOST_QUESTIONS, QuestionType, item_faults, tidy_items
from server.checklists.rules import ChecklistItem, PhotoRule
from server.web.forms import Form
from server.web.rendering import number_br

BAD_MARK = "!"
OK, NOT_OK = "OK", "Não OK"
_THOUSANDS = re.compile(r"-?\d{1,3}(\.\d{3})+")
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,4})?")


class QuestionKind(StrEnum):
    """As the editor offers them. OK / not OK goes out as a choice, so that an older app can answer it."""

    YES_NO = "yes_no"
    OK = "ok"
    NUMBER = "number"
    CHOICE = "choice"
    TEXT = "text"


KIND_NAMES = {
    QuestionKind.YES_NO: "Sim / Não",
    QuestionKind.OK: "OK / Não OK",
    QuestionKind.NUMBER: "Número",
    QuestionKind.CHOICE: "Escolha",
    QuestionKind.TEXT: "Texto",
}
PHOTO_NAMES = {
    PhotoRule.NEVER: "Não",
    PhotoRule.ALWAYS: "Sempre",
    PhotoRule.WHEN_BAD: "Se for ruim",
}


@dataclass(frozen=True, slots=True)
class DraftQuestion:
    """`options` are lines, a bad one behind `!`; `bad` is the bad answer of yes/no."""

    key: str
    label: str = ""
    kind: str = QuestionKind.YES_NO.value
    is_required: bool = True
    help: str = ""
    unit: str = ""
    minimum: str = ""
    maximum: str = ""
    options: str = ""
    bad: str = ""
    photo: str = PhotoRule.NEVER.value


def new_question(draft_id: UUID) -> DraftQuestion:
    """Its key is never shown and never changes: versions are compared by it."""
    return DraftQuestion(f"q{draft_id.hex[-12:]}")


def read_draft(stored: str) -> list[DraftQuestion]:
    return msgspec.json.decode(stored, type=list[DraftQuestion])


def stored_draft(questions: Sequence[DraftQuestion]) -> str:
    return msgspec.json.encode(questions).decode()


def typed_questions(form: Form) -> list[DraftQuestion]:
    """In the form's own order: whoever drags moves the fields."""
    found: list[DraftQuestion] = []
    for key in dict.fromkeys(form.all("order")):
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", key) or len(found) == MOST_QUESTIONS:
            continue
        text = {
            name: form.text(f"{key}.{name}")
            for name in ("label", "kind", "help", "unit", "minimum", "maximum", "options", "bad", "photo")
        }
        found.append(DraftQuestion(key, is_required=bool(form.text(f"{key}.required")), **text))
    return found


def moved(questions: Sequence[DraftQuestion], key: str, by: int) -> list[DraftQuestion]:
    """One place up or down; the first cannot go higher."""
    order = list(questions)
    place = next((place for place, one in enumerate(order) if one.key == key), None)
    if place is not None and 0 <= place + by < len(order):
        order.insert(place + by, order.pop(place))
    return order


def items_of(questions: Sequence[DraftQuestion]) -> tuple[list[ChecklistItem], dict[str, str]]:
    """The questions as they would be published, and what is wrong, by `<key>.<field>`."""
    items: list[ChecklistItem] = []
    faults: dict[str, str] = {}
    for one in questions:
        item, own = _item(one)
        items.append(item)
        faults |= {f"{one.key}.{name}": text for name, text in own.items()}
    items = tidy_items(items)
    for name, text in item_faults(items).items():
        _, place, field = (*name.split("."), "", "")[:3]
        faults.setdefault(f"{questions[int(place)].key}.{field}" if place else name, text)
    return items, faults


def draft_of(items: Sequence[ChecklistItem]) -> list[DraftQuestion]:
    """What is published, to be written on."""
    return [
        DraftQuestion(
            key=item.key,
            label=item.label,
            kind=kind_of(item).value,
            is_required=item.is_required,
            help=item.help,
            unit=item.unit,
            minimum=_typed(item.minimum),
            maximum=_typed(item.maximum),
            options="\n".join(f"{BAD_MARK if one in item.bad else ''}{one}" for one in item.options),
            bad=item.bad[0] if item.type == QuestionType.YES_NO and item.bad else "",
            photo=item.photo,
        )
        for item in items
    ]


def _item(one: DraftQuestion) -> tuple[ChecklistItem, dict[str, str]]:
    faults: dict[str, str] = {}
    options: list[str] = []
    bad: list[str] = []
    kind = one.kind
    if kind == QuestionKind.OK:
        kind, options, bad = QuestionType.CHOICE, [OK, NOT_OK], [NOT_OK]
    elif kind == QuestionKind.CHOICE:
        lines = [line.strip() for line in one.options.splitlines() if line.strip()][: MOST_OPTIONS + 1]
        options = [line.removeprefix(BAD_MARK).strip() for line in lines]
        bad = [line.removeprefix(BAD_MARK).strip() for line in lines if line.startswith(BAD_MARK)]
    elif kind == QuestionKind.YES_NO:
        bad = [one.bad] if one.bad in ("yes", "no") else []
    is_number = kind == QuestionKind.NUMBER
    numbers = {
        name: _number(getattr(one, name), name, faults) if is_number else None
        for name in ("minimum", "maximum")
    }
    item = ChecklistItem(
        key=one.key,
        label=one.label,
        type=kind,
        is_required=one.is_required,
        options=options,
        help=one.help,
        unit=one.unit if is_number else "",
        bad=bad,
        photo=one.photo or PhotoRule.NEVER.value,
        **numbers,
    )
    return item, faults


def _number(text: str, name: str, faults: dict[str, str]) -> float | None:
    is_br = "," in text or _THOUSANDS.fullmatch(text)
    plain = text.replace(".", "").replace(",", ".") if is_br else text
    if not plain:
        return None
    if not _NUMBER.fullmatch(plain):
        faults[name] = "Escreva um número, como 220 ou 1,5."
        return None
    return float(plain)


def _typed(value: float | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else number_br(value, 4).rstrip("0")


def kind_of(item: ChecklistItem) -> QuestionKind:
    is_ok = list(item.options) == [OK, NOT_OK] and list(item.bad) == [NOT_OK]
    return QuestionKind.OK if is_ok else QuestionKind(item.type)


def bad_words(item: ChecklistItem) -> str:
    """When the answer calls for attention, as a person reads it; empty when no answer does."""
    if item.type == QuestionType.NUMBER:
        unit = f" {item.unit}" if item.unit else ""
        if item.minimum is not None and item.maximum is not None:
            return f"fora de {_typed(item.minimum)} a {_typed(item.maximum)}{unit}"
        if item.minimum is not None:
            return f"abaixo de {_typed(item.minimum)}{unit}"
        return f"acima de {_typed(item.maximum)}{unit}" if item.maximum is not None else ""
    names: Mapping[str, str] = {"yes": "Sim", "no": "Não"}
    return ", ".join(names.get(one, one) if item.type == QuestionType.YES_NO else one for one in item.bad)
