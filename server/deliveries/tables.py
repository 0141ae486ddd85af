"""Invoices (NF-e) and whether what they name has arrived."""

from __future__ import annotations

from piccolo.columns import Boolean, Numeric, Varchar
from piccolo.table import Table

from server.accounts.tables import Company, Reseller
from server.customers.tables import Customer
from server.database.rows import identity, instant, reference, version
from server.service_orders.tables import Carrier


class Invoice(Table, tablename="invoice"):
    """An authorised invoice, from ILUX; its carrier delivers it."""

    id = identity()
    reseller_id = reference(Reseller)
    company_id = reference(Company)
    customer_id = reference(Customer)
    carrier_id = reference(Carrier, required=False)
    number = Varchar(length=20)
    series = Varchar(length=5, default="")
    access_key = Varchar(length=44, default="")
    issued_at = instant()
    total = Numeric(digits=(15, 2), null=True, default=None)
    tracking_code = Varchar(length=60, default="")
    delivery_status = Varchar(length=10, default="pending", help_text="pending or delivered.")
    delivered_at = instant()
    received_by = Varchar(length=60, default="")
    is_active = Boolean(default=True)
    ver = version()
