"""Toner and what else a machine uses up, and what customers ask for of it."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Date, Integer, Text, Varchar
from piccolo.columns.column_types import JSONB
from piccolo.table import Table

from server.accounts.tables import Company, Reseller
from server.customers.tables import Contract, Customer
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
    """What a customer asked for at once, for one machine or for a model under a contract."""

    id = identity()
    reseller_id = reference(Reseller)
    company_id = reference(Company)
    customer_id = reference(Customer)
    equipment_id = reference(Equipment, required=False)
    contract_id = reference(Contract, required=False)
    carrier_id = reference(Carrier, required=False)
    web_number = Integer(null=True, default=None)
    ilux_number = Varchar(length=20, default="")
    model = Varchar(length=80, default="", help_text="For a request without a machine.")
    department = Varchar(length=80, default="", help_text="For a request without a machine.")
    install_location = Varchar(length=80, default="", help_text="For a request without a machine.")
    status = Varchar(
        length=10,
        default="pending",
        help_text="pending, reviewed, backorder, released, invoiced, delivered or cancelled.",
    )
    cancel_reason = Text(default="")
    invoice_number = Varchar(length=20, default="")
    invoice_issued_on = Date(null=True, default=None)
    tracking_code = Varchar(length=60, default="")
    note = Text(default="", help_text="What the customer wrote.")
    notes = Text(default="", help_text="What ILUX has beside it; the desk's.")
    mono = Integer(null=True, default=None, help_text="The counter when it was asked for.")
    color = Integer(null=True, default=None)
    warnings = JSONB(default="[]", help_text="What the person was warned of and confirmed.")
    opened_by_id = UUID(null=True, default=None, index=True)
    opened_from = Varchar(length=10, default="ilux")
    requester_name = Varchar(length=80, default="")
    requester_phone = Varchar(length=30, default="")
    requested_at = instant(required=True)
    last_change_at = instant()
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


class SupplyRequestEvent(Table, tablename="supply_request_event"):
    """One line of a request's history: who changed what, when, from where. Append-only."""

    id = identity()
    reseller_id = reference(Reseller)
    supply_request_id = reference(SupplyRequest)
    kind = Varchar(length=20)
    user_id = UUID(null=True, default=None)
    user_name = Varchar(length=120, default="")
    source = Varchar(length=10)
    before = JSONB(default="{}")
    after = JSONB(default="{}")
    note = Text(default="")
    is_internal = Boolean(default=False)
    recorded_at = instant(required=True)
