"""What one version of a checklist says otherwise than another; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from server.checklists.drafts import KIND_NAMES, PHOTO_NAMES, bad_words, kind_of
from server.checklists.rules import ChecklistItem, PhotoRule


class Difference(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


DIFFERENCE_NAMES = {
    Difference.ADDED: "nova",
    Difference.REMOVED: "retirada",
    Difference.CHANGED: "mudou",
    Difference.MOVED: "mudou de lugar",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """A question, and the properties that were otherwise: name, before, after."""

    item: ChecklistItem
    difference: Difference
    changes: tuple[tuple[str, str, str], ...] = ()

    @property
    def name(self) -> str:
        return DIFFERENCE_NAMES.get(self.difference, "")


def compare(before: Sequence[ChecklistItem], after: Sequence[ChecklistItem]) -> list[Compared]:
    """The later one's questions in its order; those that it has no longer come last."""
    known = {item.key: item for item in before}
    kept = {item.key for item in after}
    stayed = _in_place([i.key for i in before if i.key in kept], [i.key for i in after if i.key in known])
    found = []
    for item in after:
        if item.key not in known:
            found.append(Compared(item, Difference.ADDED))
            continue
        changes = _changes(known[item.key], item)
        moved = Difference.SAME if item.key in stayed else Difference.MOVED
        found.append(Compared(item, Difference.CHANGED if changes else moved, changes))
    return found + [Compared(item, Difference.REMOVED) for item in before if item.key not in kept]


def described(item: ChecklistItem) -> dict[str, str]:
    """A question's properties as a person reads them, by their names; those that it lacks are empty."""
    return {
        "Pergunta": item.label,
        "Tipo": KIND_NAMES[kind_of(item)] + (f" ({item.unit})" if item.unit else ""),
        "Opções": ", ".join(item.options),
        "Obrigatória": "sim" if item.is_required else "não",
        "Resposta ruim": bad_words(item),
        "Foto": PHOTO_NAMES[PhotoRule(item.photo)].lower(),
        "Ajuda": item.help,
    }


def _changes(before: ChecklistItem, after: ChecklistItem) -> tuple[tuple[str, str, str], ...]:
    old, new = described(before), described(after)
    return tuple((name, old[name], new[name]) for name in new if old[name] != new[name])


def _in_place(before: Sequence[str], after: Sequence[str]) -> set[str]:
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return {key for block in blocks for key in before[block.a : block.a + block.size]}
