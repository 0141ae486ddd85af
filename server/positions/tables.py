"""How the position of a customer is known, and positions that were proposed instead.

The position itself is the customer's own two columns, which phones and visits read.
"""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, DoublePrecision, Integer, Varchar
from piccolo.columns.column_types import JSONB
from piccolo.table import Table

from server.accounts.tables import Reseller
from server.customers.tables import Customer
from server.database.rows import identity, instant, reference


class CustomerPosition(Table, tablename="customer_position"):
    """One row a customer, from the first time that anybody looked for its place."""

    id = identity()
    reseller_id = reference(Reseller)
    customer_id = reference(Customer)
    source = Varchar(length=10, default="", help_text="geocoder, hand or visits; empty without a position.")
    quality = Varchar(length=10, default="", help_text="house, street or city, where a geocoder says it.")
    precision_m = Integer(null=True, default=None)
    address = Varchar(length=500, default="", help_text="As compared: what the position or answer is for.")
    address_at = instant()
    is_stale = Boolean(default=False, help_text="The address changed after a person had placed it.")
    rough_latitude = DoublePrecision(null=True, default=None)
    rough_longitude = DoublePrecision(null=True, default=None)
    answer = Varchar(length=10, default="", help_text="found, rough, nothing, incomplete or off.")
    ask_at = instant()
    is_urgent = Boolean(default=False, help_text="Somebody at the desk waits for it.")
    placed_at = instant()
    placed_by = Varchar(length=120, default="")


class PositionProposal(Table, tablename="position_proposal"):
    """Another position, and why; a person accepts or rejects it."""

    id = identity()
    reseller_id = reference(Reseller)
    customer_id = reference(Customer)
    source = Varchar(length=10, default="")
    quality = Varchar(length=10, default="")
    precision_m = Integer(null=True, default=None)
    latitude = DoublePrecision()
    longitude = DoublePrecision()
    distance_m = Integer(null=True, default=None, help_text="From the position at that time.")
    visits = Integer(default=0, help_text="How many arrivals agree.")
    points = JSONB(default="[]", help_text="Where the last visits arrived: [[latitude, longitude], …].")
    proposed_at = instant(required=True)
    decision = Varchar(length=10, default="", help_text="accepted, rejected or superseded.")
    decided_at = instant()
    decided_by_id = UUID(null=True, default=None)
