"""What pages and the report both say of a visit, in the same words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from server.service_orders.discrepancies import DiscrepancyView
from server.service_orders.statuses import STATUS_NAMES, Status
from server.service_orders.wording import span
from server.visits.states import EVENT_NAMES, STATE_NAMES, EventKind, VisitState
from server.visits.views import ReadingView, TimelineEntry, TravelView
from server.web.rendering import km, minutes, number_br

# Later than this, the time of receipt tells something: the phone was without network.
LATE = timedelta(minutes=10)
# A clock this wrong is said, although the times beside it still make sense.
NOTABLE_OFFSET_MS = 60_000

RECEIPT_STATUS_NAMES = {
    "applied": "aceito",
    "applied_with_discrepancy": "aceito com divergência",
    "rejected": "recusado",
    "quarantined": "em quarentena",
}
MUTATION_NAMES = {
    "select_visit": "Seleção do atendimento",
    "record_visit_event": "Etapa do atendimento",
    "attach_photo": "Foto",
    "withdraw_photo": "Retirada de foto",
    "complete_visit": "Conclusão",
    "request_parts": "Solicitação de peças",
    "add_note": "Observação",
    "update_contact": "Contato",
    "open_order": "Abertura de chamado",
}
_FACT_NAMES = {
    "status": "status do chamado",
    "state": "estado do atendimento",
    "event": "registro",
    "serial_number": "série",
    "mono": "mono",
    "color": "cor",
    "value": "lido",
    "last": "anterior",
    "expected_at_most": "esperado até",
    "questions": "sem resposta",
    "photos": "sem a foto pedida",
    "fields": "não confere",
    "signed": "assinado",
    "now": "agora",
    "proposed": "proposto",
    "requester_name": "solicitante",
    "requester_phone": "telefone",
    "web_number": "chamado",
    "customer": "cliente",
    "minutes": "minutos",
    "km": "km",
    "signed_content": "conteúdo",
    "content_hash": "hash",
}


def distance_sentence(travel: TravelView) -> str:
    """`Distância percorrida: 7,754 km (27 minutos)`; empty before there is one."""
    if travel.distance_km is None:
        return ""
    took = "" if travel.minutes is None else f" ({_long_minutes(travel.minutes)})"
    return f"Distância percorrida: {km(travel.distance_km)}{took}"


def arrival_sentence(travel: TravelView) -> str:
    """How far from the customer's address the arrival was recorded."""
    if travel.arrival_distance_m is None:
        return ""
    if travel.is_arrival_near:
        return f"Chegada registrada a {_metres(travel.arrival_distance_m)} do endereço."
    return f"Chegada registrada longe: a {_metres(travel.arrival_distance_m)} do endereço do cliente."


def delay_remark(entry: TimelineEntry) -> str:
    """How long after the fact the portal heard of it, when that is worth a word."""
    delay = entry.received_at - entry.device_at - timedelta(milliseconds=entry.clock_offset_ms or 0)
    return f"recebido {span(delay)} depois" if delay >= LATE else ""


def clock_remark(entry: TimelineEntry) -> str:
    """How wrong the phone's clock was; the offset is the server's clock minus the device's."""
    offset = entry.clock_offset_ms or 0
    if not entry.is_clock_off and abs(offset) < NOTABLE_OFFSET_MS:
        return ""
    direction = "atrasado" if offset > 0 else "adiantado"
    return f"relógio do aparelho {span(timedelta(milliseconds=abs(offset)))} {direction}"


def reading_remark(reading: ReadingView) -> str:
    if reading.is_lower:
        return "menor que a anterior"
    return "improvável" if reading.is_implausible else ""


def answer_text(answer: Any, unit: str = "") -> str:
    """An answer of the checklist, as a person says it."""
    if answer is None or answer == "":
        return "sem resposta"
    said = _answer_text(answer)
    return f"{said} {unit}" if unit else said


def _answer_text(answer: Any) -> str:
    if isinstance(answer, bool):
        return "Sim" if answer else "Não"
    if isinstance(answer, int | float):
        return number_br(answer, 0 if float(answer).is_integer() else 2)
    return {"yes": "Sim", "no": "Não"}.get(str(answer), str(answer))


def discrepancy_facts(discrepancy: DiscrepancyView) -> list[tuple[str, str]]:
    """What the office needs to judge it, without the ids that only programs read."""
    return [
        (_FACT_NAMES.get(name, name), _fact_text(name, value))
        for name, value in _in_order(discrepancy.facts)
        if not name.endswith(("_id", "_ids")) and value not in (None, "", [], {})
    ]


def _in_order(facts: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """As `_FACT_NAMES` lists them: PostgreSQL keeps the members of a JSON object in an order of its own."""
    order = list(_FACT_NAMES)
    return sorted(facts.items(), key=lambda fact: order.index(fact[0]) if fact[0] in order else len(order))


def _fact_text(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_fact_text("", one) for one in value)
    if isinstance(value, dict):
        return ", ".join(
            f"{_FACT_NAMES.get(key, key)} {_fact_text(key, one)}" for key, one in _in_order(value)
        )
    if name == "status" and value in set(Status):
        return STATUS_NAMES[Status(value)]
    if name == "state" and value in set(VisitState):
        return STATE_NAMES[VisitState(value)].lower()
    if name == "event" and value in set(EventKind):
        return EVENT_NAMES[EventKind(value)].lower()
    if isinstance(value, int | float) and name != "web_number":
        return number_br(value, 0 if float(value).is_integer() else 1)
    return _FACT_NAMES.get(str(value), str(value))


def _long_minutes(value: int) -> str:
    if value >= 60:
        return minutes(value)
    return "1 minuto" if value == 1 else f"{value} minutos"


def _metres(value: int) -> str:
    return f"{value} m" if value < 1000 else f"{number_br(value / 1000, 1)} km"
