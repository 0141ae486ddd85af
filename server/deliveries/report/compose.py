"""From an invoice to the proof of its delivery: which facts, in which words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from server.deliveries.proof import event_time
from server.deliveries.report.document import ProofDocument
from server.deliveries.views import AttemptView, InvoiceDetail
from server.deliveries.wording import coordinates, local_time
from server.printing.document import Fact, Letterhead, Picture
from server.web.rendering import in_zone, tax_id

SIGNATURE_FILE = "signature.jpg"


def compose(
    invoice: InvoiceDetail,
    proof: AttemptView,
    letterhead: Letterhead,
    files: Mapping[UUID, str],
    *,
    has_signature_file: bool,
    now: datetime,
    timezone: str,
    with_remarks: bool,
) -> ProofDocument:
    """`files` names the pictures that can be printed, by file; `with_remarks` adds what is the office's."""
    number = f"NF {invoice.number}"
    happened = local_time(proof.happened_at, proof.utc_offset_minutes)
    return ProofDocument(
        title=f"Comprovante de entrega {number}",
        number=number,
        subtitle=f"{proof.name} por {proof.driver_name} em {happened[:10]}",
        issued_at=f"{in_zone(now, timezone):%d/%m/%Y %H:%M}",
        letterhead=letterhead,
        invoice=_facts(
            Fact("Nota fiscal", f"{invoice.number} série {invoice.series}".removesuffix(" série ")),
            Fact(
                "Emitida em", f"{in_zone(invoice.issued_at, timezone):%d/%m/%Y}" if invoice.issued_at else ""
            ),
            Fact("Volumes", str(invoice.volumes) if invoice.volumes is not None else ""),
            Fact("Transportador", proof.carrier_name),
            Fact("Chave de acesso", _in_fours(invoice.access_key), is_wide=True),
        ),
        customer=_customer(invoice),
        receipt=_facts(
            Fact("Recebido por", proof.receiver_name),
            Fact("Documento", tax_id(proof.receiver_document)),
            Fact("Data e hora", happened),
            Fact("Observação", proof.note, is_wide=True),
        ),
        event=_facts(
            Fact("dhEntrega", event_time(proof.happened_at, proof.utc_offset_minutes)),
            Fact("nDoc", proof.receiver_document),
            Fact("xNome", proof.receiver_name),
            Fact("latGPS, longGPS", coordinates(proof)),
            Fact("hashComprovante", proof.proof_hash),
            Fact(
                "dhHashComprovante",
                event_time(proof.proof_hash_at, proof.utc_offset_minutes) if proof.proof_hash_at else "",
            ),
        ),
        pictures=tuple(
            Picture(
                files[photo.id],
                f"Foto da entrega {number}",
                local_time(photo.taken_at, proof.utc_offset_minutes),
            )
            for photo in proof.photos
            if photo.id in files
        ),
        pictures_note=_pictures_note(proof, files),
        signature=SIGNATURE_FILE if has_signature_file else "",
        receiver=proof.receiver_name if proof.signature else "",
        attempts=tuple(
            Fact(
                f"{one.name} em {local_time(one.happened_at, one.utc_offset_minutes)}",
                "; ".join(text for text in (one.reason_name, one.note, one.driver_name) if text),
                is_wide=True,
            )
            for one in invoice.attempts
            if one.id != proof.id and one.withdrawn_at is None
        ),
        remarks=tuple(one.name for one in proof.discrepancies) if with_remarks else (),
    )


def _customer(invoice: InvoiceDetail) -> tuple[Fact, ...]:
    customer = invoice.customer
    street = ", ".join(part for part in (customer.street, customer.number, customer.complement) if part)
    town = ", ".join(part for part in (customer.district, customer.city, customer.uf) if part)
    return _facts(
        Fact("Cliente", customer.name),
        Fact("Endereço", "\n".join(part for part in (street, town) if part)),
        Fact("Contato", " · ".join(part for part in (customer.contact_name, customer.phone) if part)),
    )


def _pictures_note(proof: AttemptView, files: Mapping[UUID, str]) -> str:
    left_out = sum(photo.id not in files for photo in proof.photos)
    if not left_out:
        return ""
    return "Falta uma foto." if left_out == 1 else f"Faltam {left_out} fotos."


def _in_fours(key: str) -> str:
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


def _facts(*facts: Fact) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact.text)
