"""Which rows a technician's phone sees: one statement for SQLite and PostgreSQL (docs/field-sync.md, "Rows").

Everything hangs on the technician's orders and visits; each further kind is reached from those few rows by
an index. `since` is cut to the hour, so that the view is a function of the database and the hour, which is
what the pulse says.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from offline_sync.engine.pull import Seen
from offline_sync.ports import Connection, Reader

KEPT_AFTER_END = timedelta(days=3)
MACHINES_A_CUSTOMER = 30
PARTS = 60
LAST = 3  # readings and visits of each machine
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

# $1 user, $2 technician, $3 since, $4 reseller, $5 long ago
VIEW = f"""
with visits as (
    select id, ver, service_order_id from visit where technician_id = $2 and ended_at is null
    union all
    select id, ver, service_order_id from visit where technician_id = $2 and ended_at > $3
), mine as (
    select id, ver, customer_id, equipment_id, checklist_version_id from service_order
    where technician_id = $2 and status in ('E', 'M', 'P', 'L', 'S')
    union
    select id, ver, customer_id, equipment_id, checklist_version_id from service_order
    where id in (select service_order_id from visits)
), customers as (
    select distinct customer_id as id from mine
), machines as (
    select named.id,
        (select read_at from meter_reading where equipment_id = named.id
            order by read_at desc limit 1 offset {LAST - 1}) as readings_since,
        (select ended_at from visit where equipment_id = named.id and state = 'completed'
            order by ended_at desc limit 1 offset {LAST - 1}) as visits_since
    from (select distinct equipment_id as id from mine where equipment_id is not null) named
)
select 'me' as kind, id, ver from app_user where id = $1
union all
select 'order', id, ver from mine
union all
select 'visit', id, ver from visits
union all
select 'customer', id, ver from customer where id in (select id from customers)
union all
select 'equipment', id, ver from (
    select id, ver from equipment where id in (select id from machines)
    union
    select id, ver from (
        select id, ver, row_number() over (partition by customer_id order by id) as place
        from equipment where customer_id in (select id from customers) and is_active
    ) others where place <= {MACHINES_A_CUSTOMER}
) machines_at_customers
union all
select 'meter_reading', reading.id, reading.ver from machines
    join meter_reading reading on reading.equipment_id = machines.id
    and reading.read_at >= coalesce(machines.readings_since, $5)
union all
select 'past_visit', past.id, past.ver from machines
    join visit past on past.equipment_id = machines.id and past.state = 'completed'
    and past.ended_at >= coalesce(machines.visits_since, $5)
union all
select 'triage_message', id, ver from triage_message where service_order_id in (select id from mine)
union all
select 'part_request', id, ver from part_request where service_order_id in (select id from mine)
union all
select 'checklist', id, ver from checklist_version where id in (select checklist_version_id from mine)
union all
select 'part', id, ver from (
    select id, ver from part where reseller_id = $4 and is_active = true
    order by use_count desc, id limit {PARTS}
) most_used
union all
select 'file_receipt', id, 1 from sync_file where reseller_id = $4 and sha256 in (
    select sha256 from photo where visit_id in (select id from visits)
    union
    select sha256 from signature where visit_id in (select id from visits)
)
"""

# As texts and plain numbers: a declared type would be converted in Python, value by value.
_AS_TEXT = {
    "sqlite": f"select kind, '' || id, +ver from ({VIEW})",
    "postgres": f"select kind, id::text, ver from ({VIEW}) as seen (kind, id, ver)",
}


async def technician_rows(
    conn: Connection, dialect: str, *, user_id: UUID, technician_id: UUID, reseller_id: UUID, now: datetime
) -> Sequence[Seen]:
    since = this_hour(now) - KEPT_AFTER_END
    rows = await conn.fetch(_AS_TEXT[dialect], user_id, technician_id, since, reseller_id, _LONG_AGO)
    return [Seen(*row) for row in rows]


async def own_row(conn: Connection, user_id: UUID) -> Sequence[Seen]:
    """All that a person of another role sees."""
    rows = await conn.fetch("select ver from app_user where id = $1", user_id)
    return [Seen("me", str(user_id), ver) for (ver,) in rows]


async def pulse(conn: Reader, reseller_id: UUID, now: datetime) -> str:
    """Moves with every write of the reseller's synced rows, and with the hour."""
    rows = await conn.fetch("select n from sync_pulse where reseller_id = $1", reseller_id)
    return f"{rows[0][0] if rows else 0}.{this_hour(now):%Y%m%d%H}"


def this_hour(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
