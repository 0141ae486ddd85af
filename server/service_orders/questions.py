"""The questions of a checklist, checked before they are published; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from server.accounts.documents import one_line
from server.visits.rules import ChecklistItem

MOST_QUESTIONS = 60  # what a person answers on a phone at the end of a visit, and far more
MOST_OPTIONS = 20
LONGEST = 200

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


class QuestionType(StrEnum):
    YES_NO = "yes_no"
    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"


def tidy_items(items: Sequence[ChecklistItem]) -> list[ChecklistItem]:
    """Labels and options on one line."""
    return [
        replace(item, label=one_line(item.label), options=[one_line(option) for option in item.options])
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
    return found


def _options_fault(item: ChecklistItem) -> str:
    if item.type != QuestionType.CHOICE:
        return "Só a pergunta de escolha tem opções." if item.options else ""
    if not 2 <= len(item.options) <= MOST_OPTIONS or len(set(item.options)) < len(item.options):
        return f"Escreva de 2 a {MOST_OPTIONS} opções diferentes."
    if not all(1 <= len(option) <= LONGEST for option in item.options):
        return f"Escreva cada opção, com até {LONGEST} caracteres."
    return ""
