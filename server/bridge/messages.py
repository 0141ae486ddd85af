"""What the portal asks ILUX to write: rows of the transaction that caused them.

A reseller without a bridge leaves none. A reference travels as an ILUX key, so a message about something that
ILUX does not know yet waits for its key (`waits_for_id`); what follows about the same row waits behind it.
Changes that came from ILUX leave none either: that is where the echo ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from offline_sync.ids import uuid7
from server.bridge import links
from server.bridge.notices import tell_monitor
from server.database import Transaction, bulk

KEY = ""  # among `refs`: the row of ILUX that is to be changed
CLOSED = frozenset({"O", "T", "C"})
KEPT = (
    "entity", "write", "row_id", "visit_id", "delivery_id", "key", "data", "expected", "refs",
    "waits_for_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """`refs` names rows of the portal, by field; under `KEY` the one to be changed, where it is not new."""

    entity: str
    write: str
    row_id: UUID
    data: Mapping[str, Any]
    refs: Mapping[str, UUID] = field(default_factory=dict)
    expected: Mapping[str, Any] = field(default_factory=dict)
    visit_id: UUID | None = None
    delivery_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading that was recorded with a visit."""

    id: UUID
    equipment_id: UUID
    mono: int | None
    color: int | None
    read_at: datetime
    source: str


async def order_opened(tx: Transaction, order: Mapping[str, Any], now: datetime) -> None:
    """`order` holds the columns by name."""
    names = ("company", "customer", "equipment", "contract", "technician", "defect")
    texts = ("status", "description", "requester_name", "requester_phone")
    data = {
        **dict.fromkeys(names),
        **{name: _plain(order[name]) for name in texts},
        "opened_at": order["opened_at"],
        "due_at": order["due_at"],
        "web_id": order["id"],
    }
    refs = {name: order[f"{name}_id"] for name in names if order[f"{name}_id"]}
    await leave(tx, order["reseller_id"], [Wish("service_order", "opened", order["id"], data, refs)], now)


async def order_changed(
    tx: Transaction, order: Mapping[str, Any], after: Mapping[str, Any], now: datetime
) -> None:
    """Its status, technician or promised time; `order` as it was, `after` the changed columns."""
    if not after.keys() & {"status", "technician_id", "due_at"}:
        return
    status = _plain(after.get("status", order["status"]))
    refs = {KEY: order["id"]}
    data: dict[str, Any] = {"status": status, "closed_at": to_the_second(now) if status in CLOSED else None}
    if "due_at" in after:
        data["due_at"] = after["due_at"]
    if "technician_id" in after:
        data["technician"] = None
        if after["technician_id"]:
            refs["technician"] = after["technician_id"]
    expected = {"status": _plain(order["status"])}
    wish = Wish("service_order", "status", order["id"], data, refs, expected)
    await leave(tx, order["reseller_id"], [wish], now)


async def visit_concluded(
    tx: Transaction,
    order: Mapping[str, Any],
    visit_id: UUID,
    status: str,
    said: Mapping[str, str],
    readings: Sequence[Reading],
    concluded_at: datetime,
    now: datetime,
) -> None:
    """`order` as it was; `said` holds diagnosis and resolution. `now` may be days after `concluded_at`."""
    own = next((one for one in readings if one.equipment_id == order["equipment_id"]), None)
    data = {
        "status": status,
        **said,
        "mono": own.mono if own else None,
        "color": own.color if own else None,
        "closed_at": to_the_second(concluded_at) if status in CLOSED else None,
    }
    expected = {"status": _plain(order["status"])}
    wish = Wish("service_order", "visit", order["id"], data, {KEY: order["id"]}, expected, visit_id)
    await leave(tx, order["reseller_id"], [wish], now)


async def readings_taken(
    tx: Transaction, reseller_id: UUID, readings: Sequence[Reading], now: datetime
) -> None:
    wishes = [
        Wish(
            "meter_reading",
            "taken",
            one.id,
            {
                "equipment": None,
                "mono": one.mono,
                "color": one.color,
                "read_at": one.read_at,
                "source": one.source,
            },
            {"equipment": one.equipment_id},
        )
        for one in readings
    ]
    await leave(tx, reseller_id, wishes, now)


async def invoice_delivered(
    tx: Transaction,
    reseller_id: UUID,
    invoice_id: UUID,
    delivery_id: UUID,
    data: Mapping[str, Any],
    expected: Mapping[str, Any],
    now: datetime,
) -> None:
    """`data` holds delivery_status, delivered_at and received_by; `expected` what ILUX has until then."""
    wish = Wish("invoice", "delivered", invoice_id, data, {KEY: invoice_id}, expected, None, delivery_id)
    await leave(tx, reseller_id, [wish], now)


async def is_told(tx: Transaction, invoice_id: UUID, delivery_id: UUID) -> bool:
    """Whether ILUX has, or may get, what a delivery asked to be written there."""
    rows = await tx.fetch(
        "select 1 from ilux_message where row_id = $1 and delivery_id = $2"
        " and status in ('open', 'applied') limit 1",
        invoice_id,
        delivery_id,
    )
    return bool(rows)


def to_the_second(moment: datetime) -> datetime:
    """What comes back from the books is then what the portal has: they keep no fractions, or other ones."""
    return moment.replace(microsecond=0)


async def resolve_waiting(tx: Transaction, reseller_id: UUID, row_ids: Collection[UUID]) -> None:
    """These rows have keys now: tell the bridge what waited for them."""
    rows = await tx.fetch(
        "select id, data, refs from ilux_message where reseller_id = $1 and status = 'open'"
        f" and waits_for_id is not null and {bulk.among('waits_for_id', 2)}",
        reseller_id,
        bulk.values(row_ids),
    )
    if not rows:
        return
    waiting = [(row[0], msgspec.json.decode(row[1]), _refs(row[2])) for row in rows]
    keys = await links.keys_of(tx, reseller_id, {row_id for *_, refs in waiting for row_id in refs.values()})
    for message_id, data, refs in waiting:
        key, filled, waits_for = _fill(data, refs, keys)
        await tx.execute(
            "update ilux_message set key = $2, data = $3, waits_for_id = $4 where id = $1",
            message_id,
            key,
            msgspec.json.encode(filled).decode(),
            waits_for,
        )
    await tell_monitor(reseller_id)


async def add(tx: Transaction, reseller_id: UUID, columns: Mapping[str, Any], now: datetime) -> None:
    """One message; `columns` are those of `KEPT`. The lock on what it is about keeps its `n` in order."""
    marks = ", ".join(f"${number}" for number in range(4, 4 + len(KEPT)))
    await tx.execute(
        f"insert into ilux_message (id, reseller_id, created_at, {', '.join(KEPT)}, n) values ($1, $2, $3,"
        f" {marks}, (select coalesce(max(n), 0) + 1 from ilux_message where reseller_id = $2))",
        uuid7(),
        reseller_id,
        now,
        *(columns[name] for name in KEPT),
    )


async def leave(tx: Transaction, reseller_id: UUID, wishes: Iterable[Wish], now: datetime) -> None:
    """Also for features that compose their wishes themselves."""
    wishes = list(wishes)
    if not wishes:
        return
    keys = await _keys(tx, reseller_id, {row_id for wish in wishes for row_id in wish.refs.values()})
    if keys is None:
        return
    for wish in wishes:
        key, data, waits_for = _fill(wish.data, wish.refs, keys)
        if key is None and KEY in wish.refs and not await _is_on_its_way(tx, wish.row_id):
            continue  # older than the bridge: ILUX will never know it
        columns = {
            "entity": wish.entity,
            "write": wish.write,
            "row_id": wish.row_id,
            "visit_id": wish.visit_id,
            "delivery_id": wish.delivery_id,
            "key": key,
            "data": msgspec.json.encode(data).decode().replace("\\u0000", ""),
            "expected": msgspec.json.encode(wish.expected).decode(),
            "refs": msgspec.json.encode({name: str(row_id) for name, row_id in wish.refs.items()}).decode(),
            "waits_for_id": waits_for,
        }
        await add(tx, reseller_id, columns, now)
    await tell_monitor(reseller_id)


async def _is_on_its_way(tx: Transaction, row_id: UUID) -> bool:
    """Whether ILUX was asked to make this row, and may still do so."""
    rows = await tx.fetch(
        "select 1 from ilux_message where row_id = $1 and write in ('opened', 'requested')"
        " and status in ('open', 'refused', 'conflict') limit 1",
        row_id,
    )
    return bool(rows)


async def _keys(tx: Transaction, reseller_id: UUID, row_ids: Collection[UUID]) -> dict[UUID, str] | None:
    """The ILUX keys of these rows; None when this reseller has no bridge. As texts: a union has no types."""
    as_text = bulk.as_text
    rows = await tx.fetch(
        f"select {as_text('id')}, '' from app_user where reseller_id = $1 and role = 'bridge' and is_active"
        f" union all select {as_text('row_id')}, key from ilux_link where reseller_id = $1"
        f" and retired_at is null and {bulk.among('row_id', 2)}",
        reseller_id,
        bulk.values(row_ids),
    )
    if not any(key == "" for _, key in rows):
        return None
    return {UUID(row_id): key for row_id, key in rows if key}


def _fill(
    data: Mapping[str, Any], refs: Mapping[str, UUID], keys: Mapping[UUID, str]
) -> tuple[str | None, dict[str, Any], UUID | None]:
    """The key, the data with its references' keys, and the first row whose key is not known yet."""
    waits_for = next((row_id for row_id in refs.values() if row_id not in keys), None)
    key = keys.get(refs[KEY]) if KEY in refs else None
    filled = {name: keys.get(row_id) for name, row_id in refs.items() if name != KEY}
    return key, {**data, **filled}, waits_for


def _refs(text: str) -> dict[str, UUID]:
    return msgspec.json.decode(text, type=dict[str, UUID])


def _plain(value: Any) -> Any:
    return getattr(value, "value", value)
