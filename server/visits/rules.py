"""What the evidence of a visit says about itself: clocks, travel, signature; pure.

Nothing here refuses anything. Each rule returns findings for the office, or none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

import msgspec

from server.service_orders.discrepancies import DiscrepancyKind, Finding
from server.tracking.rules import Place, roughly_metres

CLOCK_TOLERANCE_MS = 5 * 60_000
FASTEST_KMH = 200.0  # between two facts; a track's fixes are judged by server.tracking.rules


def judge_clock(offset_ms: int | None) -> list[Finding]:
    """The measured difference between portal and device, when the fact was sent."""
    if offset_ms is None or abs(offset_ms) <= CLOCK_TOLERANCE_MS:
        return []
    return [Finding(DiscrepancyKind.CLOCK_DRIFT, {"minutes": round(offset_ms / 60_000)})]


def judge_travel(places: Sequence[Place]) -> list[Finding]:
    """Two facts of one visit so far apart that nobody drives it in the time between them."""
    ordered = sorted(places, key=lambda place: place.at)
    for a, b in pairwise(ordered):
        way = roughly_metres(a.point, b.point)
        way -= a.accuracy_m + b.accuracy_m
        seconds = max((b.at - a.at).total_seconds(), 1)
        if way > 2_000 and way / seconds * 3.6 > FASTEST_KMH:
            facts = {"km": round(way / 1000, 1), "minutes": round(seconds / 60)}
            return [Finding(DiscrepancyKind.IMPOSSIBLE_TRAVEL, facts)]
    return []


@dataclass(frozen=True, slots=True)
class SignedForm:
    """What was submitted beside the signature and must be what was signed."""

    visit_id: UUID
    order_id: UUID
    outcome: str
    diagnosis: str
    resolution: str
    readings: Sequence[tuple[int | None, int | None]]
    parts: Sequence[tuple[str, int]]
    signer_name: str | None
    signer_document: str | None


@dataclass(frozen=True, slots=True)
class OrderNow:
    """The order as the office has it when the signature arrives."""

    web_number: int
    customer: str
    serial_number: str | None


def judge_signature(text: str, content_hash: str, form: SignedForm, order: OrderNow) -> list[Finding]:
    """The hash must be the text's, the text say what was submitted, and the order still be that one."""
    if hashlib.sha256(text.encode()).hexdigest() != content_hash:
        return [Finding(DiscrepancyKind.SIGNATURE_MISMATCH, {"fields": ["content_hash"]})]
    try:
        signed = msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError:
        return [Finding(DiscrepancyKind.SIGNATURE_MISMATCH, {"fields": ["signed_content"]})]
    findings = []
    other = [name for name, value in _submitted(form).items() if signed.get(name) != value]
    if other:
        findings.append(Finding(DiscrepancyKind.SIGNATURE_MISMATCH, {"fields": sorted(other)}))
    now = {
        "web_number": order.web_number,
        "customer": order.customer,
        "serial_number": order.serial_number,
    }
    # The phone may not have known the number of an order that was opened on it.
    changed = {
        name: {"signed": signed[name], "now": value}
        for name, value in now.items()
        if signed.get(name) is not None and signed[name] != value
    }
    if changed:
        findings.append(Finding(DiscrepancyKind.CONTENT_CHANGED, changed))
    return findings


def _submitted(form: SignedForm) -> dict[str, Any]:
    return {
        "visit_id": str(form.visit_id),
        "order_id": str(form.order_id),
        "outcome": form.outcome,
        "diagnosis": form.diagnosis,
        "resolution": form.resolution,
        "readings": [list(pair) for pair in form.readings],
        "parts": [list(pair) for pair in form.parts],
        "signer_name": form.signer_name,
        "signer_document": form.signer_document,
    }
