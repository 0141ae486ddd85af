"""The filters of the list of customers, and the form of a position."""

from __future__ import annotations

from server.customers.rules import Position
from server.customers.views import STATE_NAMES, CustomerFilter, PositionState, PositionView
from server.web.forms import Form

FILTER_LABELS = {"q": "busca", "position": "posição"}
PROPOSED = "proposed"
POSITION_CHOICES = {**{state.value: name for state, name in STATE_NAMES.items()}, PROPOSED: "Com proposta"}


def read_filter(form: Form) -> CustomerFilter:
    chosen = form.text("position")
    return CustomerFilter(
        text=form.text("q")[:200],
        state=PositionState(chosen) if chosen in set(PositionState) else None,
        has_proposal=chosen == PROPOSED,
    )


def active_filters(form: Form) -> list[str]:
    return [label for name, label in FILTER_LABELS.items() if form.text(name)]


def query_string(form: Form, after: str = "") -> str:
    """The filters as an address."""
    return form.query(FILTER_LABELS, after=after)


def position_form(position: PositionView) -> Form:
    """As it is known, before anybody typed."""
    if position.point is None:
        return Form()
    latitude, longitude = position.point
    return Form.showing({"latitude": _typed(latitude), "longitude": _typed(longitude)})


def read_position(form: Form) -> Position | None:
    """Faults are left in the form. None where both fields are empty."""
    if not form.text("latitude") and not form.text("longitude"):
        return None
    numbers = {}
    for name in ("latitude", "longitude"):
        try:
            numbers[name] = float(form.text(name).replace(",", ".").replace("−", "-"))
        except ValueError:
            form.errors[name] = "Use um número como -27,594900."
    return Position(**numbers) if form.is_valid else None


def _typed(degrees: float) -> str:
    return f"{degrees:.6f}".replace(".", ",")
