"""What a webhook can tell of: the announced events that a program has a use for, under names of their own.

The names are in receivers' code: one may be added, none changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from server.notifications.events import Event


class WebhookKind(StrEnum):
    ORDER_OPENED = "service_order.opened"
    ORDER_CHANGED = "service_order.changed"
    ORDER_DISPATCHED = "service_order.dispatched"
    ORDER_CLOSED = "service_order.closed"
    ORDER_CANCELLED = "service_order.cancelled"
    TRIAGE_ASKED = "service_order.question_asked"
    TRIAGE_ANSWERED = "service_order.question_answered"
    PARTS_REQUESTED = "service_order.parts_requested"
    PARTS_COMPLETE = "service_order.parts_complete"
    SUPPLY_REQUESTED = "supply_request.opened"
    SUPPLY_CHANGED = "supply_request.changed"
    SUPPLIES_RELEASED = "supply_request.released"
    DELIVERY_MADE = "delivery.made"
    DELIVERY_FAILED = "delivery.failed"
    BILLING_RELEASED = "billing.released"
    CONTACT_RECEIVED = "contact.received"
    SALES_LEAD_RECEIVED = "contact.sales_lead_received"
    CONTACT_ANSWERED = "contact.answered"


TEST = "webhook.test"  # only by hand, whatever the endpoint wants

KIND_NAMES: Mapping[WebhookKind, str] = {
    WebhookKind.ORDER_OPENED: "Chamado aberto",
    WebhookKind.ORDER_CHANGED: "Chamado alterado",
    WebhookKind.ORDER_DISPATCHED: "Chamado despachado",
    WebhookKind.ORDER_CLOSED: "Chamado concluído",
    WebhookKind.ORDER_CANCELLED: "Chamado cancelado",
    WebhookKind.TRIAGE_ASKED: "Pergunta do pré-atendimento",
    WebhookKind.TRIAGE_ANSWERED: "Resposta no pré-atendimento",
    WebhookKind.PARTS_REQUESTED: "Peças solicitadas",
    WebhookKind.PARTS_COMPLETE: "Peças completas",
    WebhookKind.SUPPLY_REQUESTED: "Suprimentos solicitados",
    WebhookKind.SUPPLY_CHANGED: "Andamento de suprimentos",
    WebhookKind.SUPPLIES_RELEASED: "Suprimentos liberados",
    WebhookKind.DELIVERY_MADE: "Entrega realizada",
    WebhookKind.DELIVERY_FAILED: "Entrega não realizada",
    WebhookKind.BILLING_RELEASED: "Faturamento disponível",
    WebhookKind.CONTACT_RECEIVED: "Contato recebido",
    WebhookKind.SALES_LEAD_RECEIVED: "Oportunidade comercial recebida",
    WebhookKind.CONTACT_ANSWERED: "Contato respondido",
}

KIND_OF: Mapping[Event, WebhookKind] = {
    Event.ORDER_OPENED: WebhookKind.ORDER_OPENED,
    Event.ORDER_CHANGED: WebhookKind.ORDER_CHANGED,
    Event.VISIT_DISPATCHED: WebhookKind.ORDER_DISPATCHED,
    Event.ORDER_COMPLETED: WebhookKind.ORDER_CLOSED,
    Event.ORDER_CANCELLED: WebhookKind.ORDER_CANCELLED,
    Event.TRIAGE_QUESTION: WebhookKind.TRIAGE_ASKED,
    Event.TRIAGE_ANSWER: WebhookKind.TRIAGE_ANSWERED,
    Event.PARTS_REQUESTED: WebhookKind.PARTS_REQUESTED,
    Event.PARTS_COMPLETE: WebhookKind.PARTS_COMPLETE,
    Event.SUPPLY_REQUESTED: WebhookKind.SUPPLY_REQUESTED,
    Event.SUPPLY_REQUEST_CHANGED: WebhookKind.SUPPLY_CHANGED,
    Event.SUPPLIES_RELEASED: WebhookKind.SUPPLIES_RELEASED,
    Event.DELIVERY_MADE: WebhookKind.DELIVERY_MADE,
    Event.DELIVERY_FAILED: WebhookKind.DELIVERY_FAILED,
    Event.BILLING_PUBLISHED: WebhookKind.BILLING_RELEASED,
    Event.CONTACT_RECEIVED: WebhookKind.CONTACT_RECEIVED,
    Event.SALES_LEAD_RECEIVED: WebhookKind.SALES_LEAD_RECEIVED,
    Event.CONTACT_ANSWERED: WebhookKind.CONTACT_ANSWERED,
}
