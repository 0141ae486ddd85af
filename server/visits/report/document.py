"""What the template prints: sections of texts, already in pt-BR and in the reader's time zone."""

from __future__ import annotations

from dataclasses import dataclass

from server.printing.document import Fact, Letterhead, Picture


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the timeline; `remark` says what the clock or the place has to explain."""

    day: str
    time: str
    name: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A machine's counters, and how they stand to the last ones."""

    machine: str
    read_at: str
    mono: str
    color: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A part and how many of it."""

    quantity: str
    description: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A question of the checklist, and the files of the photos that answer it."""

    question: str
    answer: str
    files: tuple[str, ...] = ()
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signed, or why nobody did. `content_hash`: the SHA-256 of what was on the screen, in halves."""

    name: str
    document: str
    signed_at: str
    content_hash: tuple[str, ...] = ()
    refused_reason: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report in its order of reading."""

    title: str
    number: str
    subtitle: str
    issued_at: str
    letterhead: Letterhead
    customer: tuple[Fact, ...]
    machine: tuple[Fact, ...]
    call: tuple[Fact, ...]
    travel: str = ""
    steps: tuple[Step, ...] = ()
    work: tuple[Fact, ...] = ()
    readings: tuple[Reading, ...] = ()
    parts_used: tuple[Item, ...] = ()
    parts_requested: tuple[Item, ...] = ()
    checklist: tuple[Answer, ...] = ()
    pictures: tuple[Picture, ...] = ()
    pictures_note: str = ""
    signing: Signing | None = None
    remarks: tuple[str, ...] = ()
