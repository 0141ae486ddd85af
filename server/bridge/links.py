"""Which row of the portal a row of ILUX is; asked and written for a whole batch at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from piccolo_conf import DB
from server.bridge.tables import IluxLink
from server.database import Transaction, bulk

Name = tuple[str, str]  # an entity and a key of ILUX


@dataclass(frozen=True, slots=True)
class Link:
    row_id: UUID
    hash: str = ""
    load_id: UUID | None = None
    is_retired: bool = False


_SELECT = "select l.entity, l.key, l.row_id, l.hash, l.load_id, l.retired_at from"
_FIND = {
    "postgres": f"{_SELECT} unnest($2::text[], $3::text[]) as asked (entity, key)"
    " join ilux_link l on l.reseller_id = $1 and l.entity = asked.entity and l.key = asked.key",
    # cross: in this order, or the planner may read the whole table
    "sqlite": f"{_SELECT} json_each($2) asked cross join ilux_link l on l.reseller_id = $1"
    " and l.entity = asked.value ->> 0 and l.key = asked.value ->> 1",
}


async def find(tx: Transaction, reseller_id: UUID, names: Iterable[Name]) -> dict[Name, Link]:
    """Those of them that have a link."""
    asked = list(names)
    if not asked:
        return {}
    if DB.dialect == "postgres":
        rows = await tx.fetch(
            _FIND["postgres"], reseller_id, [entity for entity, _ in asked], [key for _, key in asked]
        )
    else:
        rows = await tx.fetch(_FIND["sqlite"], reseller_id, json.dumps(asked))
    return {
        (entity, key): Link(row_id, hash_, load_id, retired_at is not None)
        for entity, key, row_id, hash_, load_id, retired_at in rows
    }


async def keys_of(tx: Transaction, reseller_id: UUID, row_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The ILUX keys of the portal's rows, as far as they are in use there."""
    rows = await tx.fetch(
        f"select row_id, key from ilux_link where reseller_id = $1 and retired_at is null"
        f" and {bulk.among('row_id', 2)}",
        reseller_id,
        bulk.values(row_ids),
    )
    return dict(rows)


async def linked(tx: Transaction, entity: str, row_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Rows of the portal that some row of ILUX is already, and its key."""
    rows = await tx.fetch(
        f"select row_id, key from ilux_link where entity = $1 and {bulk.among('row_id', 2)}",
        entity,
        bulk.values(row_ids),
    )
    return dict(rows)


async def write(
    tx: Transaction, reseller_id: UUID, links: Mapping[Name, Link], *, retired_at: datetime | None = None
) -> None:
    """New links and changed ones."""
    columns = ("reseller_id", "entity", "key", "row_id", "hash", "load_id", "retired_at")
    rows: Sequence[tuple[object, ...]] = [
        (reseller_id, *name, link.row_id, link.hash, link.load_id, retired_at) for name, link in links.items()
    ]
    await bulk.upsert(
        tx, IluxLink, columns, rows, key=("reseller_id", "entity", "key"), kept=frozenset({"row_id"})
    )


async def name_in_load(tx: Transaction, reseller_id: UUID, names: Iterable[Name], load_id: UUID) -> None:
    """Unchanged rows that a load named."""
    by_entity: dict[str, list[str]] = {}
    for entity, key in names:
        by_entity.setdefault(entity, []).append(key)
    for entity, keys in by_entity.items():
        await tx.execute(
            "update ilux_link set load_id = $3 where reseller_id = $1 and entity = $2"
            f" and {bulk.among('key', 4, 'text')}",
            reseller_id,
            entity,
            load_id,
            bulk.values(keys),
        )
