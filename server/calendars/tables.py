"""When a reseller works, what it promises, and what each order was promised by."""

from __future__ import annotations

from piccolo.columns import Boolean, Date, Integer, Varchar
from piccolo.columns.column_types import JSONB
from piccolo.table import Table

from server.accounts.tables import Company, Reseller
from server.database.rows import identity, instant, reference
from server.service_orders.tables import ServiceOrder


class Calendar(Table, tablename="calendar"):
    """One a reseller; without it, or without hours for a kind of contract, nothing is promised."""

    id = identity()
    reseller_id = reference(Reseller)
    week = JSONB(default="[]", help_text='Monday first: [[["08:30", "12:00"], ["13:30", "17:30"]], …].')
    has_state_holidays = Boolean(default=True)
    has_optional_holidays = Boolean(default=False, help_text="Carnaval, Corpus Christi…")
    full_minutes = Integer(null=True, default=None)
    light_minutes = Integer(null=True, default=None)
    none_minutes = Integer(null=True, default=None)
    visit_minutes = Integer(default=90, help_text="What a visit takes with the way to it: for the agenda.")


class CalendarHoliday(Table, tablename="calendar_holiday"):
    """A day on which nobody works: the town's, or the reseller's own; of one company or of all."""

    id = identity()
    reseller_id = reference(Reseller)
    company_id = reference(Company, required=False)
    held_on = Date()
    name = Varchar(length=80, default="")
    is_yearly = Boolean(default=False)


class OrderPromise(Table, tablename="order_promise"):
    """The calendar as it stood when the order was opened: it goes on explaining the promised time."""

    id = identity()
    reseller_id = reference(Reseller)
    service_order_id = reference(ServiceOrder)
    minutes = Integer()
    due_at = instant(required=True)
    calendar = JSONB(default="{}", help_text="Zone, week, and the holidays of the following year.")
