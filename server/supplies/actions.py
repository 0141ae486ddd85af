"""The only writer of supply requests for people at customers and at the desk.

Each is one transaction: lock, ask the rule, write named columns, record who changed what, tell ILUX and open
pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.documents import one_line
from server.accounts.scope import visible
from server.bridge import messages, supply_messages
from server.bridge.supply_messages import Item
from server.database import Transaction
from server.equipment.tables import MeterReading
from server.problems import Problem
from server.service_orders import problems as _problems  # noqa: F401  registers the codes raised here
from server.service_orders.history import Author
from server.service_orders.statuses import Source
from server.service_orders.tables import Carrier
from server.supplies import announcements, history, notices, repeats, requests, rules, subjects
from server.supplies.rules import MOST_OF_ONE, RequestEdit
from server.supplies.statuses import RequestStatus
from server.supplies.subjects import Subject
from server.supplies.tables import Supply, SupplyRequest, SupplyRequestItem
from server.supplies.wording import ilux_notes
from server.visits.readings import Counters, Verdict, judge


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What somebody asks for. `request_id` is made with the form, so that sending it twice asks once."""

    request_id: UUID
    quantities: Mapping[UUID, int]
    equipment_id: UUID | None = None
    contract_id: UUID | None = None
    model: str = ""
    department: str = ""
    install_location: str = ""
    mono: int | None = None
    color: int | None = None
    note: str = ""
    requester_name: str = ""
    requester_phone: str = ""
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Warned:
    """What the person is to be warned of, and what it was judged by."""

    texts: list[str]
    verdict: Verdict | None = None
    items: list[Item] = field(default_factory=list)


async def request_supplies(actor: Actor, wanted: NewRequest, *, now: datetime) -> UUID:
    """The same id again changes nothing.

    Raises `not_found` for what is out of reach; `supplies_missing`; `repeat_unconfirmed` with its `warnings`.
    """
    now = messages.to_the_second(now)
    author = Author.on_web(actor)
    async with DB.transaction() as tx:
        if await requests.lock(tx, actor.reseller_id, wanted.request_id) is not None:
            await requests.lock_visible(tx, actor, wanted.request_id)
            return wanted.request_id
        subject = await subjects.find_subject(
            actor, equipment_id=wanted.equipment_id, contract_id=wanted.contract_id, model=wanted.model
        )
        warned = await _warn(actor, subject, wanted, now)
        if warned.texts and not wanted.is_confirmed:
            raise Problem("repeat_unconfirmed", warnings=warned.texts)
        request = _compose(actor, subject, wanted, warned, now)
        request.web_number = await _next_number(tx, actor.reseller_id)
        await SupplyRequest.insert(request)
        await SupplyRequestItem.insert(
            *(
                SupplyRequestItem(
                    id=item.id,
                    reseller_id=actor.reseller_id,
                    supply_request_id=request.id,
                    supply_id=item.supply_id,
                    quantity=item.quantity,
                )
                for item in warned.items
            )
        )
        after = {"status": request.status}
        await history.add(
            tx, history.line(actor.reseller_id, request.id, author, now, "requested", after=after)
        )
        await _keep_reading(tx, actor, wanted, warned.verdict, now)
        await supply_messages.requested(tx, request.to_dict(), warned.items, now)
        await announcements.opened(actor, request)
        await notices.tell(actor.reseller_id, bridge=True)
    return wanted.request_id


async def edit(
    actor: Actor,
    request_id: UUID,
    wanted: RequestEdit,
    *,
    now: datetime,
    note: str = "",
    is_internal: bool = True,
) -> None:
    """Raises `not_found`, `supply_request_cancelled`."""
    async with DB.transaction() as tx:
        row = await requests.lock_visible(tx, actor, request_id)
        change = rules.edit(row, wanted)
        if change.after.get("carrier_id") is not None and not await Carrier.exists().where(
            visible(actor, Carrier), Carrier.id == wanted.carrier_id
        ):
            raise Problem("not_found")
        author = Author.on_web(actor)
        await requests.write(tx, row, change, author, now, note=note.strip(), is_internal=is_internal)


async def cancel(actor: Actor, request_id: UUID, reason: str, *, now: datetime) -> None:
    """Raises `not_found`, `reason_required`, `supply_request_under_way`, `supply_request_cancelled`."""
    async with DB.transaction() as tx:
        row = await requests.lock_visible(tx, actor, request_id)
        change = rules.cancel(row, reason, actor.role)
        await requests.write(tx, row, change, Author.on_web(actor), now, note=reason.strip())


async def _warn(actor: Actor, subject: Subject, wanted: NewRequest, now: datetime) -> Warned:
    """Raises `not_found` for a supply that is not there, `supplies_missing` without any."""
    quantities = {
        supply_id: min(quantity, MOST_OF_ONE)
        for supply_id, quantity in wanted.quantities.items()
        if quantity > 0
    }
    if not quantities:
        raise Problem("supplies_missing")
    rows = await Supply.select(Supply.id, Supply.name, Supply.color, Supply.page_yield).where(
        visible(actor, Supply), Supply.is_active.eq(True), Supply.id.is_in(list(quantities))
    )
    if len(rows) != len(quantities):
        raise Problem("not_found")
    readings = await subjects.newest_readings(subject.equipment_id)
    told = _told(subject, wanted, now)
    verdict = judge(told, readings) if told else None
    newest = told or (readings[0] if readings else None)
    earlier = await subjects.earlier_requests(actor, subject, quantities, readings)
    items = [
        repeats.Wanted(row["id"], row["name"], row["color"], row["page_yield"], quantities[row["id"]])
        for row in rows
    ]
    texts = repeats.warn(items, earlier, newest, now)
    if told and verdict:
        texts += repeats.warn_of_reading(told, verdict.is_lower, readings[0] if readings else None)
    return Warned(texts, verdict, [Item(uuid7(), one.supply_id, one.quantity) for one in items])


def _told(subject: Subject, wanted: NewRequest, now: datetime) -> Counters | None:
    """The counters that the person read; none of a model that stands in many places."""
    if subject.equipment_id is None or (wanted.mono is None and wanted.color is None):
        return None
    return Counters(wanted.mono, wanted.color, now)


def _compose(
    actor: Actor, subject: Subject, wanted: NewRequest, warned: Warned, now: datetime
) -> SupplyRequest:
    """For a machine its own place counts, for a model the one that was typed."""
    is_machine = subject.equipment_id is not None
    place: dict[str, Any] = {}
    if not is_machine:
        place = {
            "model": subject.model,
            "department": one_line(wanted.department)[:80],
            "install_location": one_line(wanted.install_location)[:80],
        }
    note = wanted.note.strip()
    return SupplyRequest(
        id=wanted.request_id,
        reseller_id=actor.reseller_id,
        company_id=subject.company_id,
        customer_id=subject.customer_id,
        equipment_id=subject.equipment_id,
        contract_id=subject.contract_id,
        status=RequestStatus.PENDING.value,
        note=note,
        notes=ilux_notes(
            note=note,
            model=place.get("model", ""),
            contract_number="" if is_machine else subject.contract_number,
            department=place.get("department", ""),
            place=place.get("install_location", ""),
        ),
        mono=wanted.mono if is_machine else None,
        color=wanted.color if is_machine else None,
        warnings=msgspec.json.encode(warned.texts).decode(),
        opened_by_id=actor.user_id,
        opened_from=Source.WEB.value,
        requester_name=(one_line(wanted.requester_name) or actor.name)[:80],
        requester_phone=one_line(wanted.requester_phone)[:30],
        requested_at=now,
        last_change_at=now,
        **place,
    )


async def _keep_reading(
    tx: Transaction, actor: Actor, wanted: NewRequest, verdict: Verdict | None, now: datetime
) -> None:
    """Kept in any case, and flagged where it looks wrong, as every reading is."""
    if verdict is None or wanted.equipment_id is None:
        return
    source = "customer" if actor.is_of_customer else "desk"
    reading = MeterReading(
        id=uuid7(),
        reseller_id=actor.reseller_id,
        equipment_id=wanted.equipment_id,
        mono=wanted.mono,
        color=wanted.color,
        read_at=now,
        source=source,
        is_lower=verdict.is_lower,
        is_implausible=verdict.is_implausible,
        recorded_at=now,
    )
    await MeterReading.insert(reading)
    said = messages.Reading(reading.id, wanted.equipment_id, wanted.mono, wanted.color, now, source)
    await messages.readings_taken(tx, actor.reseller_id, [said], now)


async def _next_number(tx: Transaction, reseller_id: UUID) -> int:
    rows: list[Any] = await tx.fetch(
        "UPDATE reseller SET next_supply_number = next_supply_number + 1 WHERE id = $1"
        " RETURNING next_supply_number",
        reseller_id,
    )
    return int(rows[0][0]) - 1
