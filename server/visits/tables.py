"""Visits and their evidence: what a technician recorded in the field."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Boolean, DoublePrecision, Integer, Text, Varchar
from piccolo.columns.column_types import JSONB
from piccolo.table import Table

from server.accounts.tables import Reseller
from server.database.rows import identity, instant, reference, version
from server.service_orders.tables import ServiceOrder, Technician


class Visit(Table, tablename="visit"):
    """One technician, one order, one trip."""

    id = identity()
    reseller_id = reference(Reseller)
    service_order_id = reference(ServiceOrder)
    technician_id = reference(Technician)
    technician_name = Varchar(length=80, default="")
    equipment_id = UUID(null=True, default=None, index=True)
    client_id = UUID(null=True, default=None, help_text="The installation that recorded it.")
    state = Varchar(length=15, default="selected")
    is_primary = Boolean(default=False, help_text="The visit that completed its order.")
    outcome = Varchar(length=10, null=True, default=None)
    diagnosis = Text(default="")
    resolution = Text(default="")
    pending_reason = Varchar(length=20, null=True, default=None)
    pending_note = Text(default="")
    checklist_version_id = UUID(null=True, default=None)
    checklist_answers = JSONB(default="{}")
    started_at = instant(required=True)
    travel_started_at = instant()
    arrived_at = instant()
    work_started_at = instant()
    work_finished_at = instant()
    ended_at = instant()
    received_at = instant()
    ilux_at = instant()
    distance_km = DoublePrecision(null=True, default=None)
    distance_method = Varchar(length=20, default="")
    travel_minutes = Integer(null=True, default=None)
    arrival_distance_m = Integer(null=True, default=None)
    signed_content = Text(default="")
    content_hash = Varchar(length=64, default="")
    ver = version()


class VisitEvent(Table, tablename="visit_event"):
    """One fact of the timeline, with the device's clock and the server's. Append-only."""

    id = identity()
    reseller_id = reference(Reseller)
    visit_id = reference(Visit)
    kind = Varchar(length=20)
    occurred_at = instant(required=True)
    received_at = instant(required=True)
    clock_offset_ms = BigInt(null=True, default=None, help_text="Server clock minus device clock when sent.")
    mono_ms = BigInt(null=True, default=None)
    boot_id = UUID(null=True, default=None)
    client_seq = BigInt(null=True, default=None)
    latitude = DoublePrecision(null=True, default=None)
    longitude = DoublePrecision(null=True, default=None)
    accuracy_m = DoublePrecision(null=True, default=None)
    note = Text(default="")


class PartUsage(Table, tablename="part_usage"):
    """A part that was put into a machine."""

    id = identity()
    reseller_id = reference(Reseller)
    visit_id = reference(Visit)
    part_id = UUID(null=True, default=None)
    description = Varchar(length=200)
    quantity = Integer(default=1)


class Photo(Table, tablename="photo"):
    """A picture that a visit names by hash; its file may arrive later."""

    id = identity()
    reseller_id = reference(Reseller)
    visit_id = reference(Visit)
    sha256 = Varchar(length=64, index=True)
    size = Integer()
    content_type = Varchar(length=40)
    width = Integer(null=True, default=None)
    height = Integer(null=True, default=None)
    slot = Varchar(length=10, default="other")
    caption = Varchar(length=200, default="")
    question_key = Varchar(length=40, default="", help_text="Of the checklist's question that it answers.")
    taken_at = instant(required=True)
    file_at = instant()
    withdrawn_at = instant()
    withdrawn_reason = Varchar(length=200, default="")


class Signature(Table, tablename="signature"):
    """Who signed what: strokes, image and the hash of the content that was on the screen."""

    id = identity()
    reseller_id = reference(Reseller)
    visit_id = reference(Visit)
    signer_name = Varchar(length=120, default="")
    signer_document = Varchar(length=20, default="")
    refused_reason = Varchar(length=200, default="")
    strokes = JSONB(default="[]")
    sha256 = Varchar(length=64, default="", index=True)
    size = Integer(default=0)
    content_hash = Varchar(length=64, default="")
    signed_at = instant(required=True)
    file_at = instant()
