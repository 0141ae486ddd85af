"""What a customer answers by the link: found by its token, judged machine by machine, each taken once.

A machine whose answer is not taken keeps no other from being saved: who has ten machines in five rooms saves
as they go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from obstore.store import ObjectStore

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts.attempts import LINK_BY_ADDRESS, count_attempt
from server.accounts.tokens import hash_of
from server.attachments.inspection import inspect
from server.attachments.rules import PDF
from server.bridge import messages
from server.database import Transaction, held, platform, tenant
from server.equipment.tables import MeterReading
from server.pictures import UNREADABLE, shrink
from server.problems import Problem
from server.reading_requests import items, notices
from server.reading_requests import problems as _problems  # noqa: F401  registers the codes raised here
from server.reading_requests.rules import ANSWERABLE, Answer, RequestNow, RequestState, judge_answer, state_of
from server.reading_requests.tables import ReadingRequest
from server.reading_requests.views import Asked, ItemRow
from server.visits.readings import Counters

SOURCE = "customer"
PHOTO_PX = 2000  # a counter can be read on it
JPEG = "image/jpeg"


@dataclass(frozen=True, slots=True)
class Told:
    """What was written for one machine."""

    mono: int | None
    color: int | None
    is_sure: bool = False
    photo: bytes | None = None


@dataclass(slots=True)
class Outcome:
    """By item: what keeps an answer from being taken, which are doubted, and how many were saved."""

    faults: dict[UUID, dict[str, str]] = field(default_factory=dict)
    doubtful: set[UUID] = field(default_factory=set)
    saved: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    request_id: UUID
    reseller_id: UUID
    asked: Asked


def photo_path(reseller_id: UUID, item_id: UUID) -> str:
    return f"readings/{reseller_id}/{item_id}"


async def find_asked(token: str, *, now: datetime, address: str) -> Asked:
    """What the link shows. A token that is none counts against the address: raises `rate_limited`."""
    found = await _find(token, now=now, address=address)
    return found.asked if found else Asked(RequestState.EXPIRED)


async def answer(
    token: str, told: Mapping[UUID, Told], store: ObjectStore, *, now: datetime, address: str
) -> Outcome:
    """Machines that were answered for already are passed over, and so is an id that is none of the request's.

    Raises `readings_link_over`, `rate_limited`.
    """
    now = messages.to_the_second(now)
    found = await _find(token, now=now, address=address)
    if found is None or found.asked.state not in ANSWERABLE:
        raise Problem("readings_link_over")
    outcome = Outcome()
    with tenant(found.reseller_id):
        photos = await _kept_photos(found, told, store, outcome)
        async with DB.transaction() as tx:
            request = await held.hold(tx, ReadingRequest, found.request_id)
            assert request is not None
            if request["completed_at"] is not None or request["revoked_at"] is not None:
                return outcome
            machines = await items.read_items(found.request_id)
            known = await items.histories([machine.equipment_id for machine in machines])
            readings = []
            for machine in machines:
                if machine.answered_at is not None or machine.id not in told or machine.id in outcome.faults:
                    continue
                history = [counters for _, counters in known.get(machine.equipment_id, [])]
                reading = await _take(
                    tx, found, machine, told[machine.id], history, photos.get(machine.id, ""), outcome, now
                )
                if reading is not None:
                    readings.append(reading)
            if not readings:
                return outcome
            await messages.readings_taken(tx, found.reseller_id, readings, now)
            outcome.saved = len(readings)
            answered = sum(machine.answered_at is not None for machine in machines) + len(readings)
            if answered == len(machines):
                held.write(tx, ReadingRequest, found.request_id, {"completed_at": now, "remind_at": None})
            await notices.tell(found.reseller_id, bridge=True)
    return outcome


async def _take(
    tx: Transaction,
    found: _Found,
    machine: ItemRow,
    told: Told,
    history: list[Counters],
    photo_type: str,
    outcome: Outcome,
    now: datetime,
) -> messages.Reading | None:
    counters = Counters(told.mono, told.color, now)
    judged = judge_answer(counters, history, is_color=machine.is_color, is_sure=told.is_sure, now=now)
    if not judged.is_taken:
        _refuse(outcome, machine.id, judged)
        return None
    reading_id = uuid7()
    is_first = await tx.execute(
        "UPDATE reading_request_item SET meter_reading_id = $2, answered_at = $3, photo_type = $4"
        " WHERE id = $1 AND answered_at IS NULL",
        machine.id,
        reading_id,
        now,
        photo_type,
    )
    if not is_first:
        return None
    reading = MeterReading(
        id=reading_id,
        reseller_id=found.reseller_id,
        equipment_id=machine.equipment_id,
        mono=told.mono,
        color=told.color,
        read_at=now,
        source=SOURCE,
        is_lower=judged.verdict.is_lower,
        is_implausible=judged.verdict.is_implausible,
        recorded_at=now,
    )
    await MeterReading.insert(reading)
    return messages.Reading(reading_id, machine.equipment_id, told.mono, told.color, now, SOURCE)


def _refuse(outcome: Outcome, item_id: UUID, judged: Answer) -> None:
    if judged.faults:
        outcome.faults[item_id] = judged.faults
    else:
        outcome.doubtful.add(item_id)


async def _kept_photos(
    found: _Found, told: Mapping[UUID, Told], store: ObjectStore, outcome: Outcome
) -> dict[UUID, str]:
    """Stored before their rows name them, drawn anew, so that nothing says where they were taken; the type of
    each. What is no picture is told beside its machine."""
    open_ids = {machine.id for machine in found.asked.items if machine.answered_at is None}
    kept: dict[UUID, str] = {}
    for item_id, one in told.items():
        if one.photo is None or item_id not in open_ids:
            continue
        try:
            if await asyncio.to_thread(inspect, "foto", one.photo) == PDF:
                raise Problem("attachment_refused", file="foto")
            drawn = await asyncio.to_thread(_drawn, one.photo)
        except Problem as problem:
            outcome.faults[item_id] = {"photo": problem.detail}
            continue
        await store.put_async(photo_path(found.reseller_id, item_id), drawn)
        kept[item_id] = JPEG
    return kept


def _drawn(photo: bytes) -> bytes:
    try:
        return shrink(photo, PHOTO_PX)
    except UNREADABLE as error:
        raise Problem("attachment_unreadable", file="foto") from error


async def _find(token: str, *, now: datetime, address: str) -> _Found | None:
    """None for a link that shows nothing: unknown, or its customer or reseller is gone."""
    with platform():
        rows = await DB.fetch(_FIND, hash_of(token))
        if not rows:
            async with DB.transaction():
                await count_attempt((LINK_BY_ADDRESS, address), now=now)
            return None
    row: dict[str, Any] = dict(zip(_NAMES, rows[0], strict=True))
    with tenant(row["reseller_id"]):
        machines = await items.read_items(row["id"])
    answered = sum(machine.answered_at is not None for machine in machines)
    request = RequestNow(row["expires_at"], row["completed_at"], row["revoked_at"], answered)
    state = state_of(request, now)
    asked = Asked(state)
    if state in ANSWERABLE or state is RequestState.COMPLETE:
        asked = Asked(
            state,
            row["trade_name"] or row["company_name"],
            row["phone"],
            row["customer_trade_name"] or row["customer_name"],
            row["timezone"],
            row["month_on"],
            machines,
        )
    return _Found(row["id"], row["reseller_id"], asked)


_NAMES = (
    "id", "reseller_id", "month_on", "expires_at", "completed_at", "revoked_at", "customer_name",
    "customer_trade_name", "company_name", "trade_name", "phone", "timezone",
)  # fmt: skip
# A customer that was retired, or a reseller that left, ends the link at once.
_FIND = """SELECT q.id, q.reseller_id, q.month_on, q.expires_at, q.completed_at, q.revoked_at, c.name,
    c.trade_name, k.name, k.trade_name, k.phone, r.timezone
    FROM reading_request q
    JOIN customer c ON c.id = q.customer_id AND c.is_active
    JOIN company k ON k.id = c.company_id
    JOIN reseller r ON r.id = q.reseller_id AND r.is_active
    WHERE q.token_hash = $1"""
