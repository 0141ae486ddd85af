"""Work that a transaction leaves for the worker: mails, distances, whatever may fail and be repeated."""

from __future__ import annotations

from piccolo.columns import UUID, Integer, Text, Varchar
from piccolo.columns.column_types import JSONB
from piccolo.table import Table

from server.database.rows import identity, instant


class Job(Table, tablename="job"):
    """One piece of work: waiting, running, done or dead. Asking again with the `dedupe_key` of a waiting one
    adds nothing."""

    id = identity()
    reseller_id = UUID(null=True, default=None, index=True)
    kind = Varchar(length=40)
    payload = JSONB(default="{}")
    dedupe_key = Varchar(length=120, null=True, default=None)
    state = Varchar(length=10, default="waiting")
    attempts = Integer(default=0)
    run_at = instant(required=True)
    leased_until = instant()
    created_at = instant(required=True)
    finished_at = instant()
    last_error = Text(default="")
