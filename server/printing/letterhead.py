"""Whose paper a document is printed on: the company's, in the reseller's colour and with its logo."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from obstore.store import ObjectStore

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.accounts.tables import Brand, Company, Reseller
from server.branding.actions import read_logo
from server.printing.document import Letterhead
from server.problems import Problem
from server.web.rendering import tax_id

DEFAULT_COLOR = "#0b4f5c"
LOGO_FILE = "logo.png"


async def find_letterhead(
    actor: Actor, company_id: UUID, store: ObjectStore
) -> tuple[Letterhead, dict[str, bytes]]:
    """With the files that it names. Raises `not_found`."""
    company = await Company.select().where(visible(actor, Company), Company.id == company_id).first()
    if company is None:
        raise Problem("not_found")
    brand = await _brand(actor)
    street = ", ".join(part for part in (company["street"], company["district"]) if part)
    town = ", ".join(part for part in (company["city"], company["uf"]) if part)
    lines = (
        f"{company['name']} · CNPJ {tax_id(company['cnpj'])}",
        " · ".join(part for part in (street, town, company["phone"]) if part),
        *brand.get("letterhead", "").splitlines(),
    )
    return await _headed(actor, company["trade_name"] or company["name"], lines, brand, store)


async def reseller_letterhead(actor: Actor, store: ObjectStore) -> tuple[Letterhead, dict[str, bytes]]:
    """Of all its companies together."""
    reseller = await Reseller.select(Reseller.name).where(visible(actor, Reseller)).first()
    return await _headed(actor, reseller["name"] if reseller else "", (), await _brand(actor), store)


async def _brand(actor: Actor) -> dict[str, Any]:
    return (
        await Brand.select(Brand.letterhead, Brand.primary_color, Brand.logo_sha256)
        .where(visible(actor, Brand))
        .first()
        or {}
    )


async def _headed(
    actor: Actor, name: str, lines: Iterable[str], brand: Mapping[str, Any], store: ObjectStore
) -> tuple[Letterhead, dict[str, bytes]]:
    files = await _logo(store, actor.reseller_id, brand.get("logo_sha256"))
    color = brand.get("primary_color", "")
    letterhead = Letterhead(
        name=name,
        lines=tuple(line for line in lines if line),
        color=color if re.fullmatch("#[0-9a-fA-F]{6}", color) else DEFAULT_COLOR,
        logo=next(iter(files), ""),
    )
    return letterhead, files


async def _logo(store: ObjectStore, reseller_id: UUID, sha256: str | None) -> dict[str, bytes]:
    """Empty where there is none: a paper without a logo is worth more than no paper."""
    try:
        return {LOGO_FILE: await read_logo(store, reseller_id, sha256)}
    except Problem:
        return {}
