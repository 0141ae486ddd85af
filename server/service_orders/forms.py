"""The forms of the order pages: what the filters ask for, and what a dispatch says."""

from __future__ import annotations

from datetime import datetime

from server.problems import Problem
from server.service_orders.rules import Dispatch
from server.service_orders.statuses import Status
from server.service_orders.views import OrderDetail, OrderFilter, OrderSort
from server.web.forms import WHOLE_FORM, Form, typed_moment

FILTER_LABELS = {
    "number": "número",
    "customer": "cliente",
    "technician_id": "técnico",
    "status": "status",
    "late": "atrasados",
    "serial_number": "série",
    "contract": "contrato",
    "opened_from": "aberto desde",
    "opened_until": "aberto até",
}
_FIELD_OF_PROBLEM = {
    "technician_unavailable": "technician_id",
    "due_before_opening": "due_at",
    "scheduled_before_opening": "scheduled_at",
    "reason_required": "reason",
    "text_required": "body",
}


def read_filter(form: Form) -> OrderFilter:
    """Faults are left in the form; a field at fault does not filter."""
    sort, is_descending = read_sort(form.text("sort"))
    return OrderFilter(
        number=form.text("number"),
        serial_number=form.text("serial_number"),
        contract=form.text("contract"),
        customer=form.text("customer"),
        technician_id=form.uuid("technician_id"),
        statuses=form.choices("status", Status),
        opened_from=form.day_start("opened_from"),
        opened_until=form.day_end("opened_until"),
        is_late=form.text("late") != "",
        sort=sort,
        is_descending=is_descending,
    )


def read_sort(text: str) -> tuple[OrderSort, bool]:
    """`-opened` is the newest first, and what holds when nothing was said."""
    name = text.removeprefix("-")
    if name not in set(OrderSort):
        return OrderSort.OPENED, True
    return OrderSort(name), text.startswith("-")


def active_filters(form: Form) -> list[str]:
    """What narrows the list, by the names on the screen."""
    return [label for name, label in FILTER_LABELS.items() if form.text(name)]


def query_string(form: Form, **changes: str) -> str:
    """The filters as an address, with some values changed; an empty value leaves its name out."""
    return form.query((*FILTER_LABELS, "sort"), **changes)


def dispatch_form(order: OrderDetail, timezone: str, *, paused_due_at: datetime | None = None) -> Form:
    """Filled with what holds now; after a pause, with when the order is due since."""
    return Form.showing(
        {
            "technician_id": str(order.technician_id or ""),
            "scheduled_at": typed_moment(order.scheduled_at, timezone),
            "due_at": typed_moment(order.due_at, timezone),
            "revised_due_at": typed_moment(order.revised_due_at or paused_due_at, timezone),
        }
    )


def read_dispatch(form: Form, order: OrderDetail, timezone: str) -> Dispatch | None:
    """None when the form has faults, which then are in it. A time left as it was shown keeps its seconds."""
    technician_id = form.uuid("technician_id")
    if technician_id is None:
        form.errors.setdefault("technician_id", "Escolha o técnico.")
    shown = dispatch_form(order, timezone)
    times = [
        getattr(order, name) if form.text(name) == shown.text(name) else form.moment(name)
        for name in ("scheduled_at", "due_at", "revised_due_at")
    ]
    if technician_id is None or not form.is_valid:
        return None
    return Dispatch(technician_id, *times)


def refuse(form: Form, problem: Problem) -> Form:
    """The form with what a rule had against it, beside the field that the rule speaks of."""
    field = _FIELD_OF_PROBLEM.get(problem.code, WHOLE_FORM)
    form.errors[field] = problem.detail
    return form
