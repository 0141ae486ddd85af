"""The filters of the list, and the form of what a proof must hold."""

from __future__ import annotations

from server.deliveries.policy import Policy
from server.deliveries.rules import Requirements
from server.deliveries.views import STATE_NAMES, DeliveryFilter, DeliveryState
from server.web.forms import Form

FILTER_LABELS = {
    "number": "nota fiscal",
    "customer": "cliente",
    "carrier_id": "transportador",
    "state": "situação",
    "issued_from": "período inicial",
    "issued_until": "período final",
}
FLAGGED = "flagged"
STATE_CHOICES = {**{state.value: name for state, name in STATE_NAMES.items()}, FLAGGED: "Com divergência"}
REQUIREMENT_LABELS = {
    "document": "Documento de quem recebeu",
    "signature": "Assinatura",
    "photo": "Foto",
    "position": "Posição do aparelho",
}


def read_filter(form: Form) -> DeliveryFilter:
    """Faults are left in the form; a field at fault does not filter."""
    state = form.text("state")
    return DeliveryFilter(
        number=form.text("number"),
        customer=form.text("customer"),
        carrier_id=form.uuid("carrier_id"),
        state=DeliveryState(state) if state in set(DeliveryState) else None,
        has_discrepancy=state == FLAGGED,
        issued_from=form.day_start("issued_from"),
        issued_until=form.day_end("issued_until"),
    )


def active_filters(form: Form) -> list[str]:
    """What narrows the list, by the names on the screen."""
    return [label for name, label in FILTER_LABELS.items() if form.text(name)]


def query_string(form: Form, after: str = "") -> str:
    """The filters as an address."""
    return form.query(FILTER_LABELS, after=after)


def policy_form(policy: Policy) -> Form:
    """As it stands, before anybody typed."""
    asked = policy.requirements
    ticked = {name: "yes" for name in REQUIREMENT_LABELS if getattr(asked, name)}
    return Form.showing({**ticked, "due_days": str(policy.due_days)})


def read_policy(form: Form) -> Policy:
    """A number of days that is none becomes 0, which no policy has."""
    asked = Requirements(**{name: bool(form.text(name)) for name in REQUIREMENT_LABELS})
    return Policy(asked, form.number("due_days") or 0)
