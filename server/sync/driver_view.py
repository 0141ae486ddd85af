"""Which rows a driver's phone sees: one statement for both databases (docs/field-sync.md, "Deliveries").

Pending invoices of the carrier, and those of this person's own deliveries of the last days, wherever the
office has put them since. `since` is cut to the hour, as the technician's is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from offline_sync.engine.pull import Seen
from offline_sync.ports import Connection
from server.sync.technician_view import KEPT_AFTER_END, this_hour

# A carrier with more to deliver than a phone can list has its newest ones on it.
INVOICES = 500

# $1 user, $2 carrier, $3 since, $4 reseller
VIEW = f"""
with pending as (
    select id, ver, customer_id from invoice
    where carrier_id = $2 and delivery_status = 'pending' and is_active
    order by issued_at desc, id desc limit {INVOICES}
), own as (
    select distinct invoice_id as id from delivery where user_id = $1 and estimated_at > $3
), mine as (
    select id, ver, customer_id from pending
    union
    select id, ver, customer_id from invoice where id in (select id from own)
), attempts as (
    select id, ver from delivery where carrier_id = $2 and invoice_id in (select id from mine)
    union
    select id, ver from delivery where user_id = $1 and estimated_at > $3
)
select 'me' as kind, id, ver from app_user where id = $1
union all
select 'delivery_policy', id, ver from delivery_policy where reseller_id = $4
union all
select 'invoice', id, ver from mine
union all
select 'customer', id, ver from customer where id in (select customer_id from mine)
union all
select 'delivery', id, ver from attempts
union all
select 'file_receipt', id, 1 from sync_file where reseller_id = $4 and sha256 in (
    select sha256 from delivery_file where delivery_id in (select id from attempts)
)
"""

_AS_TEXT = {
    "sqlite": f"select kind, '' || id, +ver from ({VIEW})",
    "postgres": f"select kind, id::text, ver from ({VIEW}) as seen (kind, id, ver)",
}


async def driver_rows(
    conn: Connection, dialect: str, *, user_id: UUID, carrier_id: UUID, reseller_id: UUID, now: datetime
) -> Sequence[Seen]:
    since = this_hour(now) - KEPT_AFTER_END
    rows = await conn.fetch(_AS_TEXT[dialect], user_id, carrier_id, since, reseller_id)
    return [Seen(*row) for row in rows]
