"""What a reconciliation found, table by table, for people and for programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

SHOWN = 20  # keys of each entity


class Kind(StrEnum):
    """How a row of ILUX and the portal's differ; `MISSING` and `EXTRA` are the portal's side."""

    MISSING = "missing"
    DIFFERENT = "different"
    EXTRA = "extra"


WORDS = {Kind.MISSING: "falta no portal", Kind.DIFFERENT: "diferente", Kind.EXTRA: "sobra no portal"}


@dataclass(slots=True)
class Counts:
    """Of one entity. `refused` need a person's correction; `waiting` were on their way, in either direction.

    `keys` are the first ones that differ, by how.
    """

    compared: int = 0
    missing: int = 0
    different: int = 0
    extra: int = 0
    refused: int = 0
    waiting: int = 0
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def found(self) -> int:
        return self.missing + self.different + self.extra

    def note(self, key: str, kind: Kind) -> None:
        setattr(self, kind, getattr(self, kind) + 1)
        if len(self.keys) < SHOWN:
            self.keys[key] = kind.value


@dataclass(slots=True)
class Report:
    """`left` differ although they were sent again. `at` is when it ended, a text with a zone."""

    entities: dict[str, Counts] = field(default_factory=dict)
    repaired: int = 0
    left: int = 0
    at: str = ""

    @property
    def compared(self) -> int:
        return sum(counts.compared for counts in self.entities.values())

    @property
    def found(self) -> int:
        return sum(counts.found for counts in self.entities.values())

    def of(self, entity: str) -> Counts:
        return self.entities.setdefault(entity, Counts())

    def as_fact(self) -> dict[str, Any]:
        return {
            "at": self.at,
            "compared": self.compared,
            "found": self.found,
            "repaired": self.repaired,
            "left": self.left,
            "entities": {name: asdict(counts) for name, counts in self.entities.items()},
        }
