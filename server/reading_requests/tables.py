"""Whom a reseller asks for readings, what was asked of a month, and which machine was answered for."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Date, Integer, Varchar
from piccolo.columns.column_types import JSONB
from piccolo.table import Table

from server.accounts.tables import Reseller
from server.customers.tables import Customer
from server.database.rows import identity, instant, reference
from server.equipment.tables import Equipment
from server.reading_requests.rules import DEFAULT_DAY, DEFAULT_REMINDER_DAYS


class ReadingSchedule(Table, tablename="reading_schedule"):
    """When a customer is asked, if at all; one row a customer."""

    id = identity()
    reseller_id = reference(Reseller)
    customer_id = reference(Customer)
    is_on = Boolean(default=False)
    day_of_month = Integer(default=DEFAULT_DAY)
    remind_after_days = Integer(default=DEFAULT_REMINDER_DAYS)


class ReadingRequest(Table, tablename="reading_request"):
    """What one customer was asked for one month; one row a customer and month."""

    id = identity()
    reseller_id = reference(Reseller)
    customer_id = reference(Customer)
    month_on = Date(help_text="The first day of the month.")
    token_hash = Varchar(length=64, secret=True)
    recipients = JSONB(default="[]", help_text="Ids of users; nobody's: the customer's own address.")
    asked_at = instant(required=True)
    remind_at = instant()
    reminded_at = instant()
    expires_at = instant(required=True)
    completed_at = instant()
    revoked_at = instant()


class ReadingRequestItem(Table, tablename="reading_request_item"):
    """One machine of a request, and the reading that answered for it; answered once."""

    id = identity()
    reseller_id = reference(Reseller)
    reading_request_id = reference(ReadingRequest)
    equipment_id = reference(Equipment)
    meter_reading_id = UUID(null=True, default=None)
    answered_at = instant()
    photo_type = Varchar(length=40, default="", help_text="Of the picture of the counter; empty without one.")
