"""What stands on a proof of delivery: texts as a person reads them, in the order of reading."""

from __future__ import annotations

from dataclasses import dataclass

from server.printing.document import Fact, Letterhead, Picture


@dataclass(frozen=True, slots=True)
class ProofDocument:
    """`event` are the fields of the NF-e's event, by its own names; `signature` the file's name, or empty."""

    title: str
    number: str
    subtitle: str
    issued_at: str
    letterhead: Letterhead
    invoice: tuple[Fact, ...]
    customer: tuple[Fact, ...]
    receipt: tuple[Fact, ...]
    event: tuple[Fact, ...]
    pictures: tuple[Picture, ...] = ()
    pictures_note: str = ""
    signature: str = ""
    receiver: str = ""
    attempts: tuple[Fact, ...] = ()
    remarks: tuple[str, ...] = ()
