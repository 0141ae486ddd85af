"""What a reseller's settings and its companies may say, checked as a whole; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from zoneinfo import available_timezones

from server.accounts.documents import address_faults, is_cnpj
from server.service_orders.statuses import Status

# Nobody is sent at the opening, nothing is closed by it, and P would want a reason.
OPENING_STATUSES = frozenset({Status.OPENED, Status.LOGISTICS, Status.STOCK})
NEAR_M = range(20, 5_001)  # a phone's position is no better than 20 m; 5 km is another district

_WEBSITE = re.compile(r"(https?://)?[\w-]+(\.[\w-]+)+(/\S*)?")


@dataclass(frozen=True, slots=True)
class ResellerSettings:
    name: str
    timezone: str
    default_opening_status: str
    arrival_near_m: int
    phone: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class CompanyDetails:
    """`cnpj` and `cep` compact."""

    name: str
    trade_name: str
    cnpj: str
    street: str = ""
    district: str = ""
    city: str = ""
    uf: str = ""
    cep: str = ""
    phone: str = ""


def settings_faults(settings: ResellerSettings) -> dict[str, str]:
    """By field, what to mend; empty when all is well."""
    found = address_faults(uf="", cep="", phone=settings.phone)
    if len(settings.name) < 2:
        found["name"] = "Escreva o nome da revenda."
    if settings.timezone not in available_timezones():
        found["timezone"] = "Escolha um fuso horário, como America/Sao_Paulo."
    if settings.default_opening_status not in OPENING_STATUSES:
        found["default_opening_status"] = "Escolha Abertura, Logística ou Estoque."
    if settings.arrival_near_m not in NEAR_M:
        found["arrival_near_m"] = f"Escolha entre {NEAR_M[0]} e {NEAR_M[-1]} metros."
    if settings.website and not _WEBSITE.fullmatch(settings.website):
        found["website"] = "Escreva o endereço do site, como www.exemplo.com.br."
    return found


def company_faults(company: CompanyDetails) -> dict[str, str]:
    """By field, what to mend; empty when all is well."""
    found = address_faults(uf=company.uf, cep=company.cep, phone=company.phone)
    if len(company.name) < 2:
        found["name"] = "Escreva a razão social."
    if not is_cnpj(company.cnpj):
        found["cnpj"] = "O CNPJ não confere."
    return found
