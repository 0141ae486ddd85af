"""Documents with their versions, answers to them, and requests about a person's data."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Integer, Text, Varchar
from piccolo.table import Table

from server.accounts.tables import Reseller, User
from server.database.rows import identity, instant, reference


class PolicyDocument(Table, tablename="policy_document"):
    """One of the documents of `Kind`; `current_id` is the version that people are asked about."""

    id = identity()
    reseller_id = reference(Reseller)
    kind = Varchar(length=20)
    title = Varchar(length=120)
    current_id = UUID(null=True, default=None)


class PolicyVersion(Table, tablename="policy_version"):
    """A text with its SHA-256. A draft until it is published, and never changed after."""

    id = identity()
    reseller_id = reference(Reseller)
    document_id = reference(PolicyDocument)
    number = Integer()
    text = Text(default="")
    sha256 = Varchar(length=64)
    written_at = instant(required=True)
    written_by_id = UUID(null=True, default=None)
    published_at = instant()


class Consent(Table, tablename="consent"):
    """What somebody answered to a text, when and from where. Append-only: the newest counts."""

    id = identity()
    reseller_id = reference(Reseller)
    user_id = reference(User)
    document_id = reference(PolicyDocument)
    version_id = reference(PolicyVersion)
    sha256 = Varchar(length=64)
    is_granted = Boolean(default=False)
    address = Varchar(length=64, default="")
    user_agent = Varchar(length=300, default="")
    at = instant(required=True)


class DataRequest(Table, tablename="data_request"):
    """Somebody wants a copy of a person's data, or that person forgotten."""

    id = identity()
    reseller_id = reference(Reseller)
    user_id = reference(User)
    asked_by_id = reference(User)
    kind = Varchar(length=10)
    state = Varchar(length=10, default="asked")
    asked_at = instant(required=True)
    due_at = instant(required=True)
    decided_at = instant()
    decided_by_id = UUID(null=True, default=None)
    reason = Text(default="")
    done_at = instant()
    file_path = Varchar(length=200, default="")
    file_size = Integer(default=0)
    expires_at = instant()
