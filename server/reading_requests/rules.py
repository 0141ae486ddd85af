"""When customers are asked for readings, and what of an answer is taken; pure.

A technician's odd reading is kept and flagged: somebody stood before the machine, and the desk looks at it.
Here nobody looks before the invoice: what is lower than the last is not taken, what is unusually much only
when the person says that it is right.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from server.equipment.rules import reading_faults
from server.visits.readings import Counters, Verdict, judge
from server.web.rendering import number_br

LIFETIME = timedelta(days=25)
# A worker that was down on the day asks afterwards; who switches it on later in the month waits for the next.
CATCH_UP_DAYS = 3
DEFAULT_DAY, DEFAULT_REMINDER_DAYS = 25, 3
HOURS = range(8, 20)  # nobody is written to at night
MONTH_NAMES = (
    "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro",
    "novembro", "dezembro",
)  # fmt: skip


class RequestState(StrEnum):
    WAITING = "waiting"
    PARTIAL = "partial"
    COMPLETE = "complete"
    EXPIRED = "expired"
    REVOKED = "revoked"


STATE_NAMES = {
    RequestState.WAITING: "Aguardando",
    RequestState.PARTIAL: "Respondido em parte",
    RequestState.COMPLETE: "Respondido",
    RequestState.EXPIRED: "Sem resposta",
    RequestState.REVOKED: "Encerrado",
}
ANSWERABLE = frozenset({RequestState.WAITING, RequestState.PARTIAL})


@dataclass(frozen=True, slots=True)
class RequestNow:
    """What the state of a request hangs on."""

    expires_at: datetime
    completed_at: datetime | None
    revoked_at: datetime | None
    answered: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What of one machine's answer is taken: without faults and doubt all of it. `fault` is by field."""

    faults: dict[str, str]
    is_doubtful: bool
    verdict: Verdict

    @property
    def is_taken(self) -> bool:
        return not self.faults and not self.is_doubtful


def month_of(here: datetime) -> date:
    """`here` is the reseller's own time."""
    return here.date().replace(day=1)


def month_name(month_on: date) -> str:
    return f"{MONTH_NAMES[month_on.month - 1]} de {month_on.year}"


def is_due(day_of_month: int, today: date) -> bool:
    """On its day or shortly after; the 31st is the last day of a shorter month."""
    due = min(day_of_month, monthrange(today.year, today.month)[1])
    return due <= today.day <= due + CATCH_UP_DAYS


def may_write(here: datetime) -> bool:
    return here.hour in HOURS


def state_of(request: RequestNow, now: datetime) -> RequestState:
    if request.completed_at is not None:
        return RequestState.COMPLETE
    if request.revoked_at is not None:
        return RequestState.REVOKED
    if request.expires_at <= now:
        return RequestState.EXPIRED
    return RequestState.PARTIAL if request.answered else RequestState.WAITING


def judge_answer(
    told: Counters, history: Sequence[Counters], *, is_color: bool, is_sure: bool, now: datetime
) -> Answer:
    """`history` as `judge` has it. A counter that the last reading had is wanted again."""
    faults = reading_faults(told, is_color=is_color, now=now)
    last = max(history, key=lambda reading: reading.read_at, default=None)
    verdict = judge(told, history)
    for name in ("mono", "color"):
        value, before = getattr(told, name), getattr(last, name) if last else None
        if name in faults or before is None:
            continue
        if value is None:
            faults[name] = "Escreva este contador também."
        elif verdict.is_lower and value < before:
            last_count = number_br(before)
            faults[name] = f"É menor que a última leitura, {last_count}. Confira, ou fale com a revenda."
    if verdict.is_lower and not faults:  # lower than an older reading that had this counter
        faults["mono"] = "É menor que uma leitura anterior. Confira o contador."
    return Answer(faults, verdict.is_implausible and not is_sure, verdict)
