"""Toner and what else a machine uses up, and what customers ask for of it."""

from __future__ import annotations

from piccolo.columns import Boolean, Integer, Varchar
from piccolo.table import Table

from server.accounts.tables import Company, Reseller
from server.customers.tables import Customer
from server.database.rows import identity, instant, reference, version
from server.equipment.tables import Equipment
from server.service_orders.tables import Carrier


class Supply(Table, tablename="supply"):
    """One kind of it, from ILUX."""

    id = identity()
    reseller_id = reference(Reseller)
    code = Varchar(length=30)
    name = Varchar(length=120)
    color = Varchar(length=1, null=True, default=None, help_text="K, C, M or Y.")
    page_yield = Integer(null=True, default=None, help_text="Pages that one lasts for.")
    is_active = Boolean(default=True)
    ver = version()


class SupplyRequest(Table, tablename="supply_request"):
    """What a customer asked for at once, until it is invoiced."""

    id = identity()
    reseller_id = reference(Reseller)
    company_id = reference(Company)
    customer_id = reference(Customer)
    equipment_id = reference(Equipment, required=False)
    carrier_id = reference(Carrier, required=False)
    status = Varchar(length=10, default="pending", help_text="pending, reviewed, invoiced or cancelled.")
    invoice_number = Varchar(length=20, default="")
    tracking_code = Varchar(length=60, default="")
    requested_at = instant(required=True)
    is_active = Boolean(default=True)
    ver = version()


class SupplyRequestItem(Table, tablename="supply_request_item"):
    """One line of a request."""

    id = identity()
    reseller_id = reference(Reseller)
    supply_request_id = reference(SupplyRequest)
    supply_id = reference(Supply)
    quantity = Integer(default=1)
    is_active = Boolean(default=True)
