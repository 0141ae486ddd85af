"""What becomes of a delivery, and what of it the office must look at: pure."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest

from server.deliveries.discrepancies import DiscrepancyKind
from server.deliveries.outcomes import Outcome
from server.deliveries.proof import event_time, proof_hash
from server.deliveries.rules import (
    Effect,
    InvoiceNow,
    Meeting,
    Proof,
    Requirements,
    is_late,
    judge_proof,
    judge_time,
    resolve,
)

NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
OWN, OTHER = uuid4(), uuid4()


@pytest.mark.parametrize(("meeting", "outcome"), list(product(Meeting, Outcome)))
def test_the_table_has_a_row_for_every_invoice_and_outcome(meeting: Meeting, outcome: Outcome) -> None:
    effect, discrepancy = resolve(meeting, outcome)
    assert (discrepancy is None) == (meeting is Meeting.OWN)
    if meeting in {Meeting.CANCELLED, Meeting.DELIVERED}:
        assert effect is Effect.NOTHING
    if effect is Effect.DELIVER:
        assert outcome is Outcome.DELIVERED


@pytest.mark.parametrize(
    ("invoice", "meeting"),
    [
        (InvoiceNow(True, False, OWN, NOW), Meeting.OWN),
        (InvoiceNow(True, False, OTHER, NOW), Meeting.ANOTHERS),
        (InvoiceNow(True, False, None, NOW), Meeting.ANOTHERS),
        (InvoiceNow(False, False, OWN, NOW), Meeting.CANCELLED),
        (InvoiceNow(False, True, OTHER, NOW), Meeting.DELIVERED),
    ],
)
def test_how_an_invoice_meets_the_carrier_that_delivered(invoice: InvoiceNow, meeting: Meeting) -> None:
    assert invoice.meeting(OWN) is meeting


def test_a_name_is_enough_until_the_reseller_asks_for_more() -> None:
    proof = Proof("Rosa", "", has_signature=False, has_photo=False, has_position=False)
    assert judge_proof(proof, Requirements()) == []
    (finding,) = judge_proof(proof, Requirements(True, True, True, True))
    assert finding.kind is DiscrepancyKind.PROOF_INCOMPLETE
    assert finding.facts["missing"] == ["receiver_document", "signature", "photo", "position"]
    (nameless,) = judge_proof(Proof("", "", False, False, False), Requirements())
    assert nameless.facts["missing"] == ["receiver_name"]


@pytest.mark.parametrize(
    ("happened_at", "is_plausible"),
    [
        (NOW, True),
        (NOW + timedelta(minutes=5), True),
        (NOW + timedelta(minutes=7), False),
        (NOW - timedelta(days=2), True),
        (NOW - timedelta(days=4), False),
    ],
)
def test_a_delivery_lies_between_issue_and_receipt(happened_at: datetime, is_plausible: bool) -> None:
    found = judge_time(happened_at, NOW - timedelta(days=3), NOW)
    assert (found == []) == is_plausible


def test_late_is_counted_from_the_issue() -> None:
    assert is_late(NOW - timedelta(days=3, minutes=1), 3, NOW)
    assert not is_late(NOW - timedelta(days=3), 3, NOW)
    assert not is_late(None, 3, NOW)


def test_the_hash_is_the_one_of_the_event_110130() -> None:
    """SHA-1 in Base64 of access key + Base64 of the image, 28 characters."""
    key, image = "4" * 44, b"\xff\xd8jpeg"
    expected = hashlib.sha1((key + base64.b64encode(image).decode()).encode()).digest()
    assert proof_hash(key, image) == base64.b64encode(expected).decode()
    assert proof_hash(key, b"abc") == "y07r7leezG61GH8gNHn27izxrOs=", "worked out apart"


def test_the_event_says_its_time_with_the_zone() -> None:
    assert event_time(NOW, -180) == "2026-03-02T08:00:00-03:00"
    assert event_time(NOW, 0) == "2026-03-02T11:00:00+00:00"
