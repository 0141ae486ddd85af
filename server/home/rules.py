"""What a profile's home page offers: its large buttons, and the lists below them; pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from server.accounts.actor import FIELD_ROLES, Role
from server.accounts.scope import (
    ANSWERS_CONTACTS,
    READS_BILLING,
    WORKS_WITH_DELIVERIES,
    WORKS_WITH_ORDERS,
    WORKS_WITH_PARTS,
    WORKS_WITH_SUPPLIES,
)
from server.service_orders.statuses import CALLERS, DESK

LAST = 10


class Part(StrEnum):
    ORDERS = "orders"
    TRIAGES = "triages"
    SUPPLY_REQUESTS = "supply_requests"
    VISITS = "visits"


@dataclass(frozen=True, slots=True)
class Button:
    """Something that people of these profiles come for."""

    path: str
    label: str
    hint: str
    roles: frozenset[Role]


BUTTONS = (
    Button("/service-orders/new", "Abrir chamado", "Para um equipamento ou contrato", DESK | CALLERS),
    Button("/supply-requests/new", "Solicitar suprimentos", "Toner e consumíveis", WORKS_WITH_SUPPLIES),
    Button("/part-requests", "Peças e logística", "O que os chamados esperam", WORKS_WITH_PARTS),
    Button("/service-orders", "Acompanhar chamados", "Situação, histórico e anexos", WORKS_WITH_ORDERS),
    Button("/visits", "Acompanhar atendimentos", "Onde estão os técnicos, ao vivo", DESK),
    Button("/supply-requests", "Acompanhar suprimentos", "Pedidos, notas e rastreio", WORKS_WITH_SUPPLIES),
    Button("/deliveries", "Entregas", "Notas a caminho e comprovantes", WORKS_WITH_DELIVERIES),
    Button("/billing", "Faturamento", "Faturas, boletos e demonstrativos", READS_BILLING | {Role.ADMIN}),
    Button("/contact-messages/new", "Contato", "Escreva à revenda", frozenset({Role.CUSTOMER})),
    Button("/contact-messages", "Contatos", "O que os clientes escreveram", ANSWERS_CONTACTS),
    Button("/field/", "Aplicativo de campo", "No celular, também sem rede", FIELD_ROLES),
)
_PARTS = {
    Part.ORDERS: WORKS_WITH_ORDERS,
    Part.TRIAGES: DESK | CALLERS,
    Part.SUPPLY_REQUESTS: WORKS_WITH_SUPPLIES,
    Part.VISITS: WORKS_WITH_ORDERS,
}


def buttons_of(role: Role) -> tuple[Button, ...]:
    return tuple(button for button in BUTTONS if role in button.roles)


def parts_of(role: Role) -> frozenset[Part]:
    return frozenset(part for part, roles in _PARTS.items() if role in roles)
