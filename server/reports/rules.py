"""Which reports there are, for which period, and what their numbers mean; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_PERIOD = timedelta(days=366 * 2)
DEFAULT_DAYS = 30
MOST_ROWS = 200


class Kind(StrEnum):
    STATUS = "status"
    TECHNICIAN = "technician"
    DEFECT = "defect"
    CUSTOMER = "customer"
    RESPONSE = "response"
    SLA = "sla"
    TRAVEL = "travel"
    RETURNS = "returns"


TITLES = {
    Kind.STATUS: "Chamados por status",
    Kind.TECHNICIAN: "Chamados por técnico",
    Kind.DEFECT: "Chamados por defeito",
    Kind.CUSTOMER: "Chamados por cliente",
    Kind.RESPONSE: "Tempo até o atendimento",
    Kind.SLA: "Prazo cumprido",
    Kind.TRAVEL: "Quilômetros por técnico",
    Kind.RETURNS: "Resolvidos na primeira visita",
}
NOTES = {
    Kind.STATUS: "Chamados abertos no período, pelo status de hoje.",
    Kind.TECHNICIAN: "Chamados abertos no período, por quem está com eles.",
    Kind.DEFECT: "Chamados abertos no período.",
    Kind.CUSTOMER: "Chamados abertos no período.",
    Kind.RESPONSE: "Da abertura até o técnico chegar ou começar o serviço, pelo relógio, nos chamados abertos"
    " no período que já foram atendidos.",
    Kind.SLA: "Chamados abertos no período que tinham prazo: atendidos até a prioridade atualizada ou, sem"
    " ela, a prioridade de atendimento.",
    Kind.TRAVEL: "Deslocamentos iniciados no período, para reembolso. Distância medida pelo trajeto ou, sem"
    " ele, em linha reta.",
    Kind.RETURNS: "Chamados abertos no período e encerrados por atendimento: com uma só visita e sem retorno,"
    " ou com mais de uma.",
}


class Unit(StrEnum):
    TEXT = "text"
    COUNT = "count"
    PERCENT = "percent"
    HOURS = "hours"
    KM = "km"


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    unit: Unit = Unit.COUNT


@dataclass(frozen=True, slots=True)
class Report:
    """A table whose column `drawn` is also drawn as bars; the first column names the rows."""

    kind: Kind
    columns: tuple[Column, ...]
    rows: tuple[tuple[str | float | None, ...], ...]
    drawn: int
    total: tuple[str | float | None, ...] | None = None
    is_cut: bool = False

    @property
    def longest(self) -> float:
        """What the longest bar stands for: all of 100 % where shares are drawn."""
        if self.columns[self.drawn].unit is Unit.PERCENT:
            return 100.0
        return max((float(row[self.drawn] or 0) for row in self.rows), default=0.0)

    def share(self, row: tuple[str | float | None, ...]) -> float:
        """How long the row's bar is, in per cent."""
        return round(100 * float(row[self.drawn] or 0) / self.longest, 2) if self.longest else 0.0


@dataclass(frozen=True, slots=True)
class Period:
    """From an instant up to, not including, another."""

    since: datetime
    until: datetime


def period_fault(since: datetime | None, until: datetime | None) -> str | None:
    """Why these two will not do; both may be missing."""
    if since is None or until is None:
        return None
    if until <= since:
        return "O fim vem antes do começo."
    if until - since > LONGEST_PERIOD:
        return "Escolha no máximo dois anos."
    return None


def percent(part: float | None, whole: float | None) -> float | None:
    """None where there is nothing to have a share of."""
    return round(100 * (part or 0) / whole, 1) if whole else None
