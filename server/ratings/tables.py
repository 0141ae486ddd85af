"""What customers think of a visit."""

from __future__ import annotations

from piccolo.columns import Text, Varchar
from piccolo.table import Table

from server.accounts.tables import Reseller, User
from server.database.rows import identity, instant, reference
from server.service_orders.tables import ServiceOrder
from server.visits.tables import Visit


class Rating(Table, tablename="rating"):
    """One a visit, by who opened the order; no `grade` when that person would rather not say."""

    id = identity()
    reseller_id = reference(Reseller)
    service_order_id = reference(ServiceOrder)
    visit_id = reference(Visit)
    user_id = reference(User)
    user_name = Varchar(length=120)
    grade = Varchar(length=12, null=True, default=None)
    comment = Text(default="")
    rated_at = instant(required=True)
