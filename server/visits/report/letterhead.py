"""Whose paper a report is printed on: the company of the order, in the reseller's colour."""

from __future__ import annotations

import re
from uuid import UUID

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.accounts.tables import Brand, Company
from server.problems import Problem
from server.visits.report.document import Letterhead
from server.web.rendering import tax_id

DEFAULT_COLOR = "#0b4f5c"


async def find_letterhead(actor: Actor, company_id: UUID) -> Letterhead:
    """Raises `not_found`."""
    company = await Company.select().where(visible(actor, Company), Company.id == company_id).first()
    if company is None:
        raise Problem("not_found")
    brand = await Brand.select(Brand.letterhead, Brand.primary_color).where(visible(actor, Brand)).first()
    color = brand["primary_color"] if brand else ""
    street = ", ".join(part for part in (company["street"], company["district"]) if part)
    town = ", ".join(part for part in (company["city"], company["uf"]) if part)
    lines = (
        f"{company['name']} · CNPJ {tax_id(company['cnpj'])}",
        " · ".join(part for part in (street, town, company["phone"]) if part),
        *(brand["letterhead"].splitlines() if brand else ()),
    )
    return Letterhead(
        name=company["trade_name"] or company["name"],
        lines=tuple(line for line in lines if line),
        color=color if re.fullmatch("#[0-9a-fA-F]{6}", color) else DEFAULT_COLOR,
    )
