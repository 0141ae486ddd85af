"""The filters of the visit list."""

from __future__ import annotations

from server.visits.states import ENDED, VisitState
from server.visits.views import VisitFilter
from server.web.forms import Form

FILTER_LABELS = {
    "web_number": "chamado web",
    "ilux_number": "chamado ILUX",
    "state": "status",
    "customer": "cliente",
    "serial_number": "série",
    "technician_id": "técnico",
    "started_from": "período inicial",
    "started_until": "período final",
}
UNDERWAY = "underway"
STATE_CHOICES = {
    UNDERWAY: "Em andamento",
    VisitState.COMPLETED.value: "Concluído",
    VisitState.CANCELLED.value: "Cancelado",
}


def read_filter(form: Form) -> VisitFilter:
    """Faults are left in the form; a field at fault does not filter."""
    state = form.text("state")
    states = frozenset(VisitState) - ENDED if state == UNDERWAY else form.choices("state", VisitState)
    return VisitFilter(
        web_number=form.number("web_number"),
        ilux_number=form.text("ilux_number"),
        customer=form.text("customer"),
        serial_number=form.text("serial_number"),
        technician_id=form.uuid("technician_id"),
        states=states,
        started_from=form.day_start("started_from"),
        started_until=form.day_end("started_until"),
    )


def active_filters(form: Form) -> list[str]:
    """What narrows the list, by the names on the screen."""
    return [label for name, label in FILTER_LABELS.items() if form.text(name)]


def query_string(form: Form, after: str = "") -> str:
    """The filters as an address."""
    return form.query(FILTER_LABELS, after=after)
