"""The questions of a checklist, checked before they are published, and as they are stored; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import MISSING, fields, replace
from enum import StrEnum
from typing import Any

import msgspec

from server.accounts.documents import one_line
from server.checklists.rules import ChecklistItem, PhotoRule

MOST_QUESTIONS = 60  # what a person answers on a phone at the end of a visit, and far more
MOST_OPTIONS = 20
LONGEST = 200
LONGEST_UNIT = 12

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PLAIN = ("key", "label", "type", "is_required", "options")


class QuestionType(StrEnum):
    YES_NO = "yes_no"
    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"


def read_items(stored: str) -> list[ChecklistItem]:
    """The questions of a version; those published before a field was known have its default."""
    return msgspec.json.decode(stored, type=list[ChecklistItem])


def stored_items(items: Sequence[ChecklistItem]) -> str:
    """Without what says nothing: each phone keeps it, and an older app finds what it knows."""
    return msgspec.json.encode([_said(item) for item in items]).decode()


def tidy_items(items: Sequence[ChecklistItem]) -> list[ChecklistItem]:
    """Each text on one line."""
    return [
        replace(
            item,
            label=one_line(item.label),
            options=[one_line(option) for option in item.options],
            help=one_line(item.help),
            unit=one_line(item.unit),
            bad=[one_line(option) for option in item.bad],
        )
        for item in items
    ]


def item_faults(items: Sequence[ChecklistItem]) -> dict[str, str]:
    """By field (`items.2.key` is the third question's key), what to mend; empty when all is well."""
    if not 1 <= len(items) <= MOST_QUESTIONS:
        return {"items": f"Faça de 1 a {MOST_QUESTIONS} perguntas."}
    found = {}
    uses = Counter(item.key for item in items)
    for place, item in enumerate(items):
        at = f"items.{place}"
        if not _KEY.fullmatch(item.key):
            found[f"{at}.key"] = "Use letras minúsculas, algarismos e _, começando por letra."
        elif uses[item.key] > 1:
            found[f"{at}.key"] = "Outra pergunta tem esta chave."
        if not 1 <= len(item.label) <= LONGEST:
            found[f"{at}.label"] = f"Escreva a pergunta, com até {LONGEST} caracteres."
        if item.type not in frozenset(QuestionType):
            found[f"{at}.type"] = "Escolha sim/não, texto, número ou escolha."
        elif fault := _options_fault(item):
            found[f"{at}.options"] = fault
        found |= {f"{at}.{name}": text for name, text in _detail_faults(item).items()}
    return found


def _options_fault(item: ChecklistItem) -> str:
    if item.type != QuestionType.CHOICE:
        return "Só a pergunta de escolha tem opções." if item.options else ""
    if not 2 <= len(item.options) <= MOST_OPTIONS or len(set(item.options)) < len(item.options):
        return f"Escreva de 2 a {MOST_OPTIONS} opções diferentes."
    if not all(1 <= len(option) <= LONGEST for option in item.options):
        return f"Escreva cada opção, com até {LONGEST} caracteres."
    return ""


def _detail_faults(item: ChecklistItem) -> dict[str, str]:
    found = {}
    if len(item.help) > LONGEST:
        found["help"] = f"No máximo {LONGEST} caracteres."
    if len(item.unit) > LONGEST_UNIT:
        found["unit"] = f"No máximo {LONGEST_UNIT} caracteres."
    if item.minimum is not None and item.maximum is not None and item.minimum > item.maximum:
        found["maximum"] = "O máximo esperado é menor que o mínimo."
    if item.photo not in frozenset(PhotoRule):
        found["photo"] = "Escolha quando a foto é obrigatória."
    elif item.photo == PhotoRule.WHEN_BAD and not may_be_bad(item):
        found["photo"] = "Diga antes qual resposta é ruim."
    return found


def may_be_bad(item: ChecklistItem) -> bool:
    if item.type == QuestionType.NUMBER:
        return item.minimum is not None or item.maximum is not None
    return bool(item.bad)


def _said(item: ChecklistItem) -> dict[str, Any]:
    columns = {one.name: (getattr(item, one.name), one) for one in fields(item)}
    return {
        name: value for name, (value, one) in columns.items() if name in _PLAIN or (value != _default(one))
    }


def _default(one: Any) -> Any:
    return one.default if one.default is not MISSING else one.default_factory()
