"""Whose file is it? What a PDF says of people, held against the customer that it is meant for; pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from server.accounts.documents import one_line

_ROOT = 8  # digits of a CNPJ that all branches of a firm share
LONGEST_NAME = 120
FIRST_YEAR = 2000


def doubt(found: Collection[str], customer: str, own: Collection[str]) -> str | None:
    """A sentence when the file names somebody else and not the customer; None for nobody, too.

    `own` are the reseller's companies, who stand on everything that they send.
    """
    roots = {_root(one) for one in own}
    others = sorted(one for one in found if _root(one) not in roots)
    if not others or (customer and _root(customer) in {_root(one) for one in others}):
        return None
    shown = ", ".join(_shown(one) for one in others[:3])
    whose = f"o do cliente é {_shown(customer)}" if customer else "o cliente não tem documento no cadastro"
    return f"mostra {shown}, e {whose}"


def file_name(text: str) -> str:
    """The last part of what a browser calls it, short, and a PDF's."""
    name = one_line(re.split(r"[\\/]", text)[-1]).strip(". ") or "arquivo"
    stem = name[:-4] if name.lower().endswith(".pdf") else name
    return stem[: LONGEST_NAME - 4] + ".pdf"


def period_faults(month: int | None, year: int | None, today: date) -> dict[str, str]:
    found = {}
    if month is None or not 1 <= month <= 12:
        found["month"] = "Escolha o mês."
    if year is None or not FIRST_YEAR <= year <= today.year + 1:
        found["year"] = "Escreva o ano com quatro algarismos."
    return found


def _root(document: str) -> str:
    return document[:_ROOT] if len(document) == 14 else document


def _shown(document: str) -> str:
    if len(document) == 14:
        return f"{document[:2]}.{document[2:5]}.{document[5:8]}/{document[8:12]}-{document[12:]}"
    return f"{document[:3]}.{document[3:6]}.{document[6:9]}-{document[9:]}"
