"""What each event says. The title may be read on a lock screen: a number and what happened, nobody's name.

Texts are formats of the subject's facts and the event's own; a fact that is not there reads as nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from typing import Any

from server.deliveries import discrepancies as delivery_discrepancies
from server.notifications.events import Event
from server.service_orders.discrepancies import DISCREPANCY_NAMES
from server.service_orders.statuses import STATUS_NAMES, PendingReason, Status
from server.service_orders.wording import pending_text
from server.web.rendering import in_zone

LONGEST_TITLE = 120
LONGEST_BODY = 600

# Event: what stands on a lock screen, what only the person logged in or their mail says.
_TEXTS: Mapping[Event, tuple[str, str]] = {
    Event.ORDER_OPENED: ("Chamado {number}: aberto", "{customer}. {description}"),
    Event.ORDER_CHANGED: ("Chamado {number}: {change}", "{customer}. {changes}. {note}"),
    Event.ORDER_CANCELLED: ("Chamado {number}: cancelado", "{customer}. {reason}"),
    Event.ORDER_COMPLETED: ("Chamado {number}: concluído", "{customer}. {resolution}"),
    Event.RATED_BADLY: ("Chamado {number}: avaliação ruim", "{customer}. {comment}"),
    Event.VISIT_DISPATCHED: ("Chamado {number}: novo na sua agenda", "{customer}. {description}"),
    Event.VISIT_CHANGED: ("Chamado {number}: {change}", "{customer}. {changes}"),
    Event.VISIT_CALLED_OFF: ("Chamado {number}: saiu da sua agenda", "{reason}"),
    Event.TECHNICIAN_ON_THE_WAY: (
        "Chamado {number}: técnico a caminho",
        "{customer}. {technician} saiu para o atendimento. Acompanhe no mapa até a chegada.",
    ),
    Event.TRIAGE_QUESTION: ("Chamado {number}: nova mensagem", "{text}"),
    Event.TRIAGE_ANSWER: ("Chamado {number}: nova mensagem", "{customer}. {text}"),
    Event.PARTS_REQUESTED: ("Chamado {number}: peças solicitadas", "{customer}. {parts}"),
    Event.PART_CHANGED: ("Chamado {number}: {change}", "{customer}. {parts}. {changes}"),
    Event.PARTS_COMPLETE: (
        "Chamado {number}: peças completas",
        "{customer}. Nenhuma peça falta mais: o retorno pode ser despachado.",
    ),
    Event.DISCREPANCY_RAISED: ("Chamado {number}: divergência", "{customer}. {discrepancies}"),
    Event.SUPPLY_REQUESTED: ("Solicitação de suprimentos {number}: aberta", "{customer}. {items}"),
    Event.SUPPLIES_RELEASED: ("Solicitação de suprimentos {number}: liberada", "{customer}. {items}"),
    Event.SUPPLY_REQUEST_CHANGED: ("Solicitação de suprimentos {number}: {change}", "{customer}. {changes}"),
    Event.CONTACT_RECEIVED: ("Contato recebido", "{customer}. {text}"),
    Event.SALES_LEAD_RECEIVED: ("Oportunidade comercial recebida", "{customer}. {text}"),
    Event.CONTACT_ANSWERED: ("Sua mensagem foi respondida", "{subject}. {text}"),
    Event.BILLING_PUBLISHED: ("Faturamento disponível", "{period}. {text}"),
    Event.DELIVERY_MADE: ("Nota {number}: entregue", "{customer}. {receiver}"),
    Event.DELIVERY_FAILED: ("Nota {number}: {change}", "{customer}. {reason}"),
    Event.DELIVERY_DISCREPANCY: ("Nota {number}: divergência", "{customer}. {discrepancies}"),
    Event.BRIDGE_LATE: ("Sincronização com o ILUX atrasada", "{text}"),
    Event.BRIDGE_DEAD_LETTER: ("Sincronização: registro recusado", "{text}"),
    Event.ADDRESS_REFUSED: ("E-mail de usuário recusado", "{person}: {address}. {text}"),
    Event.WEBHOOK_DISABLED: ("Webhook desativado", "{address}: {text}."),
    Event.TRIAL: ("Aviso de teste", "Se você leu isto, os avisos chegam."),
}
_ASKED_OF_CUSTOMERS: Mapping[Event, str] = {
    Event.ORDER_COMPLETED: "Abra o chamado para dizer como foi o atendimento.",
}


@dataclass(frozen=True, slots=True)
class Text:
    title: str
    body: str


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def text_of(event: Event, facts: Mapping[str, Any], timezone: str, *, is_of_customer: bool = False) -> Text:
    """Title and body for somebody who lives in that time zone."""
    said = _Facts(said_facts(facts, timezone))
    wanted_title, wanted_body = _TEXTS[event]
    if is_of_customer:
        wanted_body = f"{wanted_body} {_ASKED_OF_CUSTOMERS.get(event, '')}"
    title, body = _tidy(wanted_title.format_map(said)), _tidy(wanted_body.format_map(said))
    return Text(_cut(title, LONGEST_TITLE), _cut(body, LONGEST_BODY))


def said_facts(facts: Mapping[str, Any], timezone: str) -> dict[str, Any]:
    """What happened, as texts say it to somebody who lives in that time zone."""
    return {**facts, **_changes(facts, timezone), "discrepancies": _discrepancies(facts)}


def title_format(event: Event) -> str:
    return _TEXTS[event][0]


def named_facts(event: Event) -> list[str]:
    """The facts that its texts name, in their order."""
    names = (name for text in _TEXTS[event] for _, name, _, _ in Formatter().parse(text) if name)
    return list(dict.fromkeys(names))


def many(count: int, titles: list[str]) -> str:
    """The subject of a mail that tells several: `3 avisos: Chamado 1042: aberto, …`."""
    if all(title.startswith("Chamado ") for title in titles):
        return f"{count} avisos de chamados"
    return f"{count} avisos do portal"


def _changes(facts: Mapping[str, Any], timezone: str) -> dict[str, str]:
    """`change` in a word or two, `changes` in full, from the columns of an order in `after`."""
    after = facts.get("after") or {}
    if "change" in facts or not after:
        return {} if "change" in facts else {"change": "alterado"}
    parts = []
    change = "dados alterados"
    if after.get("due_at") or after.get("revised_due_at") or after.get("scheduled_at"):
        change = "novo horário"
        for name, label in (
            ("scheduled_at", "Agendado para"),
            ("due_at", "Prioridade"),
            ("revised_due_at", "Prioridade atualizada"),
        ):
            if after.get(name):
                at = in_zone(datetime.fromisoformat(str(after[name])), timezone)
                parts.append(f"{label}: {at:%d/%m %H:%M}")
    if after.get("is_another"):
        change = "outro técnico"
    if after.get("status"):
        change = STATUS_NAMES[Status(after["status"])].lower()
        parts.insert(0, f"Status: {STATUS_NAMES[Status(after['status'])]}")
    if after.get("pending_reason"):
        parts.append(pending_text(PendingReason(after["pending_reason"])))
    return {"change": change, "changes": ". ".join(parts)}


def _discrepancies(facts: Mapping[str, Any]) -> str:
    by_value = {kind.value: name for kind, name in delivery_discrepancies.DISCREPANCY_NAMES.items()}
    by_value |= {kind.value: name for kind, name in DISCREPANCY_NAMES.items()}
    return "; ".join(by_value.get(kind, kind) for kind in facts.get("kinds") or ())


def _tidy(text: str) -> str:
    """Without what an absent fact left behind."""
    return " ".join(text.split()).removeprefix(". ").removesuffix(" .").replace("..", ".").strip()


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
