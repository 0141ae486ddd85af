"""Service orders, and the history of what happened to them."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Boolean, Date, Integer, Text, Varchar
from piccolo.columns.column_types import JSONB
from piccolo.table import Table

from server.accounts.tables import Company, Reseller, User
from server.customers.tables import Contract, Customer
from server.database.rows import identity, instant, reference, version
from server.equipment.tables import Defect, Equipment


class Technician(Table, tablename="technician"):
    """Who goes; the same people as in ILUX."""

    id = identity()
    reseller_id = reference(Reseller)
    company_id = reference(Company)
    name = Varchar(length=80)
    phone = Varchar(length=30, default="")
    is_active = Boolean(default=True)
    ilux_code = Varchar(length=30, null=True, default=None)


class Carrier(Table, tablename="carrier"):
    """Who delivers."""

    id = identity()
    reseller_id = reference(Reseller)
    name = Varchar(length=80)
    is_own_driver = Boolean(default=False)
    is_active = Boolean(default=True)
    ilux_code = Varchar(length=30, null=True, default=None)


class ChecklistTemplate(Table, tablename="checklist_template"):
    """A list of questions for a kind of work; its versions never change.

    `draft` is what somebody is still writing, as typed (server/checklists/drafts.py); none when null.
    """

    id = identity()
    reseller_id = reference(Reseller)
    name = Varchar(length=80)
    defect_id = reference(Defect, required=False)
    model = Varchar(length=80, default="", help_text="Of the machine; empty is every model.")
    is_active = Boolean(default=True)
    draft = JSONB(null=True, default=None)
    draft_revision = Integer(default=0, help_text="Counts the draft's savings, so that two see each other.")


class ChecklistVersion(Table, tablename="checklist_version"):
    """The questions as they stood when published; `items` as docs/field-sync.md says."""

    id = identity()
    reseller_id = reference(Reseller)
    template_id = reference(ChecklistTemplate)
    name = Varchar(length=80)
    number = Integer(help_text="Counts the template's versions from 1.")
    items = JSONB(default="[]")
    published_at = instant(required=True)
    ver = version()


class ServiceOrder(Table, tablename="service_order"):
    """A call as the customer sees it, an order as the desk does.

    Defect, contract and names are copied when it is opened: it goes on saying what was true then.
    """

    id = identity()
    reseller_id = reference(Reseller)
    company_id = reference(Company)
    customer_id = reference(Customer)
    equipment_id = reference(Equipment, required=False)
    contract_id = reference(Contract, required=False)
    contract_number = Varchar(length=30, default="")
    contract_kind = Varchar(length=10, default="none")
    defect_id = reference(Defect, required=False)
    defect = Varchar(length=120, default="")
    technician_id = reference(Technician, required=False)
    checklist_version_id = reference(ChecklistVersion, required=False)
    return_of_id = UUID(null=True, default=None, help_text="The order that this one returns for.")
    web_number = Integer()
    ilux_number = Varchar(length=20, null=True, default=None)
    status = Varchar(length=1, default="A")
    description = Text(default="")
    requester_name = Varchar(length=80, default="")
    requester_phone = Varchar(length=30, default="")
    notes = Text(default="")
    opened_at = instant(required=True)
    opened_by_id = UUID(null=True, default=None)
    opened_from = Varchar(length=5, default="web")
    dispatched_at = instant()
    scheduled_at = instant()
    due_at = instant()
    revised_due_at = instant()
    paused_due_at = instant()  # what was promised, later by what it waited: server.calendars.pauses
    pending_reason = Varchar(length=20, null=True, default=None)
    cancel_reason = Text(default="")
    diagnosis = Text(default="", help_text="What ILUX's books say; each visit has its own.")
    resolution = Text(default="", help_text="What ILUX's books say; each visit has its own.")
    closed_at = instant(required=False)
    triage_released_at = instant()
    attended_at = instant()  # these two from its visits: server.visits.sums
    completed_visits = Integer(default=0)
    last_change_at = instant(required=True)
    ver = version()


class OrderEvent(Table, tablename="order_event"):
    """One line of an order's history: who changed what, when, from where. Append-only."""

    id = identity()
    reseller_id = reference(Reseller)
    service_order_id = reference(ServiceOrder)
    kind = Varchar(length=30, help_text="opened, status, dispatched, edited, note, parts, part, discrepancy…")
    user_id = UUID(null=True, default=None)
    user_name = Varchar(length=120, default="")
    source = Varchar(length=5, help_text="web, field or ilux.")
    before = JSONB(default="{}")
    after = JSONB(default="{}")
    note = Text(default="")
    is_internal = Boolean(default=False, help_text="The customer does not see it.")
    order_ver = BigInt(default=0, help_text="The order's `ver` that this change was made on.")
    occurred_at = instant(required=True)
    recorded_at = instant(required=True)


class PartRequest(Table, tablename="part_request"):
    """A part that an order waits for."""

    id = identity()
    reseller_id = reference(Reseller)
    service_order_id = reference(ServiceOrder)
    visit_id = UUID(null=True, default=None, index=True)
    part_id = UUID(null=True, default=None)
    description = Varchar(length=200)
    quantity = Integer(default=1)
    note = Text(default="")
    status = Varchar(length=10, default="open")
    requested_at = instant(required=True)
    requested_by_id = UUID(null=True, default=None)
    expected_on = Date(null=True, default=None, help_text="When it is to be there, where it is not in stock.")
    carrier_id = reference(Carrier, required=False)
    tracking_code = Varchar(length=60, default="")
    reason = Text(default="", help_text="Why it was refused.")
    changed_at = instant()
    changed_by_id = reference(User, required=False)
    ver = version()


class Discrepancy(Table, tablename="discrepancy"):
    """Evidence that met a changed order: what the office must look at."""

    id = identity()
    reseller_id = reference(Reseller)
    service_order_id = reference(ServiceOrder)
    visit_id = UUID(null=True, default=None, index=True)
    kind = Varchar(length=40)
    facts = JSONB(default="{}")
    raised_at = instant(required=True)
    accepted_at = instant()
    accepted_by_id = UUID(null=True, default=None)
    acceptance_note = Text(default="")


class SavedFilter(Table, tablename="saved_filter"):
    """A filter of the list that somebody keeps under a name; `query` as in the address."""

    id = identity()
    reseller_id = reference(Reseller)
    user_id = reference(User)
    name = Varchar(length=40)
    query = Varchar(length=1000)
