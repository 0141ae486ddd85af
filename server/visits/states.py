"""The states of a visit and the facts that lead to them.

Facts arrive late, twice and out of order, and none is refused: the state is the furthest one that any of
them has reached.
"""

from __future__ import annotations

from enum import StrEnum


class VisitState(StrEnum):
    SELECTED = "selected"
    TRAVELLING = "travelling"
    ARRIVED = "arrived"
    WORKING = "working"
    WORK_FINISHED = "work_finished"
    FORM_FILLED = "form_filled"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class EventKind(StrEnum):
    SELECTED = "selected"
    TRAVEL_STARTED = "travel_started"
    ARRIVED = "arrived"
    WORK_STARTED = "work_started"
    WORK_FINISHED = "work_finished"
    FORM_FILLED = "form_filled"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """How a visit ended: the order goes to O, T or P."""

    DONE = "done"
    ATTENDED = "attended"
    PENDING = "pending"


STATE_NAMES = {
    VisitState.SELECTED: "Selecionado",
    VisitState.TRAVELLING: "Em viagem",
    VisitState.ARRIVED: "No cliente",
    VisitState.WORKING: "Em atendimento",
    VisitState.WORK_FINISHED: "Serviço terminado",
    VisitState.FORM_FILLED: "Formulário preenchido",
    VisitState.COMPLETED: "Concluído",
    VisitState.CANCELLED: "Atendimento cancelado",
}
EVENT_NAMES = {
    EventKind.SELECTED: "Atendimento selecionado",
    EventKind.TRAVEL_STARTED: "Viagem iniciada",
    EventKind.ARRIVED: "Chegada no cliente",
    EventKind.WORK_STARTED: "Início do atendimento",
    EventKind.WORK_FINISHED: "Fim do atendimento",
    EventKind.FORM_FILLED: "Formulário preenchido",
    EventKind.COMPLETED: "Atendimento concluído",
    EventKind.CANCELLED: "Atendimento cancelado",
}
OUTCOME_NAMES = {
    Outcome.DONE: "Concluído",
    Outcome.ATTENDED: "Atendido",
    Outcome.PENDING: "Pendente",
}

STATE_AFTER = {
    EventKind.SELECTED: VisitState.SELECTED,
    EventKind.TRAVEL_STARTED: VisitState.TRAVELLING,
    EventKind.ARRIVED: VisitState.ARRIVED,
    EventKind.WORK_STARTED: VisitState.WORKING,
    EventKind.WORK_FINISHED: VisitState.WORK_FINISHED,
    EventKind.FORM_FILLED: VisitState.FORM_FILLED,
    EventKind.COMPLETED: VisitState.COMPLETED,
    EventKind.CANCELLED: VisitState.CANCELLED,
}
ENDED = frozenset({VisitState.COMPLETED, VisitState.CANCELLED})

# A conclusion outlives a cancellation, whichever came first: work that was signed was done.
_ORDER = (
    VisitState.SELECTED,
    VisitState.TRAVELLING,
    VisitState.ARRIVED,
    VisitState.WORKING,
    VisitState.WORK_FINISHED,
    VisitState.FORM_FILLED,
    VisitState.CANCELLED,
    VisitState.COMPLETED,
)
RANK = {state: rank for rank, state in enumerate(_ORDER)}


def furthest(state: VisitState, kind: EventKind) -> VisitState:
    """Where a fact leaves a visit: onwards or where it is, never back."""
    return max(state, STATE_AFTER[kind], key=RANK.__getitem__)


def is_nonsense(state: VisitState, kind: EventKind) -> bool:
    """Both an end and its contrary were recorded: somebody must look at it."""
    return {state, STATE_AFTER[kind]} == ENDED
