"""The Portuguese word for each choice of the wire, for mapping files; the wire's own word is accepted too."""

from __future__ import annotations

from ilux_bridge.mapping.vocabulary import Field

_ORDER_STATUS = {
    "A": "aberto",
    "E": "despachado",
    "M": "manutencao",
    "P": "pendente",
    "L": "logistica",
    "S": "estoque",
    "O": "concluido",
    "T": "atendido",
    "C": "cancelado",
}
_COLOUR = {"K": "preto", "C": "ciano", "M": "magenta", "Y": "amarelo"}
_OTHERS = {
    "pending": "pendente",
    "delivered": "entregue",
    "reviewed": "controle",
    "backorder": "em_falta",
    "released": "liberado",
    "invoiced": "faturado",
    "cancelled": "cancelado",
    "none": "nenhum",
}


def choice_words(field: Field) -> dict[str, str]:
    """For every choice of the wire, in the vocabulary's order, its word; the same letter differs by field."""
    words = _ORDER_STATUS if "A" in field.choices else _COLOUR if "K" in field.choices else _OTHERS
    return {choice: words.get(choice, choice) for choice in field.choices}


def choice_of(field: Field, word: str) -> str | None:
    """The choice of the wire that a word of the file means, or `None`."""
    if word in field.choices:
        return word
    return next((choice for choice, known in choice_words(field).items() if known == word.lower()), None)
