"""What Brazilian papers and letters say of somebody: CNPJ, CPF, CEP, UF, telephone, mail; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

UFS = frozenset(
    (
        "AC",
        "AL",
        "AM",
        "AP",
        "BA",
        "CE",
        "DF",
        "ES",
        "GO",
        "MA",
        "MG",
        "MS",
        "MT",
        "PA",
        "PB",
        "PE",
        "PI",
        "PR",
    )
    + ("RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO")
)

_CNPJ = re.compile(r"[0-9A-Z]{12}[0-9]{2}")  # since July 2026 the first twelve may be letters
_CPF = re.compile(r"[0-9]{11}")
_CEP = re.compile(r"[0-9]{8}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"[0-9+() .x/-]*")


def one_line(text: str) -> str:
    """Single spaces, and no characters that a database or a page cannot show."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def compact(text: str) -> str:
    """A number as it is stored: `"11.222.333/0001-81"` → `"11222333000181"`."""
    return re.sub(r"[\s./-]", "", text).upper()


def is_cnpj(text: str) -> bool:
    """Both check digits hold; `text` is compact."""
    return bool(_CNPJ.fullmatch(text)) and len(set(text)) > 1 and _ends_well(text, _CNPJ_WEIGHTS)


def is_cpf(text: str) -> bool:
    return bool(_CPF.fullmatch(text)) and len(set(text)) > 1 and _ends_well(text, _CPF_WEIGHTS)


def address_faults(*, uf: str, cep: str, phone: str) -> dict[str, str]:
    """What is wrong with an address and its telephone; each may be empty."""
    found = {}
    if uf and uf not in UFS:
        found["uf"] = "Use a sigla de um estado, como SC."
    if cep and not _CEP.fullmatch(cep):
        found["cep"] = "O CEP tem 8 algarismos."
    if not _PHONE.fullmatch(phone):
        found["phone"] = "Escreva o telefone só com algarismos e sinais."
    return found


def is_email(text: str) -> bool:
    """An accent is a slip: hardly any mail server takes it."""
    return text.isascii() and bool(_EMAIL.fullmatch(text))


_CNPJ_WEIGHTS = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
_CPF_WEIGHTS = (11, 10, 9, 8, 7, 6, 5, 4, 3, 2)


def _ends_well(text: str, weights: Sequence[int]) -> bool:
    """The last two are remainders by 11 of what stands before each; a letter counts as its code less 48."""
    values = [ord(char) - 48 for char in text]
    first, second = len(values) - 2, len(values) - 1
    return values[first] == _check(values[:first], weights[1:]) and values[second] == _check(
        values[:second], weights
    )


def _check(values: Sequence[int], weights: Sequence[int]) -> int:
    rest = sum(value * weight for value, weight in zip(values, weights, strict=True)) % 11
    return 0 if rest < 2 else 11 - rest
