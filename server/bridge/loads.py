"""A whole load: begun, then every row that ILUX has, then ended, which retires what it did not name.

What changes in ILUX meanwhile comes as single rows; they count as named, or the end would retire what was
made during the load.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from server.bridge import request_rewinds, rewinds
from server.bridge.notices import tell_monitor
from server.bridge.problems import LOAD_UNKNOWN
from server.bridge.retirement import retire_rows
from server.database import Transaction, bulk
from server.problems import Problem


async def open_load(tx: Transaction, reseller_id: UUID) -> UUID | None:
    """The load that is under way."""
    rows = await tx.fetch(
        "select id from ilux_load where reseller_id = $1 and ended_at is null order by begun_at desc limit 1",
        reseller_id,
    )
    return rows[0][0] if rows else None


async def begin(
    tx: Transaction,
    reseller_id: UUID,
    load_id: UUID,
    entities: Sequence[str],
    now: datetime,
    *,
    is_rewound: bool = False,
) -> None:
    """One that was given up is closed without retiring anything. The same again changes nothing.

    `is_rewound` is for a base that was restored from an older copy.
    """
    known = await tx.fetch("select 1 from ilux_load where id = $1 and reseller_id = $2", load_id, reseller_id)
    if known:
        return
    await tx.execute(
        "update ilux_load set ended_at = $2 where reseller_id = $1 and ended_at is null", reseller_id, now
    )
    await tx.execute(
        "insert into ilux_load (id, reseller_id, entities, begun_at, is_rewound) values ($1, $2, $3, $4, $5)",
        load_id,
        reseller_id,
        msgspec.json.encode(list(entities)).decode(),
        now,
        is_rewound,
    )
    if is_rewound:
        await rewinds.ask_again(tx, reseller_id, now)
    await tell_monitor(reseller_id)


async def is_rewound(tx: Transaction, load_id: UUID) -> bool:
    rows = await tx.fetch("select is_rewound from ilux_load where id = $1", load_id)
    return bool(rows and rows[0][0])


async def end(
    tx: Transaction, reseller_id: UUID, load_id: UUID, entities: Sequence[str], now: datetime
) -> int:
    """How many rows were retired. Raises `load_unknown` for one that was not begun, or was given up."""
    rows = await tx.fetch(
        "select ended_at, retired, is_rewound from ilux_load where id = $1 and reseller_id = $2",
        load_id,
        reseller_id,
    )
    if not rows:
        raise Problem(LOAD_UNKNOWN)
    ended_at, retired, is_rewound = rows[0]
    if ended_at is not None:
        return int(retired)
    count = 0
    for entity in entities:
        unnamed = await tx.fetch(
            "select row_id from ilux_link where reseller_id = $1 and entity = $2 and retired_at is null"
            " and (load_id is null or load_id <> $3)",
            reseller_id,
            entity,
            load_id,
        )
        gone = [row_id for (row_id,) in unnamed]
        await (_lose if is_rewound else _retire)(tx, reseller_id, entity, gone, now)
        await tx.execute(
            "delete from ilux_refusal where reseller_id = $1 and entity = $2"
            " and (load_id is null or load_id <> $3)",
            reseller_id,
            entity,
            load_id,
        )
        count += len(unnamed)
    await tx.execute("update ilux_load set ended_at = $2, retired = $3 where id = $1", load_id, now, count)
    await tell_monitor(reseller_id)
    return count


async def _retire(
    tx: Transaction, reseller_id: UUID, entity: str, gone: Sequence[UUID], now: datetime
) -> None:
    if not gone:
        return
    await retire_rows(tx, reseller_id, entity, gone, now)
    await tx.execute(
        "update ilux_link set retired_at = $4 where reseller_id = $1 and entity = $2 and retired_at is null"
        f" and {bulk.among('row_id', 3)}",
        reseller_id,
        entity,
        bulk.values(gone),
        now,
    )


async def _lose(tx: Transaction, reseller_id: UUID, entity: str, gone: Sequence[UUID], now: datetime) -> None:
    """Of a restored base: their keys will be given to others."""
    await tx.execute(
        f"delete from ilux_link where reseller_id = $1 and entity = $2 and {bulk.among('row_id', 3)}",
        reseller_id,
        entity,
        bulk.values(gone),
    )
    if entity == "service_order":
        await rewinds.send_again(tx, reseller_id, now)
        await rewinds.lose(tx, reseller_id, gone, now)
        return
    if entity == "supply_request":
        gone = await request_rewinds.send_again(tx, reseller_id, gone)
    if entity == "supply_request_item":
        gone = await request_rewinds.without_asked(tx, reseller_id, gone)
    if gone:
        await retire_rows(tx, reseller_id, entity, gone, now)
