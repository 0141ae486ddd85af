"""What documents have in common: texts, already in pt-BR and in the reader's time zone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what stands beside it; `is_wide` gives it the whole line."""

    label: str
    text: str
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who sends the report: `lines` are address, CNPJ and telephone; `color` is `#rrggbb`;
    `logo` the file's name, or empty."""

    name: str
    lines: tuple[str, ...]
    color: str
    logo: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo that stands in the folder of the set document under `file`."""

    file: str
    alt: str
    caption: str
