"""The form of a call: what was typed, and what it asks to be opened."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from offline_sync.ids import uuid7
from server.service_orders.actions import NewOrder
from server.service_orders.opening.subject import Subject
from server.service_orders.views import Choice
from server.web.forms import Form

MAX_NAME, MAX_PHONE = 80, 30


def new_form(contact: tuple[str, str]) -> Form:
    """Nobody has sent it yet. `order_id` makes one order of however many times it is sent."""
    name, phone = contact
    return Form.showing({"order_id": str(uuid7()), "requester_name": name, "requester_phone": phone})


def read_opening(
    form: Form, subject: Subject, defects: Sequence[Choice], attachment_ids: tuple[UUID, ...]
) -> NewOrder | None:
    """None when the form has faults, which then are in it."""
    description = form.text("description")
    if not description:
        form.errors["description"] = "Conte o que está acontecendo."
    defect_id = form.uuid("defect_id")
    if defect_id is not None and defect_id not in {choice.id for choice in defects}:
        form.errors["defect_id"] = "Escolha um defeito da lista."
    for name, most in (("requester_name", MAX_NAME), ("requester_phone", MAX_PHONE)):
        if len(form.text(name)) > most:
            form.errors[name] = f"No máximo {most} caracteres."
    order_id = form.uuid("order_id")
    if not form.is_valid:
        return None
    return NewOrder(
        customer_id=subject.customer_id,
        description=description,
        equipment_id=subject.equipment_id,
        defect_id=defect_id,
        requester_name=form.text("requester_name"),
        requester_phone=form.text("requester_phone"),
        return_of_id=subject.return_of_id,
        order_id=order_id or uuid7(),
        contract_id=subject.contract_id,
        attachment_ids=attachment_ids,
    )
