"""Who is asking: the one value that every query and action is scoped by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """The profiles R1 to R11 of the product, and the one that is a program."""

    ADMIN = "admin"
    CUSTOMER = "customer"
    TECHNICIAN = "technician"
    SUPPLIES_OPERATOR = "supplies_operator"
    SERVICE_OPERATOR = "service_operator"
    BILLING_OPERATOR = "billing_operator"
    DRIVER = "driver"
    CALL_OPERATOR = "call_operator"
    LOGISTICS_OPERATOR = "logistics_operator"
    CALL_OPENER = "call_opener"
    SUPPORT_ANALYST = "support_analyst"
    BRIDGE = "bridge"


ROLE_NAMES = {
    Role.ADMIN: "Admin Revenda",
    Role.CUSTOMER: "Cliente",
    Role.TECHNICIAN: "Técnico",
    Role.SUPPLIES_OPERATOR: "Operador de suprimentos",
    Role.SERVICE_OPERATOR: "Operador de atendimento",
    Role.BILLING_OPERATOR: "Operador faturamento",
    Role.DRIVER: "Operador transportador",
    Role.CALL_OPERATOR: "Operador de chamados",
    Role.LOGISTICS_OPERATOR: "Operador de logística",
    Role.CALL_OPENER: "Abertura de chamados",
    Role.SUPPORT_ANALYST: "Analista de suporte",
    Role.BRIDGE: "Ponte ILUX",
}

# Who belongs to a customer and sees only its registrations; the others belong to the reseller.
CUSTOMER_ROLES = frozenset({Role.CUSTOMER, Role.BILLING_OPERATOR, Role.CALL_OPENER})
# Everybody but the bridge, which has no pages, and which no form makes.
PEOPLE = tuple(role for role in Role if role is not Role.BRIDGE)
FIELD_ROLES = frozenset({Role.TECHNICIAN, Role.DRIVER})


@dataclass(frozen=True, slots=True)
class Actor:
    """A logged-in person, with what they may reach today; made anew for each request."""

    user_id: UUID
    reseller_id: UUID
    name: str
    email: str
    role: Role
    session_id: UUID
    timezone: str = "America/Sao_Paulo"
    reseller_name: str = ""
    technician_id: UUID | None = None
    carrier_id: UUID | None = None
    can_open_orders: bool = False
    can_view_monitoring: bool = False
    can_publish_billing: bool = False
    company_ids: frozenset[UUID] = field(default_factory=frozenset)
    customer_ids: frozenset[UUID] = field(default_factory=frozenset)
    has_second_factor: bool = False
    brand_color: str = ""
    logo_sha256: str = ""
    # Documents wait to be confirmed; the terms were refused: server/privacy.
    has_open_policies: bool = False
    has_refused_terms: bool = False
    # When this session's password was last typed: see `confirmation`.
    password_at: datetime | None = None
    # One company or registration was chosen (accounts/narrowing): what the ids were before.
    narrowed_to: UUID | None = None
    narrowed_name: str = ""
    whole_company_ids: frozenset[UUID] = field(default_factory=frozenset)
    whole_customer_ids: frozenset[UUID] = field(default_factory=frozenset)
    # An admin looks as this person (accounts/viewing): nothing may be changed.
    viewer_id: UUID | None = None
    viewer_name: str = ""

    @property
    def is_of_customer(self) -> bool:
        return self.role in CUSTOMER_ROLES
