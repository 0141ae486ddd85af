"""The read side of the synchronisation with ILUX, for the desk: bridges, what waits, what was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.accounts.tables import Company
from server.bridge import wording
from server.bridge.rules import Health, judge
from server.bridge.status import Reconciliation
from server.bridge.upkeep import Upkeep
from server.service_orders.tables import ServiceOrder
from server.service_orders.views import Page

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class BridgeView:
    """One bridge and its last word; `heard_at` is None for one that never spoke."""

    user_id: UUID
    name: str
    health: Health
    heard_at: datetime | None
    queue: int
    oldest_at: datetime | None
    errors: tuple[str, ...]
    version: str
    firebird: str
    base_bytes: int | None
    upkeep: Upkeep | None
    reconciliation: Reconciliation | None


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """A company of the reseller, and whether ILUX knows it."""

    name: str
    cnpj: str
    is_in_ilux: bool


@dataclass(frozen=True, slots=True)
class RefusalView:
    """A dead letter: which row of ILUX, and why it waits."""

    id: UUID
    what: str
    key: str
    why: str
    refused_at: datetime
    raw: str


@dataclass(frozen=True, slots=True)
class MessageView:
    """Something that was to be written in ILUX. `order_id` leads to the chamado that it is about."""

    id: UUID
    what: str
    status: str
    reason: str
    order_id: UUID | None
    web_number: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """What the portal itself has waiting."""

    waiting: int
    blocked: int
    oldest_at: datetime | None
    refusals: int


async def list_bridges(actor: Actor, now: datetime) -> tuple[BridgeView, ...]:
    """Active accounts of the reseller, in the order in which they were made."""
    rows = await DB.fetch(
        "select u.id, u.name, u.created_at, s.heard_at, s.queue, s.oldest_at, s.errors, s.last_cycle_at,"
        " s.version, s.firebird, s.base_bytes, s.upkeep,"
        " s.reconciled_at, s.reconciled_found, s.reconciled_repaired, s.reconciled_left"
        " from app_user u left join bridge_status s on s.user_id = u.id"
        " where u.reseller_id = $1 and u.role = 'bridge' and u.is_active order by u.id",
        actor.reseller_id,
    )
    return tuple(_bridge(row, now, actor.timezone) for row in rows)


async def is_late(actor: Actor, now: datetime) -> bool:
    """Whether some bridge of the reseller has not completed a cycle for too long."""
    return any(one.health.is_late for one in await list_bridges(actor, now))


async def list_companies(actor: Actor) -> tuple[CompanyLine, ...]:
    rows = (
        await Company.select(Company.id, Company.trade_name, Company.cnpj)
        .where(visible(actor, Company), Company.is_active.eq(True))
        .order_by(Company.trade_name)
    )
    known = await DB.fetch(
        "select row_id from ilux_link where reseller_id = $1 and entity = 'company' and retired_at is null",
        actor.reseller_id,
    )
    linked = {row_id for (row_id,) in known}
    return tuple(CompanyLine(row["trade_name"], row["cnpj"], row["id"] in linked) for row in rows)


async def count_waiting(actor: Actor) -> Counts:
    ((waiting, blocked, oldest_at),) = await DB.fetch(
        "select count(*), count(waits_for_id), min(created_at) from ilux_message"
        " where reseller_id = $1 and status = 'open'",
        actor.reseller_id,
    )
    ((refusals,),) = await DB.fetch(
        "select count(*) from ilux_refusal where reseller_id = $1", actor.reseller_id
    )
    return Counts(waiting, blocked, _instant(oldest_at), refusals)


async def list_refusals(actor: Actor, *, page: int = 1) -> Page[RefusalView]:
    """The newest first."""
    rows = await DB.fetch(
        "select id, entity, key, code, field, wants_key, refused_at, data from ilux_refusal"
        " where reseller_id = $1 order by refused_at desc, id desc limit $2 offset $3",
        actor.reseller_id,
        PAGE_SIZE + 1,
        (page - 1) * PAGE_SIZE,
    )
    views = tuple(
        RefusalView(
            id=row_id,
            what=wording.ENTITIES.get(entity, entity),
            key=key,
            why=wording.refusal_text(code, field, wants_key),
            refused_at=refused_at,
            raw=msgspec.json.format(data, indent=2),
        )
        for row_id, entity, key, code, field, wants_key, refused_at, data in rows[:PAGE_SIZE]
    )
    return Page(views, str(page + 1) if len(rows) > PAGE_SIZE else None)


async def list_failed_messages(actor: Actor) -> tuple[MessageView, ...]:
    """What ILUX refused, and what met another state there; the newest first."""
    return await _messages(
        actor, "status in ('refused', 'conflict') order by answered_at desc, id desc", "answered_at"
    )


async def list_blocked_messages(actor: Actor) -> tuple[MessageView, ...]:
    """What is about something that ILUX does not know yet; the oldest first."""
    return await _messages(actor, "status = 'open' and waits_for_id is not null order by n, id", "created_at")


async def _messages(actor: Actor, condition: str, at: str) -> tuple[MessageView, ...]:
    rows = await DB.fetch(
        f"select id, entity, write, status, reason, row_id, {at} from ilux_message"
        f" where reseller_id = $1 and {condition} limit {PAGE_SIZE}",
        actor.reseller_id,
    )
    order_ids = {row[5] for row in rows if row[1] == "service_order"}
    numbers: dict[UUID, int] = {}
    if order_ids:
        found = await ServiceOrder.select(ServiceOrder.id, ServiceOrder.web_number).where(
            visible(actor, ServiceOrder), ServiceOrder.id.is_in(sorted(order_ids))
        )
        numbers = {row["id"]: row["web_number"] for row in found}
    return tuple(
        MessageView(
            id=row_id,
            what=wording.write_text(entity, write),
            status=status,
            reason=reason,
            order_id=about if about in numbers else None,
            web_number=numbers.get(about),
            at=at_,
        )
        for row_id, entity, write, status, reason, about, at_ in rows
    )


def _bridge(row: tuple[Any, ...], now: datetime, timezone: str) -> BridgeView:
    user_id, name, created_at, heard_at, queue, oldest_at, errors, cycle_at, *more = row
    version, firebird, size, told, *reconciled = more
    said: list[str] = msgspec.json.decode(errors) if errors else []
    upkeep = None if told is None else msgspec.json.decode(told, type=Upkeep)
    health = judge(
        last_cycle_at=cycle_at,
        known_since=created_at,
        base_bytes=size,
        errors=len(said),
        now=now,
        upkeep=upkeep,
        timezone=timezone,
    )
    return BridgeView(
        user_id=user_id,
        name=name,
        health=health,
        heard_at=heard_at,
        queue=queue or 0,
        oldest_at=oldest_at,
        errors=tuple(said),
        version=version or "",
        firebird=firebird or "",
        base_bytes=size,
        upkeep=upkeep,
        reconciliation=Reconciliation(*reconciled) if reconciled[0] else None,
    )


def _instant(value: Any) -> datetime | None:
    """An aggregate of SQLite has no type."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value
