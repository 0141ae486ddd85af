"""What the portal has of ILUX, held against what ILUX has; nothing is written.

Compared is what taking a row would change, by the same functions that take it: a hash of what was last taken
would not see what was changed here since. The bridge asks, and sends what differs anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

import msgspec

from server.bridge import links, orders, readings, records
from server.bridge.actions import names_in
from server.bridge.batch import Batch, Ready, Row
from server.bridge.entities import BY_NAME
from server.database import Transaction, bulk

KEYS_AT_ONCE = 5_000


@dataclass(slots=True)
class Comparison:
    """Keys. `waiting` have something on its way to ILUX; `refused` cannot be taken as they are."""

    missing: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


async def compare(
    tx: Transaction, reseller_id: UUID, entity: str, rows: Sequence[Row], now: datetime
) -> Comparison:
    """`rows` are all of that one entity, none of them twice."""
    found = Comparison()
    batch = Batch(tx, reseller_id, now, await links.find(tx, reseller_id, names_in(rows)))
    active = {row.key: batch.links[row.name] for row in rows if row.name in batch.links}
    active = {key: link for key, link in active.items() if not link.is_retired}
    busy = await _with_open_messages(tx, reseller_id, [link.row_id for link in active.values()])
    dead = await _refused(tx, reseller_id, entity, rows)
    ready: list[Ready] = []
    for row in rows:
        link = active.get(row.key)
        if link is not None and link.row_id in busy:
            found.waiting.append(row.key)
        elif row.is_gone:
            found.extra += [row.key] if link is not None else []
        elif row.key in dead:
            found.refused.append(row.key)
        elif link is None:
            found.missing.append(row.key)
        elif one := batch.understand(BY_NAME[entity], replace(row, is_anew=True)):
            ready.append(one)
    found.refused += [row.key for row, _ in batch.refused]
    if ready:
        found.different += sorted(await _differing(batch, entity, ready))
    return found


async def keys(tx: Transaction, reseller_id: UUID, entity: str, after: str) -> list[str]:
    """Of the rows of ILUX that the portal has, in the order of their keys, the next ones."""
    rows = await tx.fetch(
        "select key from ilux_link where reseller_id = $1 and entity = $2 and key > $3 and retired_at is null"
        f" order by key limit {KEYS_AT_ONCE}",
        reseller_id,
        entity,
        after,
    )
    return [key for (key,) in rows]


async def _differing(batch: Batch, entity: str, ready: Sequence[Ready]) -> set[str]:
    if entity == "service_order":
        return await orders.differing(batch, ready)
    if entity == "meter_reading":
        return await readings.differing(batch, ready)
    return await records.differing(batch, entity, ready)


async def _with_open_messages(tx: Transaction, reseller_id: UUID, row_ids: Sequence[UUID]) -> set[UUID]:
    rows = await tx.fetch(
        "select row_id from ilux_message where reseller_id = $1 and status = 'open'"
        f" and {bulk.among('row_id', 2)}",
        reseller_id,
        bulk.values(row_ids),
    )
    return {row_id for (row_id,) in rows}


async def _refused(tx: Transaction, reseller_id: UUID, entity: str, rows: Sequence[Row]) -> set[str]:
    """The keys of those that wait as dead letters just as they are; one that was mended since is another."""
    said = {row.key: row.data for row in rows}
    letters = await tx.fetch(
        "select key, data from ilux_refusal where reseller_id = $1 and entity = $2"
        f" and {bulk.among('key', 3, 'text')}",
        reseller_id,
        entity,
        bulk.values(said),
    )
    return {key for key, data in letters if msgspec.json.decode(data) == said[key]}
