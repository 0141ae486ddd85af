"""What a technician does to an order from the field beside serving it: notes, contact, parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from server.database import held
from server.database.phone_rows import clean
from server.service_orders import history, orders
from server.service_orders.discrepancies import DiscrepancyKind, Finding
from server.service_orders.parts import PartLine, add_requests
from server.service_orders.rules import OrderChange
from server.service_orders.statuses import CLOSED, Source
from server.service_orders.tables import OrderEvent, ServiceOrder
from server.visits.conflicts import Assignment, Fact
from server.visits.recording import Recorder, Scene, conflict_findings, enter, settle

CONTACT_FIELDS = {"requester_name": 80, "requester_phone": 30}


async def add_note(recorder: Recorder, note_id: UUID, order_id: UUID, body: str) -> tuple[str, ...]:
    """A fact: a line of the history, and appended to the order's notes. Raises `order_unknown`."""
    scene = await enter(recorder, order_id, None)
    text = clean(body)
    if not text:
        return ()
    is_new = await history.add_line(
        recorder.tx,
        recorder.reseller_id,
        order_id,
        recorder.author,
        recorder.when,
        "note",
        note=text,
        order_ver=scene.order["ver"],
        line_id=note_id,
    )
    if not is_new:
        return ()
    notes = "\n".join(part for part in (scene.order["notes"], text) if part)
    columns = {"notes": notes, "last_change_at": recorder.received_at}
    held.write(recorder.tx, ServiceOrder, order_id, columns)
    return await settle(recorder, scene, None, [])


async def request_parts(
    recorder: Recorder, order_id: UUID, visit_id: UUID | None, lines: Sequence[PartLine], note: str
) -> tuple[str, ...]:
    """A fact, seen by logistics. Raises `order_unknown`, `visit_foreign`."""
    scene = await enter(recorder, order_id, visit_id)
    findings = conflict_findings(scene, scene.resolve(Fact.PART_REQUEST))
    await add_requests(
        recorder.tx,
        scene.order,
        lines,
        recorder.author,
        recorder.when,
        visit_id=visit_id,
        note=clean(note),
    )
    return await settle(recorder, scene, visit_id, findings)


async def update_contact(
    recorder: Recorder, order_id: UUID, base_ver: int, said: dict[str, str | None]
) -> tuple[str, ...]:
    """An intent. What the office changed after `base_ver` stays; what was said becomes a proposal.

    So does everything said of an order that is closed or somebody else's. Raises `order_unknown`.
    """
    scene = await enter(recorder, order_id, None)
    wanted = {
        name: clean(said[name], length)
        for name, length in CONTACT_FIELDS.items()
        if said.get(name) is not None and clean(said[name], length) != scene.order[name]
    }
    kept = await _changed_by_office(scene, base_ver)
    proposed = {name: value for name, value in wanted.items() if name in kept}
    edited = {name: value for name, value in wanted.items() if name not in kept}
    change = OrderChange({name: scene.order[name] for name in edited}, edited)
    await orders.write(recorder.tx, scene.order, change, recorder.author, recorder.when, "edited")
    findings = []
    if proposed:
        facts = {name: {"proposed": value, "now": scene.order[name]} for name, value in proposed.items()}
        findings.append(Finding(DiscrepancyKind.CONTACT_PROPOSAL, facts))
    return await settle(recorder, scene, None, findings)


async def _changed_by_office(scene: Scene, base_ver: int) -> set[str]:
    """The contact's fields that are not the technician's to change any more."""
    if scene.status in CLOSED or scene.assignment is not Assignment.OWN:
        return set(CONTACT_FIELDS)
    lines: list[dict[str, Any]] = await OrderEvent.select(OrderEvent.after).where(
        OrderEvent.service_order_id == scene.order_id,
        OrderEvent.kind == "edited",
        OrderEvent.source != Source.FIELD.value,
        OrderEvent.order_ver >= base_ver,
    )
    return {name for line in lines for name in msgspec.json.decode(line["after"])}
