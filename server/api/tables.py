"""Tokens of programs, and what each asked to be made once."""

from __future__ import annotations

from piccolo.columns import UUID, Varchar
from piccolo.columns.column_types import JSONB
from piccolo.table import Table

from server.accounts.tables import Reseller, User
from server.database.rows import identity, instant, reference


class ApiToken(Table, tablename="api_token"):
    """A program's key: the row has its SHA-256 and its last letters. It reaches no more than its creator."""

    id = identity()
    reseller_id = reference(Reseller)
    created_by_id = reference(User)
    name = Varchar(length=60)
    token_hash = Varchar(length=64, unique=True, secret=True)
    ending = Varchar(length=4, default="")
    scopes = JSONB(default="[]")
    reach = Varchar(length=10, default="companies", help_text="companies or customers.")
    reach_ids = JSONB(default="[]", help_text="Which of them; no company named: all of the creator's.")
    created_at = instant(required=True)
    expires_at = instant(required=True)
    last_used_at = instant()
    last_used_from = Varchar(length=64, default="")
    revoked_at = instant()


class ApiRequest(Table, tablename="api_request"):
    """What an `Idempotency-Key` stands for: the request's fingerprint, and the row that was made of it."""

    id = identity()
    reseller_id = reference(Reseller)
    api_token_id = reference(ApiToken)
    key = Varchar(length=100)
    fingerprint = Varchar(length=64)
    made_id = UUID()
    made_at = instant(required=True)
