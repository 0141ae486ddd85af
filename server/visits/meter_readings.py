"""The counters that a technician read: kept if they are counts at all, flagged if they look wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from server.bridge.messages import Reading
from server.database.phone_rows import insert_once
from server.equipment.tables import Equipment, MeterReading
from server.service_orders.discrepancies import DiscrepancyKind, Finding
from server.visits.readings import Counters, is_storable, judge
from server.visits.recording import Recorder


@dataclass(frozen=True, slots=True)
class NewReading:
    id: UUID
    equipment_id: UUID
    counters: Counters
    is_confirmed: bool


async def record_readings(
    recorder: Recorder, customer_id: UUID, visit_id: UUID, readings: Sequence[NewReading]
) -> tuple[list[Finding], list[Reading]]:
    """What the office must look at, and what was not known before."""
    findings: list[Finding] = []
    recorded: list[Reading] = []
    for reading in readings:
        machine = (
            await Equipment.select(Equipment.serial_number, Equipment.customer_id)
            .where(Equipment.id == reading.equipment_id, Equipment.reseller_id == recorder.reseller_id)
            .first()
        )
        counters = reading.counters
        facts: dict[str, Any] = {"mono": counters.mono, "color": counters.color}
        if machine is None or machine["customer_id"] != customer_id:
            unknown = {"equipment_id": reading.equipment_id, **facts}
            findings.append(Finding(DiscrepancyKind.UNKNOWN_EQUIPMENT, unknown))
        if machine is None:
            continue
        if not is_storable(counters):
            facts["serial_number"] = machine["serial_number"]
            findings.append(Finding(DiscrepancyKind.READING_IMPLAUSIBLE, facts))
            continue
        doubts, is_new = await _record(recorder, visit_id, reading, machine["serial_number"])
        findings += doubts
        if is_new:
            kept = (counters.mono, counters.color, counters.read_at)
            recorded.append(Reading(reading.id, reading.equipment_id, *kept, "field"))
    return findings, recorded


async def _record(
    recorder: Recorder, visit_id: UUID, reading: NewReading, serial_number: str
) -> tuple[list[Finding], bool]:
    known = (
        await MeterReading.select(MeterReading.mono, MeterReading.color, MeterReading.read_at)
        .where(
            MeterReading.equipment_id == reading.equipment_id,
            MeterReading.read_at <= reading.counters.read_at,
            MeterReading.id != reading.id,
        )
        .order_by(MeterReading.read_at, ascending=False)
        .limit(3)
    )
    verdict = judge(reading.counters, [Counters(**row) for row in known])
    is_new = await insert_once(
        recorder.tx,
        "meter_reading",
        id=reading.id,
        reseller_id=recorder.reseller_id,
        equipment_id=reading.equipment_id,
        visit_id=visit_id,
        mono=reading.counters.mono,
        color=reading.counters.color,
        read_at=reading.counters.read_at,
        source="field",
        is_lower=verdict.is_lower,
        is_implausible=verdict.is_implausible,
        recorded_at=recorder.received_at,
    )
    return verdict.findings(serial_number), is_new
