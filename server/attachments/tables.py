"""Files that people add to an order: a picture of the fault, a document that the desk asked for."""

from __future__ import annotations

from piccolo.columns import UUID, Integer, Varchar
from piccolo.table import Table

from server.accounts.tables import Reseller
from server.database.rows import identity, instant, reference
from server.service_orders.tables import ServiceOrder
from server.triage.tables import TriageMessage


class Attachment(Table, tablename="attachment"):
    """One file. Without an order it is its uploader's alone, and swept after a while."""

    id = identity()
    reseller_id = reference(Reseller)
    service_order_id = reference(ServiceOrder, required=False)
    triage_message_id = reference(TriageMessage, required=False)
    name = Varchar(length=120)
    content_type = Varchar(length=40)
    size = Integer(default=0)
    sha256 = Varchar(length=64)
    uploaded_by_id = UUID(null=True, default=None)
    uploaded_by_name = Varchar(length=120)
    uploaded_at = instant(required=True)
