"""The forms of the supplies' pages: the filters, a new request, and what the desk says of one."""

from __future__ import annotations

from uuid import UUID

from offline_sync.ids import uuid7
from server.problems import Problem
from server.supplies.actions import NewRequest
from server.supplies.rules import MOST_OF_ONE, RequestEdit
from server.supplies.statuses import EDITABLE, RequestStatus
from server.supplies.views import RequestDetail, RequestFilter, RequestSort
from server.web.forms import WHOLE_FORM, Form

FILTER_LABELS = {
    "number": "número",
    "customer": "cliente",
    "serial_number": "série",
    "status": "status",
    "requested_from": "período inicial",
    "requested_until": "período final",
}
QUANTITY = "quantity-"
_LONGEST_COUNTER = 9
_FIELD_OF_PROBLEM = {"reason_required": "reason"}


def read_filter(form: Form) -> RequestFilter:
    """Faults are left in the form; a field at fault does not filter."""
    sort, is_descending = read_sort(form.text("sort"))
    return RequestFilter(
        number=form.text("number"),
        customer=form.text("customer"),
        serial_number=form.text("serial_number"),
        statuses=form.choices("status", RequestStatus),
        requested_from=form.day_start("requested_from"),
        requested_until=form.day_end("requested_until"),
        sort=sort,
        is_descending=is_descending,
    )


def read_sort(text: str) -> tuple[RequestSort, bool]:
    """`-requested` is the newest first, and what holds when nothing was said."""
    name = text.removeprefix("-")
    if name not in set(RequestSort):
        return RequestSort.REQUESTED, True
    return RequestSort(name), text.startswith("-")


def active_filters(form: Form) -> list[str]:
    """What narrows the list, by the names on the screen."""
    return [label for name, label in FILTER_LABELS.items() if form.text(name)]


def query_string(form: Form, **changes: str) -> str:
    """The filters as an address, with some values changed; an empty value leaves its name out."""
    return form.query((*FILTER_LABELS, "sort"), **changes)


def quantities(form: Form) -> dict[UUID, int]:
    """How many of each supply; faults are left in the form."""
    found: dict[UUID, int] = {}
    for name in form.names():
        if not name.startswith(QUANTITY) or not form.text(name):
            continue
        try:
            supply_id = UUID(name.removeprefix(QUANTITY))
        except ValueError:
            continue
        count = form.number(name)
        if count is not None and count > MOST_OF_ONE:
            form.errors[name] = f"No máximo {MOST_OF_ONE} de cada."
        elif count:
            found[supply_id] = count
    return found


def read_request(form: Form) -> NewRequest | None:
    """None when the form has faults, which then are in it."""
    counts = quantities(form)
    wanted = NewRequest(
        request_id=form.uuid("request_id") or uuid7(),
        quantities=counts,
        equipment_id=form.uuid("equipment_id"),
        contract_id=form.uuid("contract_id"),
        model=form.text("model"),
        department=form.text("department"),
        install_location=form.text("install_location"),
        mono=_counter(form, "mono"),
        color=_counter(form, "color"),
        note=form.text("note"),
        requester_name=form.text("requester_name"),
        requester_phone=form.text("requester_phone"),
        is_confirmed=bool(form.text("is_confirmed")),
    )
    return wanted if form.is_valid else None


def edit_form(request: RequestDetail) -> Form:
    """Filled with what holds now."""
    return Form.showing(
        {
            "status": request.status.value,
            "invoice_number": request.invoice_number,
            "invoice_issued_on": request.invoice_issued_on.isoformat() if request.invoice_issued_on else "",
            "carrier_id": str(request.carrier_id or ""),
            "tracking_code": request.tracking_code,
        }
    )


def read_edit(form: Form) -> RequestEdit | None:
    """None when the form has faults, which then are in it."""
    status = form.text("status")
    if status not in {one.value for one in EDITABLE}:
        form.errors["status"] = "Escolha um status da lista."
    for name, longest in (("invoice_number", 20), ("tracking_code", 60)):
        if len(form.text(name)) > longest:
            form.errors[name] = f"No máximo {longest} caracteres."
    issued_on, carrier_id = form.day("invoice_issued_on"), form.uuid("carrier_id")
    if not form.is_valid:
        return None
    return RequestEdit(
        RequestStatus(status), form.text("invoice_number"), issued_on, carrier_id, form.text("tracking_code")
    )


def refuse(form: Form, problem: Problem) -> Form:
    """The form with what a rule had against it, beside the field that the rule speaks of."""
    form.errors[_FIELD_OF_PROBLEM.get(problem.code, WHOLE_FORM)] = problem.detail
    return form


def _counter(form: Form, name: str) -> int | None:
    """People write a counter with its points: `12.345`."""
    text = form.text(name).replace(".", "").replace(" ", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_COUNTER):
        form.errors[name] = "Escreva o número que o contador mostra."
        return None
    return int(text)
