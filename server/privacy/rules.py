"""Which documents there are, whom each is put before, and how long a request may take; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from server.accounts.actor import FIELD_ROLES, Role

# LGPD, article 19: the whole declaration within 15 days.
ANSWER_WITHIN = timedelta(days=15)
EXPORT_KEPT = timedelta(days=7)
LONGEST_TEXT = 60_000


class Kind(StrEnum):
    TERMS = "terms"
    PRIVACY = "privacy"
    CONSENT = "consent"
    LOCATION = "location"
    PUSH = "push"  # asked once, and not any more: a browser's own switch is that choice
    MARKETING = "marketing"


TITLES = {
    Kind.TERMS: "Termos e condições gerais de uso",
    Kind.PRIVACY: "Política de privacidade",
    Kind.CONSENT: "Termo de consentimento para tratamento de dados",
    Kind.LOCATION: "Localização durante o trabalho",
    Kind.MARKETING: "Novidades e ofertas",
}
# Put before everybody until confirmed; the others are free, and refusing them costs nothing.
REQUIRED = (Kind.TERMS, Kind.PRIVACY, Kind.CONSENT)
CHOICES = (Kind.LOCATION, Kind.MARKETING)


class RequestKind(StrEnum):
    EXPORT = "export"
    ERASURE = "erasure"


class RequestState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    DONE = "done"
    REFUSED = "refused"
    HELD = "held"
    CANCELLED = "cancelled"


OPEN_STATES = frozenset({RequestState.ASKED, RequestState.APPROVED})
REQUEST_NAMES = {RequestKind.EXPORT: "Cópia dos dados", RequestKind.ERASURE: "Remoção dos dados"}
STATE_NAMES = {
    RequestState.ASKED: "Aguardando",
    RequestState.APPROVED: "Aprovada",
    RequestState.DONE: "Concluída",
    RequestState.REFUSED: "Recusada",
    RequestState.HELD: "Retida por lei",
    RequestState.CANCELLED: "Cancelada",
}
# LGPD, article 16: why data may stay although their owner wants them gone.
HOLD_REASONS = {
    "law": "Obrigação legal ou regulatória (documentos fiscais, registros de acesso)",
    "rights": "Exercício regular de direitos em processo judicial, administrativo ou arbitral",
    "contract": "Contrato em execução com a pessoa ou a empresa dela",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A document with the version that counts today."""

    id: UUID
    kind: Kind
    title: str
    version_id: UUID
    number: int
    sha256: str
    text: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """The newest answer of one person to one document."""

    document_id: UUID
    sha256: str
    is_granted: bool
    at: datetime


def hash_of_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def tidy_text(text: str) -> str:
    """The same words give the same hash: line ends and blanks at them do not make another text."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(lines).strip() + "\n"


def choices_for(role: Role) -> tuple[Kind, ...]:
    """Only who works in the field is asked about positions."""
    return CHOICES if role in FIELD_ROLES else tuple(kind for kind in CHOICES if kind is not Kind.LOCATION)


def open_documents(documents: Iterable[Document], answers: Mapping[UUID, Answer]) -> list[Document]:
    """The required ones whose text of today this person has not confirmed."""
    order = {kind: place for place, kind in enumerate(REQUIRED)}
    return sorted(
        (one for one in documents if one.kind in order and not is_granted(one, answers.get(one.id))),
        key=lambda one: order[one.kind],
    )


def is_granted(document: Document, answer: Answer | None) -> bool:
    """Yes to this very text: a yes to another one says nothing of it."""
    return answer is not None and answer.is_granted and answer.sha256 == document.sha256


def is_refused(document: Document, answer: Answer | None) -> bool:
    return answer is not None and not answer.is_granted and answer.sha256 == document.sha256


def is_overdue(state: RequestState, due_at: datetime, now: datetime) -> bool:
    return state in OPEN_STATES and now > due_at


def days_left(due_at: datetime, now: datetime) -> int:
    """Whole days until the deadline; negative when it is past."""
    return (due_at - now) // timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a text as it is shown: a heading, a paragraph or a list."""

    kind: str
    lines: tuple[str, ...]


def blocks_of(text: str) -> list[Block]:
    """`# ` and `## ` are headings, lines with `- ` a list, the rest paragraphs between blank lines."""
    found = []
    for part in text.strip().split("\n\n"):
        lines = tuple(line.strip() for line in part.strip().split("\n") if line.strip())
        if not lines:
            continue
        if lines[0].startswith("#"):
            found.append(Block("heading", (lines[0].lstrip("# "),)))
            lines = lines[1:]
        if lines and all(line.startswith("- ") for line in lines):
            found.append(Block("list", tuple(line[2:] for line in lines)))
        elif lines:
            found.append(Block("text", lines))
    return found
