"""Master data from ILUX: written as it is said, whole batches at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from piccolo_conf import DB
from server.bridge.batch import Batch, Ready
from server.bridge.targets import TARGETS, Target, columns_of
from server.bridge.values import Fault
from server.customers.names import fold
from server.database import Transaction, bulk
from server.deliveries import notices as deliveries
from server.equipment.tables import Equipment
from server.positions import actions as positions

Natural = tuple[Any, ...]


async def take(batch: Batch, entity: str, ready: list[Ready]) -> None:
    """Each is stored, or refused by itself."""
    target = TARGETS[entity]
    for one in ready:
        one.columns = columns_of(target, one)
    if entity == "equipment":
        await _name_models(batch, ready)
    if entity == "invoice":
        await _keep_deliveries(batch, ready)
    if target.natural and (target.is_unique or any(one.is_new for one in ready)):
        ready = await _join(batch, entity, target, ready)

    async def write(items: Sequence[Ready]) -> None:
        by_columns: dict[tuple[str, ...], list[Ready]] = defaultdict(list)
        for one in items:
            by_columns[tuple(one.columns)].append(one)
        for columns, group in by_columns.items():
            rows = [(one.row_id, batch.reseller_id, *one.columns.values()) for one in group]
            await bulk.upsert(batch.tx, target.table, ("id", "reseller_id", *columns), rows)

    stored = await batch.store(ready, write)
    if entity == "customer" and stored:
        ids = [one.row_id for one in stored]
        await positions.address_changed(batch.tx, batch.reseller_id, ids, batch.now, is_urgent=False)
    if entity == "invoice" and stored:
        await deliveries.tell_list(batch.reseller_id)
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


async def _join(batch: Batch, entity: str, target: Target, ready: list[Ready]) -> list[Ready]:
    """Rows that the portal has already, by hand or by a key that ILUX gave up, are joined, not doubled."""
    owners: dict[Natural, list[tuple[UUID, str | None]]] = defaultdict(list)
    for row_id, key, *parts in await _alike(batch, entity, target, ready):
        owners[_natural(target, parts)].append((row_id, key))
    kept, seen = [], set()
    for one in ready:
        name = _natural(target, [one.columns.get(column) for column in target.natural])
        free = [row_id for row_id, key in owners[name] if key is None] if all(name) else []
        if one.is_new and free:
            one.row_id = free[0]
            one.columns.setdefault("is_active", True)
            owners[name].remove((one.row_id, None))
            owners[name].append((one.row_id, one.row.key))
        is_anothers = any(row_id != one.row_id for row_id, _ in owners[name]) or name in seen
        if target.is_unique and is_anothers:
            batch.refuse(one.row, Fault("duplicate", target.natural[-1]))
            continue
        seen.add(name)
        kept.append(one)
    return kept


def _natural(target: Target, parts: Iterable[Any]) -> Natural:
    """Names are compared as people do: somebody typed *Tiago*, and ILUX holds *TIAGO*."""
    return tuple(
        fold(part) if column == "name" else part for column, part in zip(target.natural, parts, strict=True)
    )


async def _alike(batch: Batch, entity: str, target: Target, ready: Sequence[Ready]) -> Sequence[Any]:
    """Id, ILUX key or None, and the natural columns of the rows that may be the same ones."""
    table, column = target.table._meta.tablename, target.natural[-1]
    values = {value for one in ready if (value := one.columns.get(column))}
    found, arguments = f"{table} t where t.reseller_id = $1", [batch.reseller_id, entity]
    if column != "name":  # few rows have nothing better, and case and accents are compared here
        arguments.append(bulk.values(values))
        found += f" and {bulk.among(f't.{column}', 3, 'text')}"
        if DB.dialect == "postgres":  # value by value along the index, as in `links`
            found = (
                f"unnest($3::text[]) as asked (value) cross join lateral (select * from {table} t"
                f" where t.reseller_id = $1 and t.{column} = asked.value offset 0) t"
            )
    natural = ", ".join(f"t.{each}" for each in target.natural)
    return await batch.tx.fetch(
        f"select t.id, l.key, {natural} from (select t.* from {found}) t left join ilux_link l"
        " on l.row_id = t.id and l.entity = $2 and l.retired_at is null",
        *arguments,
    )


async def _keep_deliveries(batch: Batch, ready: Sequence[Ready]) -> None:
    """While a delivery is on its way to ILUX, what ILUX still says of the delivery is no news."""
    rows = await batch.tx.fetch(
        "select row_id from ilux_message where reseller_id = $1 and status = 'open' and write = 'delivered'"
        f" and {bulk.among('row_id', 2)}",
        batch.reseller_id,
        bulk.values(one.row_id for one in ready if not one.is_new),
    )
    underway = {row_id for (row_id,) in rows}
    for one in ready:
        if one.row_id in underway:
            for name in ("delivery_status", "delivered_at", "received_by"):
                one.columns.pop(name, None)


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
