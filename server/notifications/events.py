"""The catalogue of what people are told: for each event who it is for, and by which way unless they chose.

Whoever of `roles` may see the subject is told, and whoever has the event's flag in *Recebe e-mail de*,
whatever their role. An event for a technician or for one person goes to nobody else. A new event is a line
here and one in `wording.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from server.accounts.actor import Role


class Event(StrEnum):
    ORDER_OPENED = "order_opened"
    ORDER_CHANGED = "order_changed"
    ORDER_CANCELLED = "order_cancelled"
    ORDER_COMPLETED = "order_completed"
    VISIT_DISPATCHED = "visit_dispatched"
    VISIT_CHANGED = "visit_changed"
    VISIT_CALLED_OFF = "visit_called_off"
    TECHNICIAN_ON_THE_WAY = "technician_on_the_way"
    RATED_BADLY = "rated_badly"
    TRIAGE_QUESTION = "triage_question"
    TRIAGE_ANSWER = "triage_answer"
    PARTS_REQUESTED = "parts_requested"
    PART_CHANGED = "part_changed"
    PARTS_COMPLETE = "parts_complete"
    DISCREPANCY_RAISED = "discrepancy_raised"
    SUPPLY_REQUESTED = "supply_requested"
    SUPPLIES_RELEASED = "supplies_released"
    SUPPLY_REQUEST_CHANGED = "supply_request_changed"
    CONTACT_RECEIVED = "contact_received"
    SALES_LEAD_RECEIVED = "sales_lead_received"
    CONTACT_ANSWERED = "contact_answered"
    BILLING_PUBLISHED = "billing_published"
    DELIVERY_MADE = "delivery_made"
    DELIVERY_FAILED = "delivery_failed"
    DELIVERY_DISCREPANCY = "delivery_discrepancy"
    BRIDGE_LATE = "bridge_late"
    BRIDGE_DEAD_LETTER = "bridge_dead_letter"
    ADDRESS_REFUSED = "address_refused"
    WEBHOOK_DISABLED = "webhook_disabled"
    TRIAL = "trial"


@dataclass(frozen=True, slots=True)
class Kind:
    """`flag` is one of *Recebe e-mail de*; `mail_roles` get mail without it. The important is pushed, too.

    `locked` says why nobody may turn its mail off. A technician who is called off may no longer see the
    order, and is told nevertheless: `is_farewell`. `path` goes before the subject's, and `action` is
    what a mail's button says. What `is_fleeting` opens without a login, is told at once and alone, and not at
    all once it is over: `approaches.py`.
    """

    name: str
    roles: frozenset[Role]
    flag: str = ""
    mail_roles: frozenset[Role] = frozenset()
    is_important: bool = False
    is_farewell: bool = False
    locked: str = ""
    path: str = ""
    action: str = "Abrir no portal"
    is_fleeting: bool = False


_CUSTOMERS = frozenset({Role.CUSTOMER, Role.CALL_OPENER})
_TECHNICIAN = frozenset({Role.TECHNICIAN})
_CALL_DESK = frozenset({Role.SERVICE_OPERATOR, Role.CALL_OPERATOR})
_DELIVERY_DESK = frozenset({Role.SERVICE_OPERATOR, Role.SUPPLIES_OPERATOR})
_LOGISTICS = frozenset({Role.LOGISTICS_OPERATOR})
_ADMIN = frozenset({Role.ADMIN})
_OPERATION = "Avisos da operação sempre chegam ao administrador por e-mail."

KINDS: Mapping[Event, Kind] = {
    Event.ORDER_OPENED: Kind("Abertura de chamado", _CALL_DESK | _CUSTOMERS, flag="order_opened"),
    Event.ORDER_CHANGED: Kind(
        "Alteração de chamado", _CALL_DESK | _LOGISTICS | _CUSTOMERS, flag="order_changed"
    ),
    Event.ORDER_CANCELLED: Kind(
        "Cancelamento de chamado", _CALL_DESK | _CUSTOMERS, flag="order_changed", mail_roles=_CUSTOMERS
    ),
    Event.ORDER_COMPLETED: Kind(
        "Conclusão de chamado", _CALL_DESK | _CUSTOMERS, flag="order_changed", mail_roles=_CUSTOMERS
    ),
    Event.VISIT_DISPATCHED: Kind("Chamado novo na agenda", _TECHNICIAN, is_important=True),
    Event.VISIT_CHANGED: Kind("Mudança em chamado da agenda", _TECHNICIAN, is_important=True),
    Event.VISIT_CALLED_OFF: Kind(
        "Chamado retirado da agenda", _TECHNICIAN, is_important=True, is_farewell=True
    ),
    Event.TECHNICIAN_ON_THE_WAY: Kind(
        "Técnico a caminho",
        _CUSTOMERS,
        mail_roles=_CUSTOMERS,
        is_important=True,
        path="/service-orders/{id}?on-the-way={link}",
        action="Acompanhar a chegada",
        is_fleeting=True,
    ),
    Event.RATED_BADLY: Kind(
        "Avaliação ruim", _ADMIN | {Role.SERVICE_OPERATOR}, mail_roles=_ADMIN, is_important=True
    ),
    Event.TRIAGE_QUESTION: Kind(
        "Pergunta do pré-atendimento", _CUSTOMERS, mail_roles=_CUSTOMERS, is_important=True
    ),
    Event.TRIAGE_ANSWER: Kind(
        "Resposta no pré-atendimento", _CALL_DESK, mail_roles=_CALL_DESK, is_important=True
    ),
    Event.PARTS_REQUESTED: Kind(
        "Solicitação de peças",
        _LOGISTICS | {Role.SERVICE_OPERATOR},
        mail_roles=_LOGISTICS,
        is_important=True,
    ),
    Event.PART_CHANGED: Kind("Andamento de peça", _TECHNICIAN, is_important=True),
    Event.PARTS_COMPLETE: Kind("Peças completas", _LOGISTICS | {Role.SERVICE_OPERATOR}, is_important=True),
    Event.DISCREPANCY_RAISED: Kind("Divergência em atendimento", frozenset({Role.SERVICE_OPERATOR})),
    Event.SUPPLY_REQUESTED: Kind(
        "Solicitação de suprimentos", _DELIVERY_DESK | _CUSTOMERS, flag="supply_requested", is_important=True
    ),
    Event.SUPPLIES_RELEASED: Kind(
        "Liberação de suprimentos", _DELIVERY_DESK | _CUSTOMERS, flag="supplies_released"
    ),
    Event.SUPPLY_REQUEST_CHANGED: Kind(
        "Andamento de suprimentos", _DELIVERY_DESK | _CUSTOMERS, mail_roles=_CUSTOMERS
    ),
    Event.CONTACT_RECEIVED: Kind("Contato", _ADMIN, flag="contact"),
    Event.SALES_LEAD_RECEIVED: Kind("Oportunidade comercial", _ADMIN, flag="sales_lead"),
    Event.CONTACT_ANSWERED: Kind(
        "Resposta a um contato", frozenset({Role.CUSTOMER}), mail_roles=frozenset({Role.CUSTOMER})
    ),
    Event.BILLING_PUBLISHED: Kind(
        "Faturamento disponível",
        frozenset({Role.CUSTOMER, Role.BILLING_OPERATOR}),
        mail_roles=frozenset({Role.CUSTOMER, Role.BILLING_OPERATOR}),
    ),
    Event.DELIVERY_MADE: Kind("Entrega realizada", _DELIVERY_DESK | {Role.CUSTOMER}),
    Event.DELIVERY_FAILED: Kind("Entrega não realizada", _DELIVERY_DESK | {Role.CUSTOMER}, is_important=True),
    Event.DELIVERY_DISCREPANCY: Kind("Divergência em entrega", _DELIVERY_DESK),
    Event.BRIDGE_LATE: Kind(
        "Sincronização com o ILUX atrasada", _ADMIN, mail_roles=_ADMIN, is_important=True, locked=_OPERATION
    ),
    Event.BRIDGE_DEAD_LETTER: Kind(
        "Registro recusado na sincronização", _ADMIN, mail_roles=_ADMIN, locked=_OPERATION
    ),
    Event.ADDRESS_REFUSED: Kind("E-mail de usuário recusado", _ADMIN),
    Event.WEBHOOK_DISABLED: Kind(
        "Webhook desativado", _ADMIN, mail_roles=_ADMIN, is_important=True, locked=_OPERATION
    ),
    Event.TRIAL: Kind("Aviso de teste", frozenset(Role) - {Role.BRIDGE}, is_important=True),
}


def kinds_for(role: Role, mails: frozenset[str]) -> list[Event]:
    """What a person of this role, with these flags, may get, in the catalogue's order."""
    return [
        event for event, kind in KINDS.items() if concerns(kind, role, mails) and event is not Event.TRIAL
    ]


def concerns(kind: Kind, role: Role, mails: frozenset[str]) -> bool:
    """By role or by flag; whether they may see the subject is another question."""
    return role in kind.roles or (kind.flag != "" and kind.flag in mails and role is not Role.BRIDGE)


FLEETING = frozenset(event for event, kind in KINDS.items() if kind.is_fleeting)
