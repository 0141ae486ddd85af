"""Dead letters: rows of ILUX that could not be taken, kept for the desk and tried again by themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from uuid import UUID

import msgspec

from offline_sync.ids import uuid7
from server.bridge import histories
from server.bridge.batch import Batch, Row
from server.bridge.links import Name, by_entity
from server.bridge.tables import IluxRefusal
from server.database import Transaction, bulk

_COLUMNS = (
    "id", "reseller_id", "entity", "key", "data", "history", "code", "field", "wants_entity", "wants_key",
    "load_id", "refused_at",
)  # fmt: skip
_LONGEST = 200
MOST_AT_ONCE = 2_000


async def keep(batch: Batch) -> None:
    """The newest word of each key. What has no key that can be kept is told to the bridge alone."""
    kept = {row.name: (row, fault) for row, fault in batch.refused if _can_be_kept(row)}
    rows = [
        (uuid7(), batch.reseller_id, *row.name, msgspec.json.encode(row.data).decode().replace("\\u0000", ""))
        + (
            histories.to_text(row.steps),
            fault.code,
            fault.field,
            *(fault.wants or (None, None)),
            row.load_id,
            batch.now,
        )
        for row, fault in kept.values()
    ]
    await bulk.upsert(
        batch.tx,
        IluxRefusal,
        _COLUMNS,
        rows,
        key=("reseller_id", "entity", "key"),
        kept=frozenset({"id"}),
    )


async def with_their_steps(tx: Transaction, reseller_id: UUID, rows: Sequence[Row]) -> list[Row]:
    """The rows, with what those of them went through that were refused before."""
    kept = await tx.fetch(
        "select entity, key, history from ilux_refusal where reseller_id = $1 and history <> '[]'",
        reseller_id,
    )
    steps = {(entity, key): histories.from_text(history) for entity, key, history in kept}
    return [
        replace(row, steps=histories.join(steps[row.name], row.steps)) if row.name in steps else row
        for row in rows
    ]


async def forget(tx: Transaction, reseller_id: UUID, names: Iterable[Name]) -> None:
    """Rows that were taken after all, or that ILUX no longer has."""
    if not await tx.fetch("select 1 from ilux_refusal where reseller_id = $1 limit 1", reseller_id):
        return
    for entity, keys in by_entity(names).items():
        await tx.execute(
            "delete from ilux_refusal where reseller_id = $1 and entity = $2"
            f" and {bulk.among('key', 3, 'text')}",
            reseller_id,
            entity,
            bulk.values(keys),
        )


async def waiting_for(tx: Transaction, reseller_id: UUID, names: Collection[Name]) -> list[Row]:
    """What was refused because these rows were not there yet."""
    waiting = await tx.fetch(
        "select 1 from ilux_refusal where reseller_id = $1 and wants_key is not null limit 1", reseller_id
    )
    if not waiting or not names:
        return []
    found: list[Row] = []
    for entity, keys in by_entity(names).items():
        rows = await tx.fetch(
            "select entity, key, data, load_id, history from ilux_refusal where reseller_id = $1"
            f" and wants_entity = $2 and {bulk.among('wants_key', 3, 'text')}",
            reseller_id,
            entity,
            bulk.values(keys),
        )
        found += [_row(*row) for row in rows]
    return found


async def oldest(tx: Transaction, reseller_id: UUID, refusal_id: UUID | None = None) -> list[Row]:
    """One of them, or as many as are tried at once."""
    one = "" if refusal_id is None else " and id = $2"
    rows = await tx.fetch(
        f"select entity, key, data, load_id, history from ilux_refusal where reseller_id = $1{one}"
        f" order by refused_at, id limit {MOST_AT_ONCE}",
        reseller_id,
        *(() if refusal_id is None else (refusal_id,)),
    )
    return [_row(*row) for row in rows]


def _row(entity: str, key: str, data: str, load_id: UUID | None, history: str) -> Row:
    return Row(None, entity, key, False, msgspec.json.decode(data), load_id, histories.from_text(history))


def _can_be_kept(row: Row) -> bool:
    return 0 < len(row.key) <= _LONGEST and "\x00" not in row.key and 0 < len(row.entity) <= 30
