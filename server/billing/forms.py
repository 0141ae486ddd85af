"""The forms of the billing pages: the filters, and what is published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from server.billing.actions import NewBatch
from server.billing.rules import period_faults
from server.billing.views import BillingFilter
from server.problems import Problem
from server.web.forms import WHOLE_FORM, Form

FILTER_LABELS = {
    "customer": "cliente",
    "contract": "contrato",
    "period_from": "período inicial",
    "period_until": "período final",
}
MONTHS: Mapping[int, str] = dict(
    enumerate(
        (
            "Janeiro", "Fevereiro", "Março", "Abril", "Maio", "Junho", "Julho", "Agosto", "Setembro",
            "Outubro", "Novembro", "Dezembro",
        ),
        start=1,
    )
)  # fmt: skip
_LONGEST_NOTE = 500
_FIELD_OF_PROBLEM = {
    "files_missing": "files",
    "too_many_files": "files",
    "contract_of_another": "contract_id",
    "reason_required": "reason",
}


def read_filter(form: Form) -> BillingFilter:
    """Faults are left in the form; a field at fault does not filter."""
    return BillingFilter(
        customer=form.text("customer"),
        contract=form.text("contract"),
        period_from=_month(form, "period_from"),
        period_until=_month(form, "period_until"),
    )


def active_filters(form: Form) -> list[str]:
    """What narrows the list, by the names on the screen."""
    return [label for name, label in FILTER_LABELS.items() if form.text(name)]


def query_string(form: Form, after: str = "") -> str:
    """The filters as an address."""
    return form.query(FILTER_LABELS, after=after)


def batch_form(company_id: UUID, today: date) -> Form:
    """Before anybody typed: last month's, by mail."""
    year, month = (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)
    return Form.showing(
        {"company_id": str(company_id), "month": str(month), "year": str(year), "is_mailed": "yes"}
    )


def read_batch(form: Form, today: date) -> NewBatch | None:
    """None when the form has faults, which then are in it."""
    customer_id, company_id = form.uuid("customer_id"), form.uuid("company_id")
    contract_id = form.uuid("contract_id")
    month, year = form.number("month"), form.number("year")
    form.errors |= period_faults(month, year, today)
    if company_id is None:
        form.errors.setdefault("company_id", "Escolha a empresa.")
    if len(form.text("note")) > _LONGEST_NOTE:
        form.errors["note"] = f"No máximo {_LONGEST_NOTE} caracteres."
    if not form.is_valid or customer_id is None or company_id is None or month is None or year is None:
        return None
    return NewBatch(
        company_id=company_id,
        customer_id=customer_id,
        contract_id=contract_id,
        period_on=date(year, month, 1),
        note=form.text("note"),
        is_mailed=bool(form.text("is_mailed")),
        is_confirmed=bool(form.text("is_confirmed")),
    )


def refuse(form: Form, problem: Problem) -> Form:
    """The form with what a rule had against it, beside the field that the rule speaks of."""
    form.errors[_FIELD_OF_PROBLEM.get(problem.code, WHOLE_FORM)] = problem.detail
    return form


def _month(form: Form, name: str) -> date | None:
    text = form.text(name)
    try:
        return date.fromisoformat(f"{text}-01") if text else None
    except ValueError:
        form.errors[name] = "Use um mês como 08/2026."
        return None
