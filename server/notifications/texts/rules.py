"""A reseller's own words of a notice: which placeholders they may hold, and what becomes of them; pure.

Texts are no templates: a name between braces is replaced once by what happened, and nothing in it is looked
at again. What a lock screen may show has fewer placeholders: a number and what happened, nobody's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from server.notifications.events import KINDS, Event
from server.notifications.wording import LONGEST_TITLE, named_facts, title_format

LONGEST_SUBJECT = 160
LONGEST_TEXT = 1000
LONGEST_SAID = 4000  # with what the placeholders stand for

_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`fact` is its name among the facts of an event; `sample` is for the preview."""

    name: str
    fact: str
    means: str
    sample: str
    is_discreet: bool = False

    @property
    def written(self) -> str:
        return f"{{{self.name}}}"


_ALWAYS = (
    Placeholder("nome", "recipient", "nome de quem recebe", "Marcelo Fontana"),
    Placeholder("revenda", "reseller", "nome da revenda", "Ilha Office"),
)
PLACEHOLDERS = (
    Placeholder("numero", "number", "número", "1042", is_discreet=True),
    Placeholder("mudanca", "change", "o que mudou, em uma palavra", "em manutenção", is_discreet=True),
    Placeholder("cliente", "customer", "nome do cliente", "Escola São João"),
    Placeholder("descricao", "description", "descrição do chamado", "Atola papel na bandeja 2"),
    Placeholder("detalhes", "changes", "o que mudou, por extenso", "Status: Manutenção"),
    Placeholder("observacao", "note", "observação", "Aguardando o síndico"),
    Placeholder("motivo", "reason", "motivo", "Aberto em duplicidade"),
    Placeholder("solucao", "resolution", "solução do técnico", "Rolo de tração trocado"),
    Placeholder("comentario", "comment", "comentário da avaliação", "Demorou muito"),
    Placeholder("tecnico", "technician", "nome do técnico", "Jonas Ferreira"),
    Placeholder("texto", "text", "texto da mensagem", "O erro aparece também na bandeja 1?"),
    Placeholder("pecas", "parts", "peças", "1 × Unidade fusora"),
    Placeholder("divergencias", "discrepancies", "divergências", "Falta um arquivo"),
    Placeholder("itens", "items", "itens pedidos", "2 × Toner preto"),
    Placeholder("assunto", "subject", "assunto da mensagem", "Segunda via"),
    Placeholder("periodo", "period", "mês do faturamento", "novembro de 2026"),
    Placeholder("recebedor", "receiver", "quem recebeu", "Rosa Lima"),
    Placeholder("pessoa", "person", "nome do usuário", "Tatiane Melo"),
    Placeholder("endereco", "address", "endereço de e-mail", "tatiane@escola.example"),
)
_BY_FACT = {one.fact: one for one in (*PLACEHOLDERS, *_ALWAYS)}


@dataclass(frozen=True, slots=True)
class Words:
    """`title` is what bell and lock screen say; the others are the mail's."""

    title: str
    subject: str
    opening: str
    closing: str = ""


EDITABLE = tuple(event for event in KINDS if event is not Event.TRIAL)


def default_words(event: Event) -> Words:
    """The portal's own, in the placeholders' names."""
    title = re.sub(r"\{(\w+)\}", lambda found: _BY_FACT[found[1]].written, title_format(event))
    return Words(title, title, "Olá, {nome}.")


def placeholders_of(event: Event) -> list[Placeholder]:
    """What may be said of it, those that any text may hold first."""
    return [*_ALWAYS, *(_BY_FACT[fact] for fact in named_facts(event))]


def discreet_of(event: Event) -> list[Placeholder]:
    return [one for one in placeholders_of(event) if one.is_discreet]


def tidy(words: Words) -> Words:
    return Words(
        " ".join(words.title.split()),
        " ".join(words.subject.split()),
        _lines(words.opening),
        _lines(words.closing),
    )


def faults(event: Event, words: Words) -> dict[str, str]:
    """By field, what to mend."""
    found = {}
    known, discreet = placeholders_of(event), discreet_of(event)
    for field, text, allowed, longest in (
        ("title", words.title, discreet, LONGEST_TITLE),
        ("subject", words.subject, known, LONGEST_SUBJECT),
        ("opening", words.opening, known, LONGEST_TEXT),
        ("closing", words.closing, known, LONGEST_TEXT),
    ):
        if not text and field != "closing":
            found[field] = "Escreva este texto."
        elif len(text) > longest:
            found[field] = f"No máximo {longest} caracteres."
        elif unknown := _unknown(text, allowed):
            usable = ", ".join(one.written for one in allowed) or "nenhum"
            found[field] = f"{unknown} não existe aqui. Campos possíveis: {usable}."
    return found


def said(words: Words, facts: Mapping[str, Any]) -> Words:
    """With what happened in the placeholders' place; `facts` by their own names, absent ones say nothing."""
    values = {one.name: str(facts.get(fact) or "") for fact, one in _BY_FACT.items()}

    def fill(text: str) -> str:
        return _PLACE.sub(lambda found: values.get(found[1], ""), text)

    filled = tidy(Words(*(fill(text) for text in (words.title, words.subject, words.opening, words.closing))))
    return Words(
        _cut(filled.title, LONGEST_TITLE),
        _cut(filled.subject, LONGEST_SUBJECT),
        _cut(filled.opening, LONGEST_SAID),
        _cut(filled.closing, LONGEST_SAID),
    )


def sample_facts(event: Event) -> dict[str, str]:
    return {one.fact: one.sample for one in placeholders_of(event)}


def _unknown(text: str, allowed: Iterable[Placeholder]) -> str:
    """The first that nothing stands for, as it is written; a brace that has no other is one, too."""
    names = {one.name for one in allowed}
    for found in _PLACE.finditer(text):
        if found[1] not in names:
            return found[0]
    rest = _PLACE.sub("", text)
    return next((brace for brace in "{}" if brace in rest), "")


def _lines(text: str) -> str:
    """Paragraphs stay, blank lines at most one at a time."""
    lines = "\n".join(" ".join(line.split()) for line in text.replace("\r\n", "\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
