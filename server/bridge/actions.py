"""The only writer of what comes from ILUX: a batch of rows, parents first, each with its own result.

A row that cannot be taken never stops the others: it is kept as a dead letter, tried again when the row that
it refers to arrives, and replaced when the same key comes again. Repeating a batch changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from server.bridge import (
    histories,
    links,
    loads,
    messages,
    orders,
    readings,
    records,
    refusals,
    supply_requests,
)
from server.bridge.alarms import watch_refusals
from server.bridge.batch import Batch, Row
from server.bridge.entities import BY_NAME, ENTITIES, REFERENCES, Entity
from server.bridge.links import Link, Name
from server.bridge.notices import tell_monitor
from server.bridge.retirement import retire_rows
from server.bridge.values import LONGEST_KEY, Fault
from server.database import Transaction
from server.service_orders import notices


@dataclass(frozen=True, slots=True)
class Refusal:
    """`index` is the row's place in what was sent."""

    index: int
    code: str
    field: str


@dataclass(frozen=True, slots=True)
class Outcome:
    applied: int
    refused: tuple[Refusal, ...]


async def take_rows(tx: Transaction, reseller_id: UUID, rows: Sequence[Row], now: datetime) -> Outcome:
    """Inside the caller's transaction. Of a key that comes twice the last word counts."""
    open_load = await loads.open_load(tx, reseller_id)
    last_words = await refusals.with_their_steps(tx, reseller_id, _last_words(rows))
    batch = await _take(tx, reseller_id, last_words, open_load, now)
    refused = {row.name: fault for row, fault in batch.refused}
    fresh = batch.fresh
    has_orders, has_refusals = batch.has_orders, bool(refused)
    while fresh:
        await messages.resolve_waiting(tx, reseller_id, fresh.values())
        waiting = await refusals.waiting_for(tx, reseller_id, fresh)
        if not waiting:
            break
        again = await _take(tx, reseller_id, waiting, open_load, now)
        for row in again.taken:
            refused.pop(row.name, None)
        fresh = again.fresh
        has_orders, has_refusals = has_orders or again.has_orders, True
    if has_orders:
        await notices.tell_desk(reseller_id)
    if has_refusals:
        await tell_monitor(reseller_id)
    if refused and open_load is None:
        await watch_refusals(reseller_id, now)
    told = tuple(
        Refusal(row.index, refused[row.name].code, refused[row.name].field)
        for row in rows
        if row.index is not None and row.name in refused
    )
    return Outcome(len(rows) - len(told), told)


async def _take(
    tx: Transaction, reseller_id: UUID, rows: Sequence[Row], open_load: UUID | None, now: datetime
) -> Batch:
    if open_load is not None:  # what changes while a load runs was there during the load
        rows = [_in_load(row, open_load) for row in rows]
    is_rewound = open_load is not None and await loads.is_rewound(tx, open_load)
    batch = Batch(tx, reseller_id, now, await links.find(tx, reseller_id, names_in(rows)), is_rewound)
    by_entity: dict[str, list[Row]] = {}
    for row in rows:
        fault = _nameless(row)
        if fault is not None:
            batch.refuse(row, fault)
        else:
            by_entity.setdefault(row.entity, []).append(row)
    for entity in ENTITIES:
        if entity.name in by_entity:
            await _take_entity(batch, entity, by_entity[entity.name])
    await _write_links(batch)
    await refusals.forget(tx, reseller_id, (row.name for row in batch.taken))
    await refusals.keep(batch)
    return batch


async def _take_entity(batch: Batch, entity: Entity, rows: Sequence[Row]) -> None:
    """Those that are gone first: they leave their codes and numbers to others."""
    await _retire(batch, entity.name, [row for row in rows if row.is_gone])
    ready = [one for row in rows if not row.is_gone and (one := batch.understand(entity, row)) is not None]
    if not ready:
        return
    if entity.name == "service_order":
        await orders.take(batch, ready)
    elif entity.name == "meter_reading":
        await readings.take(batch, ready)
    elif entity.name == "supply_request":
        await supply_requests.take(batch, ready)
    else:
        if entity.name == "supply_request_item":
            await supply_requests.join_items(batch, ready)
        await records.take(batch, entity.name, ready)


async def _retire(batch: Batch, entity: str, rows: Sequence[Row]) -> None:
    batch.taken += rows
    gone = {row.name: batch.links[row.name] for row in rows if row.name in batch.links}
    gone = {name: link for name, link in gone.items() if not link.is_retired}
    if not gone:
        return
    steps = {gone[row.name].row_id: row.steps for row in rows if row.steps and row.name in gone}
    row_ids = [link.row_id for link in gone.values()]
    is_live = all(row.load_id is None for row in rows)
    await retire_rows(batch.tx, batch.reseller_id, entity, row_ids, batch.now, steps, is_live=is_live)
    retired = {name: Link(link.row_id, link.hash, link.load_id, True) for name, link in gone.items()}
    batch.links |= retired
    batch.has_orders |= entity == "service_order"
    await links.write(batch.tx, batch.reseller_id, retired, retired_at=batch.now)


async def _write_links(batch: Batch) -> None:
    await links.write(batch.tx, batch.reseller_id, batch.changed)
    by_load: dict[UUID, list[UUID]] = {}
    for row in batch.named:
        link = batch.links[row.name]
        if row.load_id is not None and link.load_id != row.load_id:
            by_load.setdefault(row.load_id, []).append(link.row_id)
    for load_id, row_ids in by_load.items():
        await links.name_in_load(batch.tx, batch.reseller_id, row_ids, load_id)


def _last_words(rows: Sequence[Row]) -> list[Row]:
    last: dict[Name, Row] = {}
    for row in rows:
        earlier = last.get(row.name)
        if earlier is not None and earlier.steps:
            row = replace(row, steps=histories.join(earlier.steps, row.steps))
        last[row.name] = row
    return list(last.values())


def _in_load(row: Row, open_load: UUID) -> Row:
    return row if row.load_id == open_load else replace(row, load_id=open_load)


def names_in(rows: Iterable[Row]) -> set[Name]:
    """Everything that must be looked up: the rows, and what they refer to."""
    names: set[Name] = set()
    for row in rows:
        names.add(row.name)
        for reference in REFERENCES.get(row.entity, ()):
            key = row.data.get(reference.name)
            if type(key) is str and reference.entity:
                names.add((reference.entity, key))
    return {(entity, key) for entity, key in names if "\x00" not in key and "\x00" not in entity}


def _nameless(row: Row) -> Fault | None:
    if row.entity not in BY_NAME:
        return Fault("unknown_entity")
    if not 0 < len(row.key) <= LONGEST_KEY or "\x00" in row.key:
        return Fault("bad_key")
    return None
