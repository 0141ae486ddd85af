"""The proof on paper: the fields of the NF-e's event in the driver's zone, and no doubts for customers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from server.deliveries.discrepancies import DiscrepancyKind
from server.deliveries.evidence import DiscrepancyRecord, FileRecord
from server.deliveries.outcomes import FailureReason, Outcome
from server.deliveries.report.compose import compose
from server.deliveries.report.document import ProofDocument
from server.deliveries.views import AttemptView, DeliveryState, InvoiceDetail
from server.printing.document import Letterhead
from server.service_orders.views import CustomerView
from tests.deliveries.world import KEY

AT = datetime(2026, 3, 2, 11, 0, 30, tzinfo=UTC)
DOUBT = DiscrepancyRecord(uuid4(), DiscrepancyKind.CLOCK_DRIFT, {"minutes": 9}, AT, None, "")
FILE = FileRecord(uuid4(), "photo", "a" * 64, 3, "image/jpeg", AT, AT)
DELIVERED = AttemptView(
    id=uuid4(), driver_name="Diego", carrier_name="Entrega própria", outcome=Outcome.DELIVERED,
    name="Entregue",
    is_primary=True, reason=None, reason_name="", note="", receiver_name="Rosa Lima",
    receiver_document="52998224725", happened_at=AT, utc_offset_minutes=-180, received_at=AT,
    clock_offset_ms=0, latitude=-27.5949, longitude=-48.5482, accuracy_m=8.0, proof_hash="h" * 27 + "=",
    proof_hash_at=AT, withdrawn_at=None, withdrawn_reason="", ilux_at=None, signature=None, photos=(FILE,),
    discrepancies=(DOUBT,),
)  # fmt: skip
FAILED = replace(
    DELIVERED,
    id=uuid4(),
    outcome=Outcome.NOT_DELIVERED,
    name="Não entregue",
    is_primary=False,
    reason=FailureReason.REFUSED,
    reason_name="Recusa do recebedor",
    note="Sem espaço",
)
SCHOOL = CustomerView(**{  # type: ignore[arg-type]
    name: {"id": uuid4(), "name": "Escola São João", "latitude": None, "longitude": None}.get(name, "")
    for name in CustomerView.__dataclass_fields__
})  # fmt: skip


def invoice(*attempts: AttemptView) -> InvoiceDetail:
    return InvoiceDetail(
        id=uuid4(), company_id=uuid4(), number="900", series="1", access_key=KEY, issued_at=AT, total=None,
        volumes=3, notes="", tracking_code="", delivered_at=AT, received_by="Rosa Lima", carrier_name="Outro",
        state=DeliveryState.DELIVERED, is_late=False, customer=SCHOOL, attempts=attempts,
    )  # fmt: skip


def printed(detail: InvoiceDetail, *, with_remarks: bool = False, has_photo: bool = True) -> ProofDocument:
    proof = detail.proof
    assert proof is not None
    files = {FILE.id: "photo-1.jpg"} if has_photo else {}
    return compose(
        detail,
        proof,
        Letterhead("Ilha", (), "#0b4f5c"),
        files,
        has_signature_file=False,
        now=AT,
        timezone="America/Sao_Paulo",
        with_remarks=with_remarks,
    )


def test_the_event_has_exactly_its_fields() -> None:
    assert [(fact.label, fact.text) for fact in printed(invoice(FAILED, DELIVERED)).event] == [
        ("dhEntrega", "2026-03-02T08:00:30-03:00"),
        ("nDoc", "52998224725"),
        ("xNome", "Rosa Lima"),
        ("latGPS, longGPS", "-27.594900, -48.548200"),
        ("hashComprovante", "h" * 27 + "="),
        ("dhHashComprovante", "2026-03-02T08:00:30-03:00"),
    ]


def test_the_proof_is_of_what_was_handed_over_and_tells_the_other_attempts() -> None:
    document = printed(invoice(FAILED, DELIVERED))
    assert document.subtitle == "Entregue por Diego em 02/03/2026"
    assert [fact.text for fact in document.attempts] == ["Recusa do recebedor; Sem espaço; Diego"]
    assert invoice(FAILED).proof is None
    withdrawn = replace(DELIVERED, withdrawn_at=AT)
    assert invoice(withdrawn).proof is None
    part = replace(DELIVERED, id=uuid4(), outcome=Outcome.PARTIAL, is_primary=False)
    assert invoice(part, DELIVERED).proof == DELIVERED, "what delivered it, also when a part came later"
    assert invoice(part, FAILED).proof == part


def test_doubts_are_the_offices() -> None:
    assert printed(invoice(DELIVERED)).remarks == ()
    assert printed(invoice(DELIVERED), with_remarks=True).remarks == ("Relógio do aparelho errado",)


def test_a_photo_that_is_not_here_is_said_to_be_missing() -> None:
    assert printed(invoice(DELIVERED)).pictures_note == ""
    assert printed(invoice(DELIVERED), has_photo=False).pictures_note == "Falta uma foto."
