"""Which row of the portal a row of ILUX is; asked and written for a whole batch at once."""

from __future__ import annotations

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


_COLUMNS = "l.key, l.row_id, l.hash, l.load_id, l.retired_at"
# Key by key along the index, whatever a planner believes of a table that has just been filled.
_FIND = {
    "postgres": f"select {_COLUMNS} from unnest($3::text[]) as asked (key) cross join lateral (select *"
    " from ilux_link where reseller_id = $1 and entity = $2 and key = asked.key limit 1) l",
    "sqlite": f"select {_COLUMNS} from ilux_link l where reseller_id = $1 and entity = $2"
    " and key in (select value from json_each($3))",
}


async def find(tx: Transaction, reseller_id: UUID, names: Iterable[Name]) -> dict[Name, Link]:
    """Those of them that have a link."""
    found: dict[Name, Link] = {}
    for entity, keys in by_entity(names).items():
        rows = await tx.fetch(_FIND[DB.dialect], reseller_id, entity, bulk.values(keys))
        for key, row_id, hash_, load_id, retired_at in rows:
            found[entity, key] = Link(row_id, hash_, load_id, retired_at is not None)
    return found


def by_entity(names: Iterable[Name]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entity, key in names:
        found.setdefault(entity, []).append(key)
    return found


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


async def drop(tx: Transaction, reseller_id: UUID, entity: str, keys: Iterable[str]) -> None:
    """These keys are no longer those rows'."""
    await tx.execute(
        f"delete from ilux_link where reseller_id = $1 and entity = $2 and {bulk.among('key', 3, 'text')}",
        reseller_id,
        entity,
        bulk.values(keys),
    )


async def name_in_load(tx: Transaction, reseller_id: UUID, row_ids: Iterable[UUID], load_id: UUID) -> None:
    """Unchanged rows that a load named."""
    await tx.execute(
        f"update ilux_link set load_id = $2 where reseller_id = $1 and {bulk.among('row_id', 3)}",
        reseller_id,
        load_id,
        bulk.values(row_ids),
    )
