"""Names as people search for them: without accents, case or punctuation of documents."""

from __future__ import annotations

import re
import unicodedata


def fold(text: str) -> str:
    """Lower case, without accents, with single spaces: `"  São  João "` → `"sao joao"`."""
    plain = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).lower().split())


def search_name(name: str, trade_name: str, cnpj_cpf: str) -> str:
    """What `Customer.search_name` holds: both names and the digits of the document."""
    parts = [fold(name), fold(trade_name), re.sub(r"\W", "", cnpj_cpf).lower()]
    return " ".join(part for part in parts if part)[:260]
