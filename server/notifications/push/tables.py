"""Browsers that a push reaches."""

from __future__ import annotations

from piccolo.columns import UUID, Integer, Text, Varchar
from piccolo.table import Table

from server.accounts.tables import Reseller, User
from server.database.rows import identity, instant, reference


class PushSubscription(Table, tablename="push_subscription"):
    """One browser of one person. It lives as long as the login that made it."""

    id = identity()
    reseller_id = reference(Reseller)
    user_id = reference(User)
    session_id = UUID(index=True)
    client_id = UUID(
        null=True, default=None, index=True, help_text="The field app's installation, if it is one."
    )
    endpoint = Text(unique=True, secret=True, help_text="Whoever knows it and the keys can send there.")
    p256dh = Varchar(length=100, secret=True)
    auth = Varchar(length=40, secret=True)
    device = Varchar(length=60, default="")
    created_at = instant(required=True)
    last_success_at = instant()
    failures = Integer(default=0, help_text="In a row.")
    last_error = Varchar(length=200, default="")
