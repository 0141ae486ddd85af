"""The forms of the readings' pages: the filters, a customer's schedule, and what a customer tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from server.problems import Problem
from server.reading_requests.answering import Told
from server.reading_requests.rules import DEFAULT_DAY, DEFAULT_REMINDER_DAYS, RequestState
from server.reading_requests.views import ItemRow, RequestFilter
from server.web.forms import WHOLE_FORM, Form

FILTER_LABELS = {"customer": "cliente", "state": "situação"}
_LONGEST_COUNTER = 9


def read_filter(form: Form, this_month: date) -> RequestFilter:
    """Faults are left in the form; the month that runs, unless another one is asked for."""
    return RequestFilter(
        month_on=_month(form) or this_month,
        customer=form.text("customer"),
        states=form.choices("state", RequestState),
    )


def active_filters(form: Form) -> list[str]:
    """What narrows the list, by the names on the screen."""
    return [label for name, label in FILTER_LABELS.items() if form.text(name)]


def query_string(form: Form, **changes: str) -> str:
    """The filters as an address, with some values changed; an empty value leaves its name out."""
    return form.query(("month", *FILTER_LABELS), **changes)


def read_schedule(form: Form) -> tuple[bool, int, int]:
    """Whether, on which day, and after how many days again. Faults are left in the form."""
    day, remind = form.number("day_of_month"), form.number("remind_after_days")
    if day is None or not 1 <= day <= 31:
        form.errors["day_of_month"] = "Use um dia de 1 a 31."
    if remind is None or not 1 <= remind <= 20:
        form.errors["remind_after_days"] = "Use de 1 a 20 dias."
    return form.text("is_on") != "", day or DEFAULT_DAY, remind or DEFAULT_REMINDER_DAYS


def read_told(form: Form, items: tuple[ItemRow, ...], photos: Mapping[UUID, bytes]) -> dict[UUID, Told]:
    """What was written of machines that are still open; nothing where every field was left empty."""
    told: dict[UUID, Told] = {}
    for item in items:
        if item.answered_at is not None:
            continue
        mono, color = _counter(form, f"mono-{item.id}"), _counter(form, f"color-{item.id}")
        if mono is None and color is None and item.id not in photos:
            continue
        if {f"mono-{item.id}", f"color-{item.id}"} & form.errors.keys():
            continue
        is_sure = form.text(f"sure-{item.id}") != ""
        told[item.id] = Told(mono, color if item.is_color else None, is_sure, photos.get(item.id))
    return told


def refuse(form: Form, problem: Problem) -> Form:
    form.errors[WHOLE_FORM] = problem.detail
    return form


def _month(form: Form) -> date | None:
    """As `<input type="month">` says it: `2026-03`."""
    text = form.text("month")
    try:
        return date.fromisoformat(f"{text}-01") if text else None
    except ValueError:
        form.errors["month"] = "Use um mês como 2026-03."
        return None


def _counter(form: Form, name: str) -> int | None:
    """People write a counter with its points: `12.345`."""
    text = form.text(name).replace(".", "").replace(" ", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_COUNTER):
        form.errors[name] = "Escreva o número que o contador mostra."
        return None
    return int(text)
