"""One planted defect: a text of one file replaced by another, and the tests that should notice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class DoesNotApplyError(Exception):
    """The text is not there, or not once: the code was changed, and the mutant must follow."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """`tests` are pytest's node ids or vitest's files under `pwa/`; `database` is for the former."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    database: str = "sqlite"

    @property
    def is_phones(self) -> bool:
        return self.file.startswith("pwa/")

    def planted(self, text: str) -> str:
        """The file's text with the defect. Raises DoesNotApplyError."""
        if (count := text.count(self.old)) != 1:
            raise DoesNotApplyError(f"{self.name}: {self.file} has the text {count} times: {self.old!r}")
        return text.replace(self.old, self.new)
