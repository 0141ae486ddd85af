"""The forms of the parts' pages: the filters, and what logistics says of a part."""

from __future__ import annotations

from server.part_requests.rules import PartEdit
from server.part_requests.statuses import AWAITED, PartStatus
from server.part_requests.views import PartFilter, PartRow
from server.problems import Problem
from server.service_orders.statuses import Status
from server.web.forms import WHOLE_FORM, Form

FILTER_LABELS = {
    "number": "número",
    "customer": "cliente",
    "technician_id": "técnico",
    "part": "peça",
    "status": "situação",
    "order_status": "status do chamado",
    "late": "atrasados",
}
_FIELD_OF_PROBLEM = {"reason_required": "reason", "expected_date_required": "expected_on"}


def read_filter(form: Form) -> PartFilter:
    """Faults are left in the form; a field at fault does not filter. What is still awaited, unless said."""
    return PartFilter(
        number=form.text("number"),
        customer=form.text("customer"),
        part=form.text("part"),
        technician_id=form.uuid("technician_id"),
        statuses=form.choices("status", PartStatus) or frozenset(AWAITED),
        order_statuses=form.choices("order_status", Status),
        is_late=form.text("late") != "",
    )


def active_filters(form: Form) -> list[str]:
    """What narrows the list, by the names on the screen."""
    return [label for name, label in FILTER_LABELS.items() if form.text(name)]


def query_string(form: Form, **changes: str) -> str:
    """The filters as an address, with some values changed; an empty value leaves its name out."""
    return form.query(FILTER_LABELS, **changes)


def edit_form(part: PartRow) -> Form:
    """Filled with what holds now."""
    return Form.showing(
        {
            "status": part.status.value,
            "expected_on": part.expected_on.isoformat() if part.expected_on else "",
            "carrier_id": str(part.carrier_id or ""),
            "tracking_code": part.tracking_code,
            "reason": part.reason,
        }
    )


def read_edit(form: Form) -> PartEdit | None:
    """None when the form has faults, which then are in it."""
    status = form.text("status")
    if status not in set(PartStatus):
        form.errors["status"] = "Escolha uma situação da lista."
    if len(form.text("tracking_code")) > 60:
        form.errors["tracking_code"] = "No máximo 60 caracteres."
    expected_on, carrier_id = form.day("expected_on"), form.uuid("carrier_id")
    if not form.is_valid:
        return None
    return PartEdit(
        PartStatus(status), expected_on, carrier_id, form.text("tracking_code"), form.text("reason")
    )


def refuse(form: Form, problem: Problem) -> Form:
    """The form with what a rule had against it, beside the field that the rule speaks of."""
    form.errors[_FIELD_OF_PROBLEM.get(problem.code, WHOLE_FORM)] = problem.detail
    return form
