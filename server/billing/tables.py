"""Billing files (faturas, boletos, demonstrativos): what was published for whom, and who opened it."""

from __future__ import annotations

from piccolo.columns import Boolean, Date, Integer, Text, Varchar
from piccolo.columns.column_types import JSONB
from piccolo.table import Table

from server.accounts.tables import Company, Reseller, User
from server.customers.tables import Contract, Customer
from server.database.rows import identity, instant, reference


class BillingBatch(Table, tablename="billing_batch"):
    """What was published at once: some files of one customer for one month."""

    id = identity()
    reseller_id = reference(Reseller)
    company_id = reference(Company)
    customer_id = reference(Customer)
    contract_id = reference(Contract, required=False)
    period_on = Date(help_text="The first day of its month.")
    note = Text(default="")
    is_mailed = Boolean(default=False)
    failures = JSONB(default="[]", help_text="Names of the files that did not go in, and why.")
    published_by_id = reference(User)
    published_by_name = Varchar(length=120, default="")
    published_at = instant(required=True)


class BillingFile(Table, tablename="billing_file"):
    """One PDF. A withdrawn one stays as a row: somebody may have opened it."""

    id = identity()
    reseller_id = reference(Reseller)
    billing_batch_id = reference(BillingBatch)
    name = Varchar(length=120)
    sha256 = Varchar(length=64)
    size = Integer()
    pages = Integer()
    doubts = JSONB(default="[]", help_text="What spoke for another customer, and was confirmed.")
    withdrawn_at = instant()
    withdrawn_by_name = Varchar(length=120, default="")
    withdrawn_reason = Varchar(length=200, default="")


class BillingOpening(Table, tablename="billing_opening"):
    """Who downloaded which file, when, from where. Append-only."""

    id = identity()
    reseller_id = reference(Reseller)
    billing_file_id = reference(BillingFile)
    user_id = reference(User)
    user_name = Varchar(length=120, default="")
    opened_at = instant(required=True)
    address = Varchar(length=64, default="")
