"""What a customer's registration and contracts may say, checked as a whole; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from server.accounts.documents import address_faults, is_cnpj, is_cpf, is_email

# Brazil with its islands: from the Chuí to the Caburaí, from the Môa to Trindade.
LATITUDES = (-33.76, 5.28)
LONGITUDES = (-73.99, -28.83)
LARGEST_ALLOWANCE = 10_000_000  # pages a month; no customer prints that


class ContractKind(StrEnum):
    FULL = "full"
    LIGHT = "light"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class CustomerDetails:
    """`cnpj_cpf` and `cep` compact; each field is named after its column."""

    company_id: UUID
    name: str
    trade_name: str = ""
    cnpj_cpf: str = ""
    street: str = ""
    number: str = ""
    complement: str = ""
    district: str = ""
    city: str = ""
    uf: str = ""
    cep: str = ""
    phone: str = ""
    contact_name: str = ""
    email: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees, WGS 84."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class NewContract:
    """Allowances in pages a month; `ended_on` where the end is known at the beginning."""

    number: str
    kind: str
    started_on: date
    ended_on: date | None = None
    mono_allowance: int = 0
    color_allowance: int = 0


def customer_faults(customer: CustomerDetails) -> dict[str, str]:
    """By field, what to mend; empty when all is well."""
    found = address_faults(uf=customer.uf, cep=customer.cep, phone=customer.phone)
    if len(customer.name) < 2:
        found["name"] = "Escreva o nome do cliente."
    if customer.cnpj_cpf and not (is_cnpj(customer.cnpj_cpf) or is_cpf(customer.cnpj_cpf)):
        found["cnpj_cpf"] = "O CNPJ ou CPF não confere."
    if customer.email and not is_email(customer.email):
        found["email"] = "Escreva um e-mail válido."
    return found


def position_faults(position: Position) -> dict[str, str]:
    found = {}
    if not LATITUDES[0] <= position.latitude <= LATITUDES[1]:
        found["latitude"] = "A latitude não fica no Brasil."
    if not LONGITUDES[0] <= position.longitude <= LONGITUDES[1]:
        found["longitude"] = "A longitude não fica no Brasil."
    return found


def contract_faults(contract: NewContract) -> dict[str, str]:
    found = {}
    if not contract.number:
        found["number"] = "Escreva o número do contrato."
    if contract.kind not in frozenset(ContractKind):
        found["kind"] = "Escolha full, light ou sem contrato."
    if contract.ended_on is not None and contract.ended_on < contract.started_on:
        found["ended_on"] = "O contrato não termina antes de começar."
    for name in ("mono_allowance", "color_allowance"):
        if not 0 <= getattr(contract, name) <= LARGEST_ALLOWANCE:
            found[name] = "Escreva quantas páginas por mês."
    return found


def ending_faults(started_on: date | None, ended_on: date, today: date) -> dict[str, str]:
    """A contract is ended when its time has come; a planned end is said when it is signed."""
    if started_on is not None and ended_on < started_on:
        return {"ended_on": "O contrato não termina antes de começar."}
    if ended_on > today:
        return {"ended_on": "Encerre o contrato quando o dia chegar."}
    return {}
