"""Rows of ILUX that are the portal's own coming back, and those that only seem to be known."""

from __future__ import annotations

from collections.abc import Sequence

from offline_sync.ids import uuid7
from server.bridge import links
from server.bridge.batch import Batch, Ready
from server.bridge.records import uuid_of
from server.bridge.values import Fault
from server.database import bulk


async def join_web(batch: Batch, entity: str, ready: Sequence[Ready]) -> list[Ready]:
    """What was made in the portal comes back with its `web_id`; a second one with that id is refused."""
    wanted = {
        id(one): web_id for one in ready if one.is_new and (web_id := uuid_of(one.values.get("web_id")))
    }
    if not wanted:
        return list(ready)
    rows = await batch.tx.fetch(
        f"select id from {entity} where reseller_id = $1 and {bulk.among('id', 2)}",
        batch.reseller_id,
        bulk.values(wanted.values()),
    )
    own = {row_id for (row_id,) in rows}
    taken = dict(await links.linked(batch.tx, entity, own))
    kept = []
    for one in ready:
        web_id = wanted.get(id(one))
        if web_id in own:
            assert web_id is not None
            if taken.setdefault(web_id, one.row.key) != one.row.key:
                batch.refuse(one.row, Fault("duplicate", "web_id"))
                continue
            one.row_id = web_id
        kept.append(one)
    return kept


async def part(batch: Batch, entity: str, others: Sequence[Ready]) -> None:
    """Their keys lead to another row here than they mean: from now on they are new ones."""
    await links.drop(batch.tx, batch.reseller_id, entity, [one.row.key for one in others])
    for one in others:
        batch.links.pop(one.row.name)
        one.row_id, one.is_new, one.was_retired = uuid7(), True, False
