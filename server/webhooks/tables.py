"""Where events are sent, and each one on its way there."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Integer, Text, Varchar
from piccolo.columns.column_types import JSONB
from piccolo.table import Table

from server.accounts.tables import Reseller, User
from server.database.rows import identity, instant, reference


class WebhookEndpoint(Table, tablename="webhook_endpoint"):
    """An address of the reseller's. Secrets are sealed; the old one signs beside the new one for a day."""

    id = identity()
    reseller_id = reference(Reseller)
    created_by_id = reference(User)
    url = Varchar(length=500)
    description = Varchar(length=120, default="")
    kinds = JSONB(default="[]", help_text="Which events it wants.")
    company_ids = JSONB(default="[]", help_text="Of which companies; none named: all of the creator's.")
    secret = Text(default="", secret=True)
    old_secret = Text(default="", secret=True)
    old_secret_until = instant()
    is_active = Boolean(default=True)
    created_at = instant(required=True)
    failing_since = instant()
    paused_until = instant()
    disabled_at = instant()
    disabled_reason = Varchar(length=200, default="")


class WebhookDelivery(Table, tablename="webhook_delivery"):
    """One event on its way to one endpoint: waiting, sending, sent, dead or withheld.

    Its id is the `webhook-id` of every attempt.
    """

    id = identity()
    reseller_id = reference(Reseller)
    endpoint_id = reference(WebhookEndpoint)
    event_id = UUID(null=True, default=None)
    kind = Varchar(length=40)
    payload = Text(default="")
    state = Varchar(length=10, default="waiting")
    attempts = Integer(default=0)
    due_at = instant(required=True)
    leased_until = instant()
    last_status = Integer(null=True, default=None)
    last_error = Varchar(length=200, default="")
    created_at = instant(required=True)
    ended_at = instant()
