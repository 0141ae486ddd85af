"""What an admin says of a person: role, reach, grants; checked as a whole, pure."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from server.accounts.actor import CUSTOMER_ROLES, PEOPLE, Role
from server.accounts.documents import is_email

# `Recebe email de`, manual 001.
MAIL_EVENTS = {
    "order_opened": "Abertura de chamados",
    "order_changed": "Alteração de chamado",
    "contact": "Contato",
    "supplies_released": "Liberação de suprimentos",
    "sales_lead": "Oportunidade comercial",
    "supply_requested": "Solicitação de suprimentos",
}
NEEDS_COMPANY = frozenset(PEOPLE) - CUSTOMER_ROLES - {Role.ADMIN, Role.DRIVER}


@dataclass(frozen=True, slots=True)
class Rights:
    """As the form says it; what a role has no use for is empty after `tidy`."""

    name: str
    email: str
    role: Role
    company_ids: frozenset[UUID] = frozenset()
    customer_ids: frozenset[UUID] = frozenset()
    technician_id: UUID | None = None
    carrier_id: UUID | None = None
    can_open_orders: bool = False
    can_view_monitoring: bool = False
    can_publish_billing: bool = False
    mails: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Choices:
    """What the admin may choose from: rows of their own reseller."""

    companies: dict[UUID, str]
    customers: dict[UUID, str]
    technicians: dict[UUID, str]
    carriers: dict[UUID, str]


def tidy(rights: Rights) -> Rights:
    """Without what this role has no use for: a former technician must not keep a technician's agenda."""
    is_of_customer = rights.role in CUSTOMER_ROLES
    return Rights(
        name=" ".join(rights.name.split()),
        email=rights.email.strip().casefold(),
        role=rights.role,
        company_ids=rights.company_ids,
        customer_ids=rights.customer_ids if is_of_customer else frozenset(),
        technician_id=rights.technician_id if rights.role is Role.TECHNICIAN else None,
        carrier_id=rights.carrier_id if rights.role is Role.DRIVER else None,
        can_open_orders=rights.can_open_orders and rights.role is Role.TECHNICIAN,
        can_view_monitoring=rights.can_view_monitoring,
        can_publish_billing=rights.can_publish_billing and rights.role is Role.SERVICE_OPERATOR,
        mails=rights.mails & frozenset(MAIL_EVENTS),
    )


def faults(rights: Rights, choices: Choices) -> dict[str, str]:
    """By field, what to mend; empty when all is well."""
    found = {}
    if not 2 <= len(rights.name) <= 120:
        found["name"] = "Escreva o nome da pessoa."
    if not is_email(rights.email) or len(rights.email) > 200:
        found["email"] = "Escreva um e-mail válido."
    if not rights.company_ids <= choices.companies.keys():
        found["company_ids"] = "Escolha empresas da revenda."
    elif not rights.company_ids and rights.role in NEEDS_COMPANY:
        found["company_ids"] = "Marque ao menos uma empresa."
    if rights.role in CUSTOMER_ROLES and not rights.customer_ids:
        found["customer_ids"] = "Escolha ao menos um cadastro de cliente."
    if not rights.customer_ids <= choices.customers.keys():
        found["customer_ids"] = "Escolha cadastros de clientes da revenda."
    if rights.role is Role.TECHNICIAN and rights.technician_id not in choices.technicians:
        found["technician_id"] = "Escolha o técnico que esta pessoa é."
    if rights.role is Role.DRIVER and rights.carrier_id not in choices.carriers:
        found["carrier_id"] = "Escolha o transportador desta pessoa."
    return found
