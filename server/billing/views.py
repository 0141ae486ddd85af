"""What pages show of billing files: frozen, complete, and free of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class BillingFilter:
    """What is `None` or empty does not filter; both days are the first of their month."""

    customer: str = ""
    contract: str = ""
    period_from: date | None = None
    period_until: date | None = None


@dataclass(frozen=True, slots=True)
class FileView:
    """`openings` is how often the customer's people downloaded it."""

    id: UUID
    name: str
    size: int
    pages: int
    doubts: tuple[str, ...]
    withdrawn_at: datetime | None
    withdrawn_by_name: str
    withdrawn_reason: str
    openings: int


@dataclass(frozen=True, slots=True)
class BatchRow:
    id: UUID
    period_on: date
    customer_name: str
    company_name: str
    contract_number: str | None
    note: str
    published_at: datetime
    files: tuple[FileView, ...]


@dataclass(frozen=True, slots=True)
class OpeningView:
    file_name: str
    user_name: str
    opened_at: datetime
    address: str


@dataclass(frozen=True, slots=True)
class RecipientView:
    """Whom the mail went to; `state` is its dispatch's, empty while the worker has not begun."""

    name: str
    email: str
    state: str


@dataclass(frozen=True, slots=True)
class BatchDetail:
    row: BatchRow
    is_mailed: bool
    published_by_name: str
    failures: tuple[tuple[str, str], ...]
    openings: tuple[OpeningView, ...]
    recipients: tuple[RecipientView, ...]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Where its bytes are, and what it is called."""

    id: UUID
    reseller_id: UUID
    name: str
    size: int
