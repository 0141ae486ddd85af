"""From a visit to its report: which facts, in which order, in which words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from server.printing.document import Fact, Letterhead, Picture
from server.service_orders.views import CustomerView, EquipmentView
from server.service_orders.wording import CONTRACT_NAMES, pending_text
from server.visits.report.document import (
    Answer,
    Item,
    Reading,
    Report,
    Signing,
    Step,
)
from server.visits.states import OUTCOME_NAMES, STATE_NAMES, EventKind
from server.visits.views import SignatureView, VisitDetail
from server.visits.wording import (
    answer_text,
    arrival_sentence,
    clock_remark,
    delay_remark,
    distance_sentence,
    reading_remark,
)
from server.web.rendering import in_zone, number_br, tax_id

SIGNATURE_FILE = "signature.jpg"


def compose(
    visit: VisitDetail,
    letterhead: Letterhead,
    files: Mapping[UUID, str],
    *,
    has_signature_file: bool,
    now: datetime,
    timezone: str,
    with_remarks: bool,
) -> Report:
    """`files` names the pictures that can be printed, by photo; `with_remarks` adds what is the office's."""
    clock = _Clock(timezone)
    number = _number(visit)
    return Report(
        title=f"Relatório de atendimento {number}",
        number=number,
        subtitle=_subtitle(visit, clock),
        issued_at=clock.moment(now),
        letterhead=letterhead,
        customer=_customer(visit.customer),
        machine=_machine(visit.equipment),
        call=_call(visit, clock),
        steps=_steps(visit, clock),
        travel=_travel(visit),
        work=_work(visit),
        readings=_readings(visit, clock),
        parts_used=tuple(Item(str(part.quantity), part.description) for part in visit.parts_used),
        parts_requested=tuple(Item(str(part.quantity), part.description) for part in visit.part_requests),
        checklist=_checklist(visit, files),
        pictures=_pictures(visit, files, clock),
        pictures_note=_pictures_note(visit, files),
        signing=_signing(visit.signature, has_signature_file, clock),
        remarks=_remarks(visit, clock) if with_remarks else (),
    )


class _Clock:
    """Moments as the reader's calendar and clock say them."""

    def __init__(self, timezone: str) -> None:
        self._timezone = timezone

    def moment(self, at: datetime) -> str:
        return self._say(at, "%d/%m/%Y %H:%M")

    def day(self, at: datetime) -> str:
        return self._say(at, "%d/%m/%Y")

    def time(self, at: datetime) -> str:
        return self._say(at, "%H:%M")

    def _say(self, at: datetime, form: str) -> str:
        return in_zone(at, self._timezone).strftime(form)


def _number(visit: VisitDetail) -> str:
    ilux = f" / {visit.order.ilux_number}" if visit.order.ilux_number else ""
    return f"OS {visit.order.web_number}{ilux}"


def _subtitle(visit: VisitDetail, clock: _Clock) -> str:
    how = OUTCOME_NAMES[visit.outcome] if visit.outcome else STATE_NAMES[visit.state]
    when = clock.day(visit.ended_at or visit.started_at)
    return f"{how} por {visit.technician_name} em {when}"


def _customer(customer: CustomerView) -> tuple[Fact, ...]:
    street = ", ".join(part for part in (customer.street, customer.number, customer.complement) if part)
    town = ", ".join(part for part in (customer.district, customer.city, customer.uf) if part)
    contact = " · ".join(part for part in (customer.contact_name, customer.phone) if part)
    return _facts(
        Fact("Cliente", customer.name),
        Fact("Endereço", "\n".join(part for part in (street, town) if part)),
        Fact("Contato", contact),
    )


def _machine(equipment: EquipmentView | None) -> tuple[Fact, ...]:
    if equipment is None:
        return ()
    return _facts(
        Fact("Modelo", f"{equipment.manufacturer} {equipment.model}".strip()),
        Fact("Série", equipment.serial_number),
        Fact("Patrimônio", equipment.asset_tag),
        Fact("Departamento", equipment.department),
        Fact("Local de instalação", equipment.install_location),
    )


def _call(visit: VisitDetail, clock: _Clock) -> tuple[Fact, ...]:
    order = visit.order
    kind = CONTRACT_NAMES.get(order.contract_kind, order.contract_kind)
    contract = f"{order.contract_number} ({kind})" if order.contract_number else kind
    requester = " · ".join(part for part in (order.requester_name, order.requester_phone) if part)
    return _facts(
        Fact("Defeito", order.defect),
        Fact("Aberto em", clock.moment(order.opened_at)),
        Fact("Contrato", contract),
        Fact("Solicitante", requester),
        Fact("Descrição", order.description, is_wide=True),
    )


def _steps(visit: VisitDetail, clock: _Clock) -> tuple[Step, ...]:
    steps, shown_day = [], ""
    for entry in visit.timeline:
        day = clock.day(entry.device_at)
        remarks = [clock_remark(entry), delay_remark(entry), entry.note]
        if entry.kind is EventKind.ARRIVED:
            remarks.insert(0, arrival_sentence(visit.travel).removesuffix("."))
        remark = "; ".join(part for part in remarks if part)
        steps.append(Step("" if day == shown_day else day, clock.time(entry.device_at), entry.name, remark))
        shown_day = day
    return tuple(steps)


def _travel(visit: VisitDetail) -> str:
    sentence = distance_sentence(visit.travel)
    method = f" Método: {visit.travel.method_name}." if sentence and visit.travel.method_name else ""
    return f"{sentence}.{method}" if sentence else ""


def _work(visit: VisitDetail) -> tuple[Fact, ...]:
    return _facts(
        Fact("Resultado", OUTCOME_NAMES[visit.outcome] if visit.outcome else ""),
        Fact("Pendência", pending_text(visit.pending_reason, visit.pending_note)),
        Fact("Laudo", visit.diagnosis, is_wide=True),
        Fact("Solução", visit.resolution, is_wide=True),
    )


def _readings(visit: VisitDetail, clock: _Clock) -> tuple[Reading, ...]:
    return tuple(
        Reading(
            machine=reading.serial_number or "",
            read_at=clock.moment(reading.read_at),
            mono="" if reading.mono is None else number_br(reading.mono),
            color="" if reading.color is None else number_br(reading.color),
            remark=reading_remark(reading),
        )
        for reading in visit.readings
    )


def _pictures(visit: VisitDetail, files: Mapping[UUID, str], clock: _Clock) -> tuple[Picture, ...]:
    asked = {one.key for one in visit.checklist}
    return tuple(
        Picture(
            file=files[photo.id],
            alt=f"Foto: {photo.caption or photo.slot_name}",
            caption=" · ".join(
                part for part in (photo.slot_name, photo.caption, clock.moment(photo.taken_at)) if part
            ),
        )
        for photo in visit.photos
        if photo.id in files and photo.question_key not in asked
    )


def _checklist(visit: VisitDetail, files: Mapping[UUID, str]) -> tuple[Answer, ...]:
    """A question's photos stand beside its answer, and nowhere else."""
    return tuple(
        Answer(
            one.label,
            answer_text(one.answer, one.unit),
            tuple(files[photo.id] for photo in visit.photos_of(one) if photo.id in files),
            one.is_bad,
        )
        for one in visit.checklist
    )


def _pictures_note(visit: VisitDetail, files: Mapping[UUID, str]) -> str:
    kept = [photo for photo in visit.photos if photo.withdrawn_at is None]
    awaited = sum(not photo.has_file for photo in kept)
    left_out = sum(photo.has_file and photo.id not in files for photo in kept)
    notes = []
    if awaited:
        notes.append("1 foto aguarda o arquivo." if awaited == 1 else f"{awaited} fotos aguardam o arquivo.")
    if left_out:
        notes.append("Mais 1 foto no portal." if left_out == 1 else f"Mais {left_out} fotos no portal.")
    return " ".join(notes)


def _signing(signature: SignatureView | None, has_file: bool, clock: _Clock) -> Signing | None:
    if signature is None:
        return None
    half = len(signature.content_hash) // 2
    return Signing(
        name=signature.signer_name,
        document=tax_id(signature.signer_document),
        signed_at=clock.moment(signature.signed_at),
        content_hash=(signature.content_hash[:half], signature.content_hash[half:]) if half else (),
        refused_reason=signature.refused_reason,
        file=SIGNATURE_FILE if has_file else "",
    )


def _remarks(visit: VisitDetail, clock: _Clock) -> tuple[str, ...]:
    remarks = []
    for one in visit.discrepancies:
        accepted = f"Aceita em {clock.moment(one.accepted_at)}" if one.accepted_at else "Em aberto"
        note = f": {one.acceptance_note}" if one.acceptance_note else ""
        remarks.append(f"{one.name}. {accepted}{note}.")
    return tuple(remarks)


def _facts(*facts: Fact) -> tuple[Fact, ...]:
    """Those that say something."""
    return tuple(fact for fact in facts if fact.text)
