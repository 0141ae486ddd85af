"""The only writer of deliveries. Every function runs inside the transaction of one mutation and may be
repeated: rows carry ids that were made on the phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from server.bridge import messages
from server.database import Transaction, held
from server.database.phone_rows import clean, clean_json, insert_once
from server.deliveries import notices, policy, proof
from server.deliveries.discrepancies import DiscrepancyKind, Finding
from server.deliveries.files import CHECK_FILES, FILES_DUE
from server.deliveries.outcomes import REASON_NAMES, FailureReason, Outcome
from server.deliveries.recording import Recorder, lock_invoice, raise_discrepancies
from server.deliveries.rules import (
    Effect,
    InvoiceNow,
    Proof,
    judge_clock,
    judge_proof,
    judge_time,
    resolve,
)
from server.deliveries.tables import Delivery, Invoice
from server.jobs.outbox import enqueue
from server.notifications.actions import announce
from server.notifications.events import Event
from server.notifications.subjects import Subject
from server.problems import Problem

LONGEST_OFFSET = 14 * 60  # minutes; no zone is farther from UTC


@dataclass(frozen=True, slots=True)
class NewFile:
    """An image named by its hash; the file may come later. A photo has no strokes."""

    id: UUID
    sha256: str
    size: int
    content_type: str
    taken_at: datetime
    width: int | None = None
    height: int | None = None
    strokes: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a driver recorded at a door. `happened_at` is what the person says of the time."""

    delivery_id: UUID
    invoice_id: UUID
    outcome: Outcome
    happened_at: datetime
    utc_offset_minutes: int
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    receiver_name: str = ""
    receiver_document: str = ""
    reason: FailureReason | None = None
    note: str = ""
    signature: NewFile | None = None
    photos: Sequence[NewFile] = field(default_factory=tuple)


async def record_delivery(recorder: Recorder, said: Attempt) -> tuple[str, ...]:
    """A fact; the kinds of the discrepancies that it raises. Raises `invoice_unknown`, `delivery_foreign`."""
    invoice = await lock_invoice(recorder, said.invoice_id)
    now = InvoiceNow(
        bool(invoice["is_active"]),
        invoice["delivery_status"] == Outcome.DELIVERED,
        invoice["carrier_id"],
        invoice["issued_at"],
    )
    effect, conflict = resolve(now.meeting(recorder.carrier_id), said.outcome)
    if not await _insert(recorder, said, is_primary=effect is Effect.DELIVER):
        await _check_own(recorder, said.delivery_id)
        return ()
    await _add_files(recorder, said)
    findings = [Finding(conflict, _facts(conflict, invoice))] if conflict else []
    findings += judge_clock(recorder.clock_offset_ms)
    findings += judge_time(said.happened_at, now.issued_at, recorder.received_at)
    if said.outcome is not Outcome.NOT_DELIVERED:
        asked = await policy.requirements_of(recorder.reseller_id)
        findings += judge_proof(_proof(said), asked)
    await _change_invoice(recorder, invoice, said, effect)
    if effect is not Effect.NOTHING:
        await _announce(recorder, invoice, said)
    await raise_discrepancies(
        recorder.tx, recorder.reseller_id, said.delivery_id, findings, recorder.received_at
    )
    await notices.tell(recorder.reseller_id, said.invoice_id)
    return tuple(finding.kind.value for finding in findings)


async def withdraw_delivery(recorder: Recorder, delivery_id: UUID, reason: str) -> tuple[str, ...]:
    """A fact: the driver says that this was not so. It stays, marked; its invoice is to be delivered again,
    unless ILUX was told already, which is then the office's to mend.

    Raises `delivery_unknown` and `delivery_foreign`.
    """
    found = await Delivery.select(Delivery.invoice_id).where(Delivery.id == delivery_id).first()
    if found is None:
        raise Problem("delivery_unknown")
    invoice = await lock_invoice(recorder, found["invoice_id"])
    delivery = await held.hold(recorder.tx, Delivery, delivery_id)
    if delivery is None or delivery["user_id"] != recorder.actor.user_id:
        raise Problem("delivery_foreign")
    if delivery["withdrawn_at"] is not None:
        return ()
    withdrawn = {"withdrawn_at": recorder.received_at, "withdrawn_reason": clean(reason, 200)}
    held.write(recorder.tx, Delivery, delivery_id, withdrawn)
    findings: list[Finding] = []
    is_told = delivery["is_primary"] and await messages.is_told(recorder.tx, invoice["id"], delivery_id)
    if is_told:
        findings.append(Finding(DiscrepancyKind.WITHDRAWN_AFTER_ILUX, {"reason": clean(reason, 200)}))
    else:
        await _reopen_invoice(recorder, invoice, delivery)
    await raise_discrepancies(recorder.tx, recorder.reseller_id, delivery_id, findings, recorder.received_at)
    await notices.tell(recorder.reseller_id, found["invoice_id"])
    return tuple(finding.kind.value for finding in findings)


async def _insert(recorder: Recorder, said: Attempt, *, is_primary: bool) -> bool:
    files = [said.signature] if said.signature else []
    image = next(iter((*files, *said.photos)), None)
    return await insert_once(
        recorder.tx,
        "delivery",
        id=said.delivery_id,
        reseller_id=recorder.reseller_id,
        invoice_id=said.invoice_id,
        carrier_id=recorder.carrier_id,
        user_id=recorder.actor.user_id,
        driver_name=recorder.actor.name,
        client_id=recorder.client_id,
        client_seq=recorder.seq,
        outcome=said.outcome.value,
        is_primary=is_primary,
        reason=said.reason.value if said.reason else "",
        note=clean(said.note),
        receiver_name=clean(said.receiver_name, 60),
        receiver_document=clean(said.receiver_document, 20),
        happened_at=said.happened_at,
        utc_offset_minutes=max(-LONGEST_OFFSET, min(said.utc_offset_minutes, LONGEST_OFFSET)),
        occurred_at=recorder.occurred_at,
        estimated_at=recorder.estimated_at,
        received_at=recorder.received_at,
        clock_offset_ms=recorder.clock_offset_ms,
        latitude=said.latitude,
        longitude=said.longitude,
        accuracy_m=said.accuracy_m,
        proof_sha256=image.sha256 if image else "",
    )


async def _check_own(recorder: Recorder, delivery_id: UUID) -> None:
    """The same delivery again changes nothing; one of somebody else's under its id does not become ours."""
    known = await Delivery.exists().where(
        Delivery.id == delivery_id,
        Delivery.reseller_id == recorder.reseller_id,
        Delivery.user_id == recorder.actor.user_id,
    )
    if not known:
        raise Problem("delivery_foreign")


async def _add_files(recorder: Recorder, said: Attempt) -> None:
    named = [("signature", said.signature)] if said.signature else []
    named += [("photo", photo) for photo in said.photos]
    arrivals = await _arrivals(recorder.tx, recorder.reseller_id, [file.sha256 for _, file in named])
    for kind, file in named:
        await insert_once(
            recorder.tx,
            "delivery_file",
            id=file.id,
            reseller_id=recorder.reseller_id,
            delivery_id=said.delivery_id,
            kind=kind,
            sha256=file.sha256,
            size=file.size,
            content_type=file.content_type,
            width=file.width,
            height=file.height,
            strokes=clean_json(file.strokes),
            taken_at=file.taken_at,
            file_at=arrivals.get(file.sha256),
        )
    if not named:
        return
    if named[0][1].sha256 in arrivals:
        await proof.wish_for_hash(recorder.tx, recorder.reseller_id, said.delivery_id)
    await enqueue(
        CHECK_FILES,
        {"delivery_id": said.delivery_id},
        dedupe_key=f"{CHECK_FILES}:{said.delivery_id}",
        reseller_id=recorder.reseller_id,
        run_at=recorder.received_at + FILES_DUE,
    )


async def _arrivals(tx: Transaction, reseller_id: UUID, hashes: Sequence[str]) -> dict[str, datetime]:
    """When the files were stored that were quicker than the mutation that names them."""
    if not hashes:
        return {}
    marks = ", ".join(f"${number}" for number in range(2, 2 + len(hashes)))
    rows = await tx.fetch(
        f"SELECT sha256, stored_at FROM sync_file WHERE reseller_id = $1 AND sha256 IN ({marks})",
        reseller_id,
        *hashes,
    )
    return dict(rows)


async def _change_invoice(recorder: Recorder, invoice: dict[str, Any], said: Attempt, effect: Effect) -> None:
    if effect is Effect.NOTHING:
        return
    columns: dict[str, Any] = {"last_outcome": said.outcome.value}
    if effect is Effect.DELIVER:
        columns |= {
            "delivery_status": Outcome.DELIVERED.value,
            "delivered_at": said.happened_at,
            "received_by": clean(said.receiver_name, 60),
        }
        await messages.invoice_delivered(
            recorder.tx,
            recorder.reseller_id,
            said.invoice_id,
            said.delivery_id,
            {name: columns[name] for name in ("delivery_status", "delivered_at", "received_by")},
            {"delivery_status": invoice["delivery_status"]},
            recorder.received_at,
        )
    held.write(recorder.tx, Invoice, said.invoice_id, columns)


async def _announce(recorder: Recorder, invoice: dict[str, Any], said: Attempt) -> None:
    is_made = said.outcome is Outcome.DELIVERED
    reason = REASON_NAMES[said.reason] if said.reason else ""
    await announce(
        Event.DELIVERY_MADE if is_made else Event.DELIVERY_FAILED,
        Subject.DELIVERY,
        said.delivery_id,
        reseller_id=recorder.reseller_id,
        company_id=invoice["company_id"],
        customer_id=invoice["customer_id"],
        actor_id=recorder.actor.user_id,
        facts={
            "receiver": f"Recebido por {clean(said.receiver_name, 60)}" if said.receiver_name else "",
            "change": "entregue em parte" if said.outcome is Outcome.PARTIAL else "não entregue",
            "reason": ". ".join(part for part in (reason, clean(said.note)) if part),
        },
    )


async def _reopen_invoice(recorder: Recorder, invoice: dict[str, Any], delivery: dict[str, Any]) -> None:
    """As if the withdrawn delivery had not been."""
    standing = (
        await Delivery.select(Delivery.outcome)
        .where(
            Delivery.invoice_id == invoice["id"],
            Delivery.id != delivery["id"],
            Delivery.withdrawn_at.is_null(),
        )
        .order_by(Delivery.happened_at, ascending=False)
        .first()
    )
    columns: dict[str, Any] = {"last_outcome": standing["outcome"] if standing else ""}
    if delivery["is_primary"]:
        columns |= {"delivery_status": "pending", "delivered_at": None, "received_by": ""}
    held.write(recorder.tx, Invoice, invoice["id"], columns)


def _proof(said: Attempt) -> Proof:
    return Proof(
        receiver_name=said.receiver_name.strip(),
        receiver_document=said.receiver_document.strip(),
        has_signature=said.signature is not None,
        has_photo=bool(said.photos),
        has_position=said.latitude is not None,
    )


def _facts(conflict: DiscrepancyKind, invoice: dict[str, Any]) -> dict[str, Any]:
    if conflict is DiscrepancyKind.INVOICE_REASSIGNED:
        return {"carrier_id": invoice["carrier_id"]}
    if conflict is DiscrepancyKind.ALREADY_DELIVERED:
        return {"delivered_at": invoice["delivered_at"], "received_by": invoice["received_by"]}
    return {}
