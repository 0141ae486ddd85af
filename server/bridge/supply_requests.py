"""Supply requests as ILUX says them, and which of the portal's rows they are.

ILUX is the reseller's books: what it says is taken, but for what the portal has changed and ILUX has not
heard yet. Every change of what people follow becomes a line of the request's history. A request that was made
in the portal comes back to its own row by its web id, an item of it by its supply.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from piccolo_conf import DB
from server.bridge import own_rows
from server.bridge.batch import Batch, Ready
from server.bridge.records import uuid_of
from server.bridge.targets import TARGETS, columns_of
from server.database import Transaction, bulk
from server.service_orders.history import Author
from server.service_orders.statuses import Source
from server.supplies import announcements, history, notices
from server.supplies.rules import RequestChange, change_of
from server.supplies.statuses import ENDED, RequestStatus
from server.supplies.tables import SupplyRequest, SupplyRequestEvent

GONE = "Excluída no ILUX"
ILUX = Author(None, "", Source.ILUX)
# What people follow; the rest ILUX may mend in silence.
_TOLD = ("status", "ilux_number", "invoice_number", "tracking_code", "carrier_id")
_READ = (
    "id", "reseller_id", "company_id", "customer_id", "opened_by_id", "opened_from", "requested_at", *_TOLD,
)  # fmt: skip


async def take(batch: Batch, ready: list[Ready]) -> None:
    """Each is stored, or refused by itself."""
    batch.tx.root.kept.clear()  # what was read before is older than what is written here
    if batch.is_rewound:
        await _part_others(batch, ready)
    ready = await own_rows.join_web(batch, "supply_request", ready)
    for one in ready:
        one.columns = columns_of(TARGETS["supply_request"], one)
    known = await _lock(batch.tx, batch.reseller_id, [one.row_id for one in ready])
    unheard = await _unheard(batch, list(known))

    async def write(items: Sequence[Ready]) -> None:
        await _write(batch, items, known, unheard)

    await batch.store(ready, write)
    await notices.tell(batch.reseller_id)


async def cancel_gone(tx: Transaction, reseller_id: UUID, row_ids: Sequence[UUID], now: datetime) -> None:
    """Requests that ILUX no longer has; what has ended stays as it is."""
    tx.root.kept.clear()
    rows = await _lock(tx, reseller_id, row_ids)
    open_ones = [row for row in rows.values() if row["status"] not in ENDED]
    await tx.execute(
        f"update supply_request set is_active = false where reseller_id = $1 and {bulk.among('id', 2)}",
        reseller_id,
        bulk.values(row_ids),
    )
    await tx.execute(
        f"update supply_request set status = '{RequestStatus.CANCELLED.value}', cancel_reason = $3,"
        f" last_change_at = $4 where reseller_id = $1 and {bulk.among('id', 2)}",
        reseller_id,
        bulk.values(row["id"] for row in open_ones),
        GONE,
        now,
    )
    after = {"status": RequestStatus.CANCELLED.value}
    lines = [
        history.line(reseller_id, row["id"], ILUX, now, "gone", before={"status": row["status"]}, after=after)
        for row in open_ones
    ]
    await bulk.insert(tx, SupplyRequestEvent, history.COLUMNS, lines)
    await notices.tell(reseller_id)


async def join_items(batch: Batch, ready: Sequence[Ready]) -> None:
    """Before items are stored: an item of another request than before is another item; and one that the
    portal asked for may come before its receipt.
    """
    rows = await batch.tx.fetch(
        "select i.id, i.supply_request_id, i.supply_id, l.key from supply_request_item i"
        " left join ilux_link l on l.row_id = i.id and l.entity = 'supply_request_item'"
        " and l.retired_at is null"
        f" where i.reseller_id = $1 and {bulk.among('i.supply_request_id', 2)}",
        batch.reseller_id,
        bulk.values({parent for one in ready if (parent := one.refs["supply_request"])}),
    )
    parents = {row_id: parent for row_id, parent, *_ in rows}
    free = {(parent, supply): row_id for row_id, parent, supply, key in rows if key is None}
    foreign = [one for one in ready if not one.is_new and one.row_id not in parents]
    await own_rows.part(batch, "supply_request_item", foreign)
    for one in ready:
        name = (one.refs["supply_request"], one.refs["supply"])
        if one.is_new and name in free:
            one.row_id = free.pop(name)
            one.was_retired = True  # the portal may have retired it with a base that was restored


async def _write(
    batch: Batch,
    items: Sequence[Ready],
    known: Mapping[UUID, Mapping[str, Any]],
    unheard: Mapping[UUID, list[tuple[str, set[str]]]],
) -> None:
    number = await _numbers(batch, sum(one.row_id not in known for one in items))
    groups: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    lines = []
    for one in items:
        columns = dict(one.columns)
        row = known.get(one.row_id)
        if row is None:
            columns |= {"web_number": number, "opened_from": Source.ILUX.value}
            number += 1
        else:
            if row["opened_from"] != Source.ILUX:
                columns["requested_at"] = row["requested_at"]
                columns["is_active"] = True
            for name in _kept(columns, unheard.get(one.row_id, [])):
                columns.pop(name, None)
            change = change_of(row, {name: columns[name] for name in _TOLD if name in columns})
            if not change.is_empty:
                lines.append(_line(batch, one.row_id, change))
                if one.row.load_id is None:  # what a load finds is old
                    await announcements.changed(row, change, ILUX)
                columns["last_change_at"] = batch.now
            if "status" in change.after:
                columns["cancel_reason"] = ""
        values = (one.row_id, batch.reseller_id, *columns.values())
        groups[tuple(columns)].append(values)
    for names, rows in groups.items():
        await bulk.upsert(batch.tx, SupplyRequest, ("id", "reseller_id", *names), rows)
    await bulk.insert(batch.tx, SupplyRequestEvent, history.COLUMNS, lines)


def _kept(columns: Mapping[str, Any], underway: Sequence[tuple[str, set[str]]]) -> set[str]:
    """What ILUX says as it was before it heard of the changes that are on their way to it."""
    if all(expected != columns["status"] for expected, _ in underway):
        return set()
    return set().union(*(names for _, names in underway))


def _line(batch: Batch, request_id: UUID, change: RequestChange) -> tuple[Any, ...]:
    return history.line(
        batch.reseller_id,
        request_id,
        ILUX,
        batch.now,
        change.kind,
        before=change.before,
        after=change.after,
    )


async def _unheard(batch: Batch, row_ids: Sequence[UUID]) -> dict[UUID, list[tuple[str, set[str]]]]:
    """For each request with changes on their way to ILUX: what it has until then, and the columns changed."""
    rows = await batch.tx.fetch(
        "select row_id, expected, data from ilux_message where reseller_id = $1 and status = 'open'"
        f" and entity = 'supply_request' and write = 'status' and {bulk.among('row_id', 2)}",
        batch.reseller_id,
        bulk.values(row_ids),
    )
    unheard: dict[UUID, list[tuple[str, set[str]]]] = defaultdict(list)
    for row_id, expected, data in rows:
        names = {"carrier_id" if name == "carrier" else name for name in msgspec.json.decode(data)}
        unheard[row_id].append((msgspec.json.decode(expected)["status"], names | {"status"}))
    return unheard


async def _lock(tx: Transaction, reseller_id: UUID, row_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Always in the same order, so that two batches cannot wait for each other."""
    lock = " for no key update" if DB.dialect == "postgres" else ""
    rows = await tx.fetch(
        f"select {', '.join(_READ)} from supply_request where reseller_id = $1 and {bulk.among('id', 2)}"
        f" order by id{lock}",
        reseller_id,
        bulk.values(row_ids),
    )
    return {row[0]: dict(zip(_READ, row, strict=True)) for row in rows}


async def _numbers(batch: Batch, count: int) -> int:
    """The first of so many numbers in a row."""
    if not count:
        return 0
    rows = await batch.tx.fetch(
        "update reseller set next_supply_number = next_supply_number + $2 where id = $1"
        " returning next_supply_number",
        batch.reseller_id,
        count,
    )
    return int(rows[0][0]) - count


async def _part_others(batch: Batch, ready: Sequence[Ready]) -> None:
    """A restored base gives its numbers again: those that lead to another request here are new ones."""
    here = await _lock(batch.tx, batch.reseller_id, [one.row_id for one in ready if not one.is_new])
    others = [one for one in ready if one.row_id in here and _is_another(here[one.row_id], one)]
    await own_rows.part(batch, "supply_request", others)


def _is_another(row: Mapping[str, Any], one: Ready) -> bool:
    if row["opened_from"] == Source.ILUX:
        return bool(row["requested_at"] != one.values["requested_at"])
    return bool(uuid_of(one.values.get("web_id")) != row["id"])
