"""Invoices (NF-e), what drivers recorded of them, and what a reseller asks of a proof."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Boolean, DoublePrecision, Integer, Numeric, Text, Varchar
from piccolo.columns.column_types import JSONB
from piccolo.table import Table

from server.accounts.tables import Company, Reseller, User
from server.customers.tables import Customer
from server.database.rows import identity, instant, reference, version
from server.service_orders.tables import Carrier


class Invoice(Table, tablename="invoice"):
    """An authorised invoice, from ILUX; its carrier delivers it. `last_outcome` is the portal's own."""

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
    volumes = Integer(null=True, default=None)
    notes = Text(default="", help_text="What the office wants the driver to know.")
    tracking_code = Varchar(length=60, default="")
    delivery_status = Varchar(length=10, default="pending", help_text="pending or delivered.")
    delivered_at = instant()
    received_by = Varchar(length=60, default="")
    last_outcome = Varchar(length=15, default="", help_text="Of the newest attempt that stands.")
    is_active = Boolean(default=True)
    ver = version()


class Delivery(Table, tablename="delivery"):
    """One attempt to deliver an invoice: delivered, in part, or not, with its proof."""

    id = identity()
    reseller_id = reference(Reseller)
    invoice_id = reference(Invoice)
    carrier_id = reference(Carrier)
    user_id = reference(User)
    driver_name = Varchar(length=120, default="")
    client_id = UUID(null=True, default=None, help_text="The installation that recorded it.")
    client_seq = BigInt(null=True, default=None)
    outcome = Varchar(length=15)
    is_primary = Boolean(default=False, help_text="The one that delivered its invoice.")
    reason = Varchar(length=20, default="")
    note = Text(default="")
    receiver_name = Varchar(length=60, default="")
    receiver_document = Varchar(length=20, default="")
    happened_at = instant(required=True)
    utc_offset_minutes = Integer(default=0, help_text="Of the phone's time zone at that moment.")
    occurred_at = instant(required=True)
    estimated_at = instant(required=True)
    received_at = instant(required=True)
    clock_offset_ms = BigInt(null=True, default=None, help_text="Server clock minus device clock when sent.")
    latitude = DoublePrecision(null=True, default=None)
    longitude = DoublePrecision(null=True, default=None)
    accuracy_m = DoublePrecision(null=True, default=None)
    proof_sha256 = Varchar(length=64, default="", help_text="The image that proof_hash is taken of.")
    proof_hash = Varchar(length=28, default="", help_text="hashComprovante of the NF-e's event 110130.")
    proof_hash_at = instant()
    withdrawn_at = instant()
    withdrawn_reason = Varchar(length=200, default="")
    ilux_at = instant()
    ver = version()


class DeliveryFile(Table, tablename="delivery_file"):
    """A signature or a photo that a delivery names by hash; its file may arrive later."""

    id = identity()
    reseller_id = reference(Reseller)
    delivery_id = reference(Delivery)
    kind = Varchar(length=10, help_text="signature or photo.")
    sha256 = Varchar(length=64)
    size = Integer()
    content_type = Varchar(length=40)
    width = Integer(null=True, default=None)
    height = Integer(null=True, default=None)
    strokes = JSONB(default="[]")
    taken_at = instant(required=True)
    file_at = instant()


class DeliveryDiscrepancy(Table, tablename="delivery_discrepancy"):
    """A delivery that met a changed invoice, or that does not hold what was asked for."""

    id = identity()
    reseller_id = reference(Reseller)
    delivery_id = reference(Delivery)
    kind = Varchar(length=40)
    facts = JSONB(default="{}")
    raised_at = instant(required=True)
    accepted_at = instant()
    accepted_by_id = UUID(null=True, default=None)
    acceptance_note = Text(default="")


class DeliveryPolicy(Table, tablename="delivery_policy"):
    """What a reseller asks of a proof beside the receiver's name and the time; one row at most."""

    id = identity()
    reseller_id = reference(Reseller)
    is_document_required = Boolean(default=False)
    is_signature_required = Boolean(default=False)
    is_photo_required = Boolean(default=False)
    is_position_required = Boolean(default=False)
    due_days = Integer(default=3, help_text="From the issue of an invoice until it counts as late.")
    ver = version()
