"""The read side of the quarantine: kept mutations and rescued outboxes, the newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from piccolo.columns.combination import WhereRaw

from offline_sync.tables import SyncClient, SyncMutation, SyncRescue
from server.accounts.actor import Actor, Role
from server.accounts.scope import find_visible, visible
from server.accounts.tables import User
from server.database.keyset import read_cursor, write_cursor
from server.problems import Problem
from server.service_orders.tables import ServiceOrder
from server.service_orders.views import Page
from server.sync.quarantine import wording

READERS = frozenset({Role.ADMIN, Role.SERVICE_OPERATOR})
PAGE_SIZE = 20
RAW_SHOWN = 60_000  # letters of one mutation; twenty of them are a page that a browser still likes
# Written out: with a bound value a planner cannot know that the partial index will do.
_IN_QUARANTINE = WhereRaw("sync_mutation.status = 'quarantined'")


@dataclass(frozen=True, slots=True)
class OrderLink:
    id: UUID
    web_number: int


@dataclass(frozen=True, slots=True)
class KeptMutation:
    """One mutation for a person to read. `raw` is its JSON, cut when `is_cut`; `error` is technical."""

    client_id: UUID
    seq: int
    user_id: UUID
    person: str
    device: str
    name: str
    what: str
    why: str
    error: str
    order: OrderLink | None
    status: str
    message: str
    occurred_at: datetime | None
    received_at: datetime
    raw: str
    is_cut: bool


@dataclass(frozen=True, slots=True)
class KeptRescue:
    """An outbox as its phone handed it over."""

    id: UUID
    person: str
    device: str
    size: int
    sha256: str
    received_at: datetime


async def list_mutations(
    actor: Actor, *, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[KeptMutation]:
    """`after` is the `next` of the page before. Raises `invalid`."""
    conditions: list[Any] = [visible(actor, SyncMutation), _IN_QUARANTINE]
    if after:
        place = read_cursor(after, datetime, int)
        conditions.append(WhereRaw("(sync_mutation.received_at, sync_mutation.id) < ({}, {})", *place))
    rows, following = await _page(SyncMutation, conditions, limit)
    return Page(await _mutations(actor, rows), following)


async def list_rescues(actor: Actor, *, after: str | None = None, limit: int = PAGE_SIZE) -> Page[KeptRescue]:
    """`after` is the `next` of the page before. Raises `invalid`."""
    conditions: list[Any] = [visible(actor, SyncRescue)]
    if after:
        place = read_cursor(after, datetime, UUID)
        conditions.append(WhereRaw("(sync_rescue.received_at, sync_rescue.id) < ({}, {})", *place))
    rows, following = await _page(SyncRescue, conditions, limit)
    names, devices = await _who(rows)
    rescues = tuple(
        KeptRescue(
            id=row["id"],
            person=names.get(row["user_id"], ""),
            device=devices.get(row["client_id"], ""),
            size=row["size"],
            sha256=row["sha256"],
            received_at=row["received_at"],
        )
        for row in rows
    )
    return Page(rescues, following)


async def find_mutation(actor: Actor, client_id: UUID, seq: int) -> KeptMutation:
    """In quarantine or no longer. Raises `not_found` for what is not in reach."""
    rows = await SyncMutation.select().where(
        visible(actor, SyncMutation), SyncMutation.client_id == client_id, SyncMutation.seq == seq
    )
    if not rows:
        raise Problem("not_found")
    return (await _mutations(actor, rows))[0]


async def find_rescue(actor: Actor, rescue_id: UUID) -> SyncRescue:
    """Raises `not_found`."""
    return await find_visible(actor, SyncRescue, rescue_id)


async def count_mutations(actor: Actor) -> int:
    """How many wait; 0 for whom they do not concern. Counted along an index that holds nothing else."""
    if actor.role not in READERS:
        return 0
    return int(await SyncMutation.count().where(visible(actor, SyncMutation), _IN_QUARANTINE))


async def _page(
    table: type[SyncMutation | SyncRescue], conditions: list[Any], limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    rows: list[dict[str, Any]] = (
        await table.select()
        .where(*conditions)
        .order_by(table.received_at, table.id, ascending=False)
        .limit(limit + 1)
    )
    following = (
        write_cursor(rows[limit - 1]["received_at"], rows[limit - 1]["id"]) if len(rows) > limit else None
    )
    return rows[:limit], following


async def _mutations(actor: Actor, rows: list[dict[str, Any]]) -> tuple[KeptMutation, ...]:
    names, devices = await _who(rows)
    sent = [_read(row["received_json"]) for row in rows]
    orders = await _orders(actor, [args for _, args in sent])
    return tuple(
        _mutation(row, name, args, names, devices, orders)
        for row, (name, args) in zip(rows, sent, strict=True)
    )


def _mutation(
    row: dict[str, Any],
    name: str,
    args: Mapping[str, Any],
    names: Mapping[UUID, str],
    devices: Mapping[UUID, str],
    orders: Mapping[UUID, OrderLink],
) -> KeptMutation:
    raw = _pretty(row["received_json"])
    order_id = _uuid(args.get("order_id"))
    return KeptMutation(
        client_id=row["client_id"],
        seq=row["seq"],
        user_id=row["user_id"],
        person=names.get(row["user_id"], ""),
        device=devices.get(row["client_id"], ""),
        name=name,
        what=wording.what(name, args),
        why=wording.why(row["code"]),
        error=row["error"] or "",
        order=orders.get(order_id) if order_id else None,
        status=row["status"],
        message=row["message"] or "",
        occurred_at=row["occurred_at"],
        received_at=row["received_at"],
        raw=raw[:RAW_SHOWN],
        is_cut=len(raw) > RAW_SHOWN,
    )


async def _who(rows: Iterable[dict[str, Any]]) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """The names of the people and of the devices of rows that are in reach."""
    return (
        await _names(User, {row["user_id"] for row in rows}),
        await _names(SyncClient, {row["client_id"] for row in rows if row["client_id"]}),
    )


async def _names(table: type[User | SyncClient], ids: set[UUID]) -> dict[UUID, str]:
    if not ids:
        return {}
    rows = await table.select(table.id, table.name).where(table.id.is_in(sorted(ids)))
    return {row["id"]: row["name"] for row in rows}


async def _orders(actor: Actor, sent: Iterable[Mapping[str, Any]]) -> dict[UUID, OrderLink]:
    """Those that the mutations speak of, as far as they exist and are in reach."""
    ids = {order_id for args in sent if (order_id := _uuid(args.get("order_id")))}
    if not ids:
        return {}
    rows = await ServiceOrder.select(ServiceOrder.id, ServiceOrder.web_number).where(
        visible(actor, ServiceOrder), ServiceOrder.id.is_in(sorted(ids))
    )
    return {row["id"]: OrderLink(**row) for row in rows}


def _read(received: str) -> tuple[str, Mapping[str, Any]]:
    """Name and arguments, as far as they are what they should be: much here is kept because it is not."""
    try:
        sent: dict[str, Any] = msgspec.json.decode(received)
    except (msgspec.DecodeError, RecursionError):
        return "", {}
    name, args = sent.get("name"), sent.get("args")
    return name if isinstance(name, str) else "", args if isinstance(args, dict) else {}


def _pretty(received: str) -> str:
    try:
        return msgspec.json.format(received, indent=2)
    except (msgspec.DecodeError, RecursionError):
        return received


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        return None
