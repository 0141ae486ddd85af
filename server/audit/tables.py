"""Who did what of consequence: logins, denials, changes of rights, revocations. Append-only."""

from __future__ import annotations

from piccolo.columns import UUID, Varchar
from piccolo.columns.column_types import JSONB
from piccolo.table import Table

from server.database.rows import identity, instant


class AuditEntry(Table, tablename="audit_entry"):
    """One act; `reseller_id` is empty for the platform's own."""

    id = identity()
    reseller_id = UUID(null=True, default=None, index=True)
    user_id = UUID(null=True, default=None)
    action = Varchar(length=60)
    subject_kind = Varchar(length=40, default="")
    subject_id = UUID(null=True, default=None)
    facts = JSONB(default="{}")
    address = Varchar(length=64, default="")
    at = instant(required=True)
