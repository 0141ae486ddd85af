"""What pages and the report both say of a visit, in the same words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from server.service_orders.discrepancies import DiscrepancyView
from server.service_orders.wording import span
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
}
_FACT_NAMES = {
    "reason": "motivo",
    "status": "status",
    "technician": "técnico",
    "mono": "mono",
    "color": "cor",
    "last_mono": "mono anterior",
    "last_color": "cor anterior",
    "missing": "sem resposta",
    "field": "campo",
    "proposed": "proposto",
    "current": "atual",
    "offset_minutes": "diferença em minutos",
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


def answer_text(answer: Any) -> str:
    """An answer of the checklist, as a person says it."""
    if answer is None or answer == "":
        return "sem resposta"
    if isinstance(answer, bool):
        return "Sim" if answer else "Não"
    if isinstance(answer, int | float):
        return number_br(answer, 0 if float(answer).is_integer() else 2)
    return {"yes": "Sim", "no": "Não"}.get(str(answer), str(answer))


def discrepancy_facts(discrepancy: DiscrepancyView) -> list[tuple[str, str]]:
    """What the office needs to judge it, without the ids that only programs read."""
    facts = []
    for key, value in discrepancy.facts.items():
        if key.endswith("_id") or key in {"id", "sha256"} or value in (None, "", [], {}):
            continue
        facts.append((_FACT_NAMES.get(key, key.replace("_", " ")), _fact_text(value)))
    return facts


def _fact_text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_fact_text(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_fact_text(one)}" for key, one in value.items())
    if isinstance(value, bool):
        return "sim" if value else "não"
    if isinstance(value, int | float):
        return number_br(value, 0 if float(value).is_integer() else 2)
    return str(value)


def _long_minutes(value: int) -> str:
    if value >= 60:
        return minutes(value)
    return "1 minuto" if value == 1 else f"{value} minutos"


def _metres(value: int) -> str:
    return f"{value} m" if value < 1000 else f"{number_br(value / 1000, 1)} km"
