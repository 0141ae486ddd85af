"""Where a technician's phone last was, while on duty. The tracks themselves are `sync_track_chunk`."""

from __future__ import annotations

from piccolo.columns import UUID, DoublePrecision
from piccolo.table import Table

from server.accounts.tables import Reseller
from server.database.rows import identity, instant, reference
from server.service_orders.tables import Technician


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
