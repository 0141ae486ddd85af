"""The catalogue of problems (RFC 9457): every way a request can fail, with one code, status and wording.

Code raises `Problem("code", **facts)`; `web` turns it into `application/problem+json` for programs and into a
page or form for people. A feature keeps its own entries in its `problems.py`; they are joined here, and a
code outside the catalogue cannot be raised.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind of failure. `detail` may hold `{fact}` placeholders; texts are pt-BR, for a person."""

    code: str
    status: int
    title: str
    detail: str


CATALOGUE: dict[str, ProblemType] = {}


def register(*types: ProblemType) -> None:
    """Add a feature's problems; two of one code are a defect."""
    for entry in types:
        if entry.code in CATALOGUE:
            raise ValueError(f"problem {entry.code!r} is in the catalogue already")
        CATALOGUE[entry.code] = entry


class Problem(Exception):
    """A failure of the catalogue, with its facts."""

    def __init__(self, code: str, **facts: Any) -> None:
        self.type = CATALOGUE[code]
        self.facts = facts
        super().__init__(code)

    @property
    def code(self) -> str:
        return self.type.code

    @property
    def status(self) -> int:
        return self.type.status

    @property
    def detail(self) -> str:
        """The sentence for a person, with the facts in it."""
        return self.type.detail.format_map(_Facts(self.facts))

    def body(self) -> dict[str, Any]:
        """The members of the problem document."""
        return {
            **self.facts,
            "type": f"/problems/{self.code}",
            "code": self.code,
            "title": self.type.title,
            "status": self.status,
            "detail": self.detail,
        }


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


register(
    ProblemType(
        "login_required", 401, "Entre para continuar", "Sua sessão terminou. Entre de novo; nada se perdeu."
    ),
    ProblemType("forbidden", 403, "Sem permissão", "Seu perfil não permite isto."),
    ProblemType("not_found", 404, "Não encontrado", "Isto não existe ou não está ao seu alcance."),
    ProblemType("method_not_allowed", 405, "Método não permitido", "Este endereço não aceita isto."),
    ProblemType("cross_site", 403, "Pedido de outro site", "O pedido veio de outro site e foi recusado."),
    ProblemType("invalid", 422, "Confira os dados", "Há campos a corrigir."),
    ProblemType("too_large", 413, "Grande demais", "O envio passa do limite."),
    ProblemType("rate_limited", 429, "Muitas tentativas", "Tente de novo em {retry_after} segundos."),
    ProblemType("unexpected", 500, "Algo deu errado", "O erro foi registrado com o número {request_id}."),
    ProblemType("busy", 503, "Ocupado", "Tente de novo em {retry_after} segundos."),
)
