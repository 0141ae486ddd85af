"""Where a technician's phone last was, and who is shown it. The tracks themselves are `sync_track_chunk`."""

from __future__ import annotations

from piccolo.columns import UUID, DoublePrecision, Integer, Varchar
from piccolo.table import Table

from server.accounts.tables import Reseller
from server.database.rows import identity, instant, reference
from server.service_orders.tables import Technician
from server.visits.tables import Visit


class LastPosition(Table, tablename="last_position"):
    """The newest fix of one technician."""

    id = identity()
    reseller_id = reference(Reseller)
    technician_id = reference(Technician)
    visit_id = UUID(null=True, default=None)
    latitude = DoublePrecision()
    longitude = DoublePrecision()
    accuracy_m = DoublePrecision(null=True, default=None)
    fixed_at = instant(required=True)
    received_at = instant(required=True)


class TrackingPolicy(Table, tablename="tracking_policy"):
    """How a reseller follows its technicians; one row at most."""

    id = identity()
    reseller_id = reference(Reseller)
    silent_minutes = Integer(default=5, help_text="Of a travelling phone, until its silence is told.")
    keep_days = Integer(default=90, help_text="Until a track is thinned to the line of its way.")


class ApproachLink(Table, tablename="approach_link"):
    """By which a customer sees a technician come: of one travel, and over at its arrival."""

    id = identity()
    reseller_id = reference(Reseller)
    visit_id = reference(Visit)
    token_hash = Varchar(length=64, unique=True, secret=True)
    created_at = instant(required=True)
    created_by_id = UUID(null=True, default=None, help_text="Nobody: the travel's start made it.")
    expires_at = instant(required=True)
    revoked_at = instant()
