"""Master data from ILUX: written as it is said, whole batches at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from piccolo_conf import DB
from server.bridge.batch import Batch, Ready
from server.bridge.targets import TARGETS, Target, columns_of
from server.bridge.values import Fault
from server.database import Transaction, bulk
from server.equipment.tables import Equipment


async def take(batch: Batch, entity: str, ready: list[Ready]) -> None:
    """Each is stored, or refused by itself."""
    target = TARGETS[entity]
    for one in ready:
        one.columns = columns_of(target, one)
    if entity == "equipment":
        await _name_models(batch, ready)
    if entity == "supply_request":
        await _join_web(batch, ready)
    if target.natural is not None:
        ready = await _join(batch, entity, target, target.natural, ready)

    async def write(items: Sequence[Ready]) -> None:
        by_columns: dict[tuple[str, ...], list[Ready]] = defaultdict(list)
        for one in items:
            by_columns[tuple(one.columns)].append(one)
        for columns, group in by_columns.items():
            rows = [(one.row_id, batch.reseller_id, *one.columns.values()) for one in group]
            await bulk.upsert(batch.tx, target.table, ("id", "reseller_id", *columns), rows)

    not_stored = {id(one) for one in await bulk.isolated(ready, write)}
    stored = [one for one in ready if id(one) not in not_stored]
    for one in ready:
        if id(one) in not_stored:
            batch.refuse(one.row, Fault("not_storable"))
        else:
            batch.accept(one)
    if entity == "model":
        await _rename_machines(batch, [one.row_id for one in stored if not one.is_new])


async def differing(batch: Batch, entity: str, ready: Sequence[Ready]) -> set[str]:
    """The keys of those that would be changed here, were they taken."""
    target = TARGETS[entity]
    for one in ready:
        one.columns = columns_of(target, one)
    if entity == "equipment":
        await _name_models(batch, ready)
    names = list(dict.fromkeys(name for one in ready for name in one.columns))
    rows = await batch.tx.fetch(
        f"select {', '.join(['id', *names])} from {target.table._meta.tablename}"
        f" where reseller_id = $1 and {bulk.among('id', 2)}",
        batch.reseller_id,
        bulk.values(one.row_id for one in ready),
    )
    here = {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}
    return {
        one.row.key
        for one in ready
        if one.row_id not in here
        or any(here[one.row_id][name] != value for name, value in one.columns.items())
    }


async def retire(tx: Transaction, reseller_id: UUID, entity: str, row_ids: Sequence[UUID]) -> None:
    table = TARGETS[entity].table._meta.tablename
    await tx.execute(
        f"update {table} set is_active = false where reseller_id = $1 and is_active"
        f" and {bulk.among('id', 2)}",
        reseller_id,
        bulk.values(row_ids),
    )


async def _join(batch: Batch, entity: str, target: Target, column: str, ready: list[Ready]) -> list[Ready]:
    """Rows that the portal has already, by hand or by a key that ILUX gave up, are joined, not doubled."""
    table, owner = target.table._meta.tablename, "t.reseller_id = $1"
    found = f"{table} t where {owner} and {bulk.among(f't.{column}', 2, 'text')}"
    if DB.dialect == "postgres":  # value by value along the index, as in `links`
        found = (
            f"unnest($2::text[]) as asked (value) cross join lateral (select * from {table} t"
            f" where {owner} and t.{column} = asked.value offset 0) t"
        )
    rows = await batch.tx.fetch(
        f"select t.{column}, t.id, l.key from (select t.* from {found}) t left join ilux_link l"
        " on l.row_id = t.id and l.entity = $3 and l.retired_at is null",
        batch.reseller_id,
        bulk.values({one.columns[column] for one in ready}),
        entity,
    )
    owners: dict[Any, list[tuple[UUID, str | None]]] = defaultdict(list)
    for value, row_id, key in rows:
        owners[value].append((row_id, key))
    kept, seen = [], set()
    for one in ready:
        value = one.columns[column]
        free = [row_id for row_id, key in owners[value] if key is None]
        if one.is_new and free:
            one.row_id = free[0]
            one.columns.setdefault("is_active", True)
            owners[value].remove((one.row_id, None))
            owners[value].append((one.row_id, one.row.key))
        is_anothers = any(row_id != one.row_id for row_id, _ in owners[value]) or value in seen
        if target.is_unique and is_anothers:
            batch.refuse(one.row, Fault("duplicate", column))
            continue
        seen.add(value)
        kept.append(one)
    return kept


async def _join_web(batch: Batch, ready: list[Ready]) -> None:
    """A request that was born in the portal comes back with its id."""
    web_ids = {
        one.row.key: web_id for one in ready if one.is_new and (web_id := uuid_of(one.values.get("web_id")))
    }
    if not web_ids:
        return
    rows = await batch.tx.fetch(
        f"select id from supply_request where reseller_id = $1 and {bulk.among('id', 2)}",
        batch.reseller_id,
        bulk.values(web_ids.values()),
    )
    known = {row_id for (row_id,) in rows}
    for one in ready:
        web_id = web_ids.get(one.row.key)
        if web_id in known:
            assert web_id is not None
            one.row_id = web_id


def uuid_of(text: str | None) -> UUID | None:
    """What ILUX gives back as the id of the web; it is a text there, which people can edit."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


async def _name_models(batch: Batch, ready: Sequence[Ready]) -> None:
    """A machine keeps a copy of its model's names."""
    model_ids = {one.refs["model"] for one in ready if one.refs.get("model")}
    rows = await batch.tx.fetch(
        f"select id, name, manufacturer, is_color from model where {bulk.among('id', 1)}",
        bulk.values(model_id for model_id in model_ids if model_id),
    )
    names = {row[0]: row[1:] for row in rows}
    for one in ready:
        if "model" in one.refs:
            name, maker, is_color = names.get(one.refs["model"], ("", "", False))
            one.columns |= {"model": name, "manufacturer": maker, "is_color": bool(is_color)}


async def _rename_machines(batch: Batch, model_ids: Sequence[UUID]) -> None:
    if not model_ids:
        return
    names = ("name", "model"), ("manufacturer", "manufacturer"), ("is_color", "is_color")
    changes = ", ".join(f"{copy} = model.{own}" for own, copy in names)
    differs = " or ".join(f"equipment.{copy} <> model.{own}" for own, copy in names)
    await batch.tx.execute(
        f"update {Equipment._meta.tablename} set {changes} from model"
        f" where equipment.model_id = model.id and ({differs}) and {bulk.among('model.id', 1)}",
        bulk.values(model_ids),
    )
