"""Texts made fit to travel: no control characters, no half characters, no more than there is room for."""

from __future__ import annotations

import re

from ilux_bridge.mapping.charset import fitted
from ilux_bridge.mapping.outcome import Alteration, Flag

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def cleaned(text: str, field: str, flags: list[Flag]) -> str:
    """Without controls (PostgreSQL refuses U+0000), lone surrogates (JSON has none) and outer blanks."""
    kept = _UNFIT.sub("", text)
    if len(kept) < len(text):
        said = f"{len(text) - len(kept)} caractere(s) de controle retirado(s)."
        flags.append(Flag(Alteration.CONTROL_CHARACTERS, field, said))
    return kept.strip()


def shortened(text: str, length: int | None, field: str, flags: list[Flag]) -> str:
    if length is None or len(text) <= length:
        return text
    flags.append(Flag(Alteration.TRUNCATED, field, f"cortado de {len(text)} para {length} caracteres."))
    return text[:length].rstrip()


def encodable(text: str, charset: str, field: str, flags: list[Flag]) -> str:
    """With what the base's character set cannot hold replaced, and counted."""
    written, missing = fitted(text, charset)
    if missing:
        said = (
            f"{missing} caractere(s) que o banco ({charset}) não guarda, trocado(s) por letra simples ou ?."
        )
        flags.append(Flag(Alteration.UNMAPPABLE_CHARACTERS, field, said))
    return written


def without_mask(text: str) -> str:
    """Letters too: a CNPJ has had them since 2026.

    >>> without_mask("12.abc.345/01DE-35")
    '12ABC34501DE35'
    """
    return "".join(c for c in text.upper() if c.isascii() and c.isalnum())


def shortest(*lengths: int | None) -> int | None:
    return min((length for length in lengths if length is not None), default=None)
