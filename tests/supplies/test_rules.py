"""What the desk and the customer may do to a request; and which supplies are offered for a model."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from server.accounts.actor import Role
from server.problems import Problem
from server.service_orders import problems as _problems  # noqa: F401  registers `reason_required`
from server.supplies.fitting import SupplyView, fitting
from server.supplies.rules import RequestEdit, cancel, edit
from server.supplies.statuses import RequestStatus


def row(status: str = "pending") -> dict[str, Any]:
    return {
        "status": status, "cancel_reason": "", "invoice_number": "", "invoice_issued_on": None,
        "carrier_id": None, "tracking_code": "",
    }  # fmt: skip


def test_only_what_differs_is_written() -> None:
    change = edit(row(), RequestEdit(RequestStatus.INVOICED, "4711", date(2026, 3, 2)))
    assert change.after == {
        "status": "invoiced", "invoice_number": "4711", "invoice_issued_on": date(2026, 3, 2)
    }  # fmt: skip
    assert change.before == {"status": "pending", "invoice_number": "", "invoice_issued_on": None}
    assert edit(row(), RequestEdit(RequestStatus.PENDING)).is_empty


def test_a_cancelled_request_is_not_edited_nor_is_one_cancelled_by_an_edit() -> None:
    for before, wanted in (("cancelled", RequestStatus.RELEASED), ("pending", RequestStatus.CANCELLED)):
        with pytest.raises(Problem, match="supply_request_cancelled"):
            edit(row(before), RequestEdit(wanted))


def test_a_customer_takes_back_what_nobody_has_looked_at() -> None:
    assert cancel(row(), " Engano ", Role.CUSTOMER).after == {
        "status": "cancelled",
        "cancel_reason": "Engano",
    }
    with pytest.raises(Problem, match="supply_request_under_way") as refused:
        cancel(row("reviewed"), "Engano", Role.CUSTOMER)
    assert "Controle" in refused.value.detail
    assert cancel(row("reviewed"), "Engano", Role.SUPPLIES_OPERATOR).after["status"] == "cancelled"
    with pytest.raises(Problem, match="reason_required"):
        cancel(row(), " ", Role.CUSTOMER)
    with pytest.raises(Problem, match="supply_request_under_way"):
        cancel(row("delivered"), "Engano", Role.ADMIN)


def supply(name: str, color: str | None = "K", code: str = "X") -> SupplyView:
    return SupplyView(uuid4(), code, name, color, None)


def test_supplies_fit_whose_name_says_the_model_or_that_were_asked_for_before() -> None:
    known, plain, other = supply("Toner CF258A"), supply("Toner M428"), supply("Toner M402")
    assert fitting([other, plain, known], "LaserJet Pro M428fdw", False, {known.id}) == (known, plain)


def test_a_machine_without_colour_is_offered_none() -> None:
    black, cyan = supply("Toner IM C300 preto"), supply("Toner IM C300 ciano", "C")
    assert fitting([cyan, black], "IM C300", False, set()) == (black,)
    assert fitting([cyan, black], "IM C300", True, set()) == (black, cyan)
    assert fitting([cyan, black], "IM C300", None, set()) == (black, cyan)
