"""Service orders as ILUX says them: it is the reseller's books, so what it says is taken as it is.

Whole batches at a time: a first load brings a hundred thousand. What ILUX has not heard yet is not undone:
while a change of the portal is on its way there, ILUX's older status is no news. What technicians recorded
stays with their visits, whatever becomes of the order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.calendars import pauses
from server.checklists.choosing import give_checklists
from server.database import Transaction, bulk
from server.service_orders.announcements import announce_change, announce_opening, is_news
from server.service_orders.orders import plain
from server.service_orders.statuses import CLOSED, Source, Status
from server.service_orders.steps import Step, kind_of, opening_status
from server.service_orders.tables import OrderEvent, ServiceOrder

GONE = "Excluído no ILUX"
# What the books know shorter than the portal, where the order was born in the portal.
_MAY_BE_CUT = frozenset({"description", "requester_name", "requester_phone"})
_SAID = (
    "company_id", "customer_id", "equipment_id", "contract_id", "contract_number", "contract_kind",
    "defect_id", "defect", "technician_id", "ilux_number", "status", "description", "requester_name",
    "requester_phone", "opened_at", "due_at", "closed_at", "diagnosis", "resolution",
)  # fmt: skip
_FOLLOWING = ("pending_reason", "cancel_reason", "dispatched_at", "last_change_at")
_BORN_WITH = ("web_number", "opened_from", "checklist_version_id")
_COLUMNS = ("id", "reseller_id", *_BORN_WITH, *_SAID, *_FOLLOWING)
_NEVER_REWRITTEN = frozenset({"reseller_id", *_BORN_WITH})
_EVENT_COLUMNS = (
    "id", "reseller_id", "service_order_id", "kind", "user_name", "source", "before", "after", "note",
    "is_internal", "order_ver", "occurred_at", "recorded_at",
)  # fmt: skip
_DEFAULTS: Mapping[str, Any] = {
    "contract_number": "", "contract_kind": "none", "defect": "", "description": "", "requester_name": "",
    "requester_phone": "", "diagnosis": "", "resolution": "", "cancel_reason": "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """One order of ILUX: the columns that it says something of. `status` is always among them.

    `steps` are the statuses that it went through to be there, as far as the bridge saw them. `is_live` when
    it comes by itself and not in a load, so that people want to know of it.
    """

    order_id: UUID
    columns: Mapping[str, Any]
    steps: tuple[Step, ...] = ()
    is_live: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """The changed columns, as they were and are; the kind of the history's line."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    kind: str


def decide(
    order: Mapping[str, Any], said: Mapping[str, Any], unheard: Collection[Status], now: datetime
) -> Decision | None:
    """What changes; None when nothing does.

    `unheard` are the statuses that ILUX goes through until it has heard of all that the portal changed.
    """
    wanted = {name: value for name, value in said.items() if not _is_cut(order, name, value)}
    if order["opened_from"] != Source.ILUX:
        wanted.pop("opened_at", None)
    if said["status"] in unheard:
        for name in ("status", "technician_id", "due_at", "closed_at"):
            wanted.pop(name, None)
    after = {name: value for name, value in wanted.items() if order[name] != value}
    status = Status(after.get("status", order["status"]))
    if status in CLOSED and after.get("closed_at", now) is None:
        del after["closed_at"]  # ILUX does not date every closing: the one that it got here stays
    if "status" in after:
        after |= _following(order, status, after.get("closed_at"), now)
    if "technician_id" in after:
        after["dispatched_at"] = now
    after = {name: value for name, value in after.items() if order[name] != value}
    if not after:
        return None
    before = {name: order[name] for name in after}
    return Decision(before, after, _kind_of(after))


async def take(
    tx: Transaction,
    reseller_id: UUID,
    said: Sequence[Said],
    unheard: Mapping[UUID, Collection[Status]],
    now: datetime,
) -> None:
    """Write what is new of these orders, with a line of history for each; none of them twice in `said`."""
    tx.root.kept.clear()  # what was read before is older than what is written here
    known = await lock(tx, reseller_id, [one.order_id for one in said])
    said = await _unheard_steps(tx, said)
    new = [one for one in said if one.order_id not in known]
    number = await _numbers(tx, reseller_id, len(new))
    rows: list[dict[str, Any]] = []
    lines: list[tuple[Any, ...]] = []
    moved: dict[UUID, datetime | None] = {}
    for one in said:
        order = known.get(one.order_id)
        if order is None:
            columns = _newborn(one, number, now)
            number += 1
            rows.append(columns)
            own = _first_lines(one, columns)
            if one.is_live and is_news(columns["opened_at"], now):
                await announce_opening({**columns, "reseller_id": reseller_id}, None)
        else:
            decision = decide(order, one.columns, unheard.get(one.order_id, ()), now)
            if decision is not None:
                rows.append({**order, **decision.after, "last_change_at": now})
                if pauses.may_move(order, decision.after):
                    moved[one.order_id] = decision.after.get("due_at", order["due_at"])
                if one.is_live and is_news(one.steps[-1].at if one.steps else None, now):
                    await announce_change(order, decision.after, None)
            own = _next_lines(one, decision, now)
        ver = order["ver"] if order is not None else 0
        lines += [_stored_line(line, one.order_id, reseller_id, ver, now, at) for at, line in enumerate(own)]
    born = [row for row in rows if row["id"] not in known and row["status"] not in CLOSED]
    await give_checklists(reseller_id, born)
    await bulk.upsert(
        tx,
        ServiceOrder,
        _COLUMNS,
        [_stored(row, reseller_id) for row in rows],
        kept=_NEVER_REWRITTEN,
    )
    await bulk.insert(tx, OrderEvent, _EVENT_COLUMNS, lines)
    await pauses.keep_paused_due(tx, moved)


async def find(tx: Transaction, reseller_id: UUID, order_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """The orders' columns as they are, to be compared by `decide`."""
    return await _read(tx, reseller_id, order_ids, "")


async def cancel_gone(
    tx: Transaction,
    reseller_id: UUID,
    order_ids: Sequence[UUID],
    steps: Mapping[UUID, tuple[Step, ...]],
    now: datetime,
    *,
    is_live: bool = False,
) -> None:
    """Orders that ILUX no longer has; closed ones stay as they are. `steps` are what they went through."""
    known = await lock(tx, reseller_id, order_ids)
    cancelled = {"status": Status.CANCELLED, "cancel_reason": GONE}
    said = [
        Said(
            order_id,
            {"status": Status(row["status"])} if Status(row["status"]) in CLOSED else cancelled,
            steps.get(order_id, ()),
            is_live,
        )
        for order_id, row in known.items()
    ]
    await take(tx, reseller_id, said, {}, now)


def _is_cut(order: Mapping[str, Any], name: str, value: Any) -> bool:
    """ILUX's column was too short for what was written in the portal."""
    is_ours = name in _MAY_BE_CUT and order["opened_from"] != Source.ILUX
    return is_ours and bool(value) and str(order[name]).startswith(value)


def _following(
    order: Mapping[str, Any], status: Status, closed_at: datetime | None, now: datetime
) -> dict[str, Any]:
    """What goes with a status."""
    closed_at = (closed_at or order["closed_at"] or now) if status in CLOSED else None
    pending_reason = order["pending_reason"] if status is Status.PENDING else None
    following = {"closed_at": closed_at, "pending_reason": pending_reason}
    return following if status is Status.CANCELLED else {**following, "cancel_reason": ""}


def _kind_of(after: Mapping[str, Any]) -> str:
    if "status" in after:
        return kind_of(Status(after["status"]))
    return "dispatched" if after.get("technician_id") else "edited"


@dataclass(frozen=True, slots=True)
class _Line:
    id: UUID
    kind: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    occurred_at: datetime


def _first_lines(one: Said, columns: Mapping[str, Any]) -> list[_Line]:
    status = opening_status(one.steps, Status(columns["status"]))
    opened = _Line(uuid7(), "opened", {}, {"status": status}, columns["opened_at"])
    return [opened, *(_of_step(one, step) for step in one.steps if not step.is_opening)]


def _next_lines(one: Said, decision: Decision | None, now: datetime) -> list[_Line]:
    """The steps and the change; where the last step made the change they are one line, of the step's time."""
    steps = [step for step in one.steps if not step.is_opening]
    if decision is None:
        return [_of_step(one, step) for step in steps]
    line_id, at, before = uuid7(), now, decision.before
    if steps and steps[-1].after == decision.after.get("status"):
        last = steps.pop()
        line_id, at = last.line_id(one.order_id), last.at
        if steps and last.before:
            before = {**before, "status": last.before}
    change = _Line(line_id, decision.kind, before, decision.after, at)
    return [*(_of_step(one, step) for step in steps), change]


def _of_step(one: Said, step: Step) -> _Line:
    before = {"status": step.before} if step.before else {}
    return _Line(step.line_id(one.order_id), step.kind, before, {"status": step.after}, step.at)


def _stored_line(
    line: _Line, order_id: UUID, reseller_id: UUID, ver: int, now: datetime, place: int
) -> tuple[Any, ...]:
    """A history is shown in the order of recording: a microsecond keeps apart what came at once."""
    before, after = (msgspec.json.encode(part).decode() for part in (line.before, line.after))
    recorded_at = now + timedelta(microseconds=place)
    return (
        (line.id, reseller_id, order_id, line.kind, "", Source.ILUX.value, before, after, "", False, ver)
        + (line.occurred_at, recorded_at)
    )  # fmt: skip


async def _unheard_steps(tx: Transaction, said: Sequence[Said]) -> Sequence[Said]:
    """Without the steps that have their lines already. The orders are locked."""
    wanted = {step.line_id(one.order_id) for one in said for step in one.steps}
    if not wanted:
        return said
    rows = await tx.fetch(f"select id from order_event where {bulk.among('id', 1)}", bulk.values(wanted))
    there = {line_id for (line_id,) in rows}
    return [
        replace(one, steps=tuple(step for step in one.steps if step.line_id(one.order_id) not in there))
        for one in said
    ]


def _newborn(one: Said, number: int, now: datetime) -> dict[str, Any]:
    said = one.columns
    row = {
        **dict.fromkeys(_COLUMNS),
        **_DEFAULTS,
        **{name: value for name, value in said.items() if value is not None},
        "id": one.order_id,
        "web_number": number,
        "opened_from": Source.ILUX,
        "last_change_at": now,
    }
    status = Status(row["status"])
    row["closed_at"] = (row["closed_at"] or now) if status in CLOSED else None
    row["dispatched_at"] = now if row["technician_id"] else None
    return row


def _stored(row: Mapping[str, Any], reseller_id: UUID) -> tuple[Any, ...]:
    words = {"status": plain(row["status"]), "opened_from": plain(row["opened_from"])}
    stored = {**row, **words, "reseller_id": reseller_id}
    return tuple(stored[name] for name in _COLUMNS)


async def lock(tx: Transaction, reseller_id: UUID, order_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Always in the same order, so that two batches cannot wait for each other."""
    return await _read(tx, reseller_id, order_ids, " for no key update" if DB.dialect == "postgres" else "")


async def _read(
    tx: Transaction, reseller_id: UUID, order_ids: Sequence[UUID], lock: str
) -> dict[UUID, dict[str, Any]]:
    names = ("ver", *_COLUMNS)
    rows = await tx.fetch(
        f"select {', '.join(names)} from service_order where reseller_id = $1 and {bulk.among('id', 2)}"
        f" order by id{lock}",
        reseller_id,
        bulk.values(order_ids),
    )
    return {row["id"]: row for row in (dict(zip(names, values, strict=True)) for values in rows)}


async def _numbers(tx: Transaction, reseller_id: UUID, count: int) -> int:
    """The first of so many numbers in a row."""
    if not count:
        return 0
    rows = await tx.fetch(
        "update reseller set next_web_number = next_web_number + $2 where id = $1 returning next_web_number",
        reseller_id,
        count,
    )
    return int(rows[0][0]) - count
