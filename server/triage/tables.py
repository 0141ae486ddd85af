"""The conversation before anybody is sent."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Text, Varchar
from piccolo.table import Table

from server.accounts.tables import Reseller
from server.database.rows import identity, instant, reference, version
from server.service_orders.tables import ServiceOrder


class TriageMessage(Table, tablename="triage_message"):
    """One message between the desk and the customer. Append-only."""

    id = identity()
    reseller_id = reference(Reseller)
    service_order_id = reference(ServiceOrder)
    author_id = UUID(null=True, default=None)
    author_name = Varchar(length=120)
    author_side = Varchar(length=10)
    body = Text()
    created_at = instant(required=True)
    ver = version()


class CannedAnswer(Table, tablename="canned_answer"):
    """What the desk says often, kept by the admin."""

    id = identity()
    reseller_id = reference(Reseller)
    title = Varchar(length=60)
    body = Text()
    is_active = Boolean(default=True)
