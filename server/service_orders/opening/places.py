"""Finding what a call is about: machines with and without a contract, contracts, earlier calls.

A machine is found by any words of its serial number, asset tag, model, department and place, with or without
accents. What a person may see is small (a customer's machines) or asked for by words (the desk), so that the
words are looked for in every row in reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from piccolo.columns.combination import WhereRaw

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.customers.names import fold
from server.customers.tables import Contract
from server.database.text_search import holding
from server.equipment.tables import Equipment
from server.service_orders.opening.rules import Tab
from server.service_orders.statuses import CLOSED, STATUS_NAMES, Status
from server.service_orders.tables import ServiceOrder

SHOWN = 30
_SERVED_BY_CONTRACT = (
    "equipment.contract_id IN (SELECT served.id FROM contract served WHERE served.is_active"
    " AND served.kind <> 'none' AND served.customer_id = equipment.customer_id)"
)
_MACHINE_TEXT = ("serial_number", "asset_tag", "manufacturer", "model", "department", "install_location")


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the choice: what a call may be opened for, and the call that is open there already."""

    id: UUID
    address: str
    title: str
    marks: str
    where: str
    customer_name: str
    open_id: UUID | None = None
    open_number: int | None = None


async def find_places(actor: Actor, tab: Tab, text: str) -> tuple[tuple[Place, ...], bool]:
    """At most `SHOWN`, and whether there are more."""
    finders = {Tab.CONTRACTS: _contracts, Tab.CALLS: _calls}
    if tab in finders:
        found = await finders[tab](actor, text)
    else:
        found = await _machines(actor, text, has_contract=tab is Tab.WITH_CONTRACT)
    return tuple(found[:SHOWN]), len(found) > SHOWN


async def open_calls(actor: Actor, equipment_ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, int]]:
    """Of each machine that has one, its newest call that is still open: id and number."""
    if not equipment_ids:
        return {}
    found = (
        await ServiceOrder.select(ServiceOrder.id, ServiceOrder.web_number, ServiceOrder.equipment_id)
        .where(
            visible(actor, ServiceOrder),
            ServiceOrder.equipment_id.is_in(list(equipment_ids)),
            ServiceOrder.status.not_in(sorted(CLOSED)),
        )
        .order_by(ServiceOrder.opened_at)
    )
    return {row["equipment_id"]: (row["id"], row["web_number"]) for row in found}


async def _machines(actor: Actor, text: str, *, has_contract: bool) -> list[Place]:
    conditions: list[Any] = [
        visible(actor, Equipment),
        Equipment.is_active.eq(True),
        *holding(text, *(f"equipment.{name}" for name in _MACHINE_TEXT)),
        WhereRaw(_SERVED_BY_CONTRACT if has_contract else f"NOT coalesce({_SERVED_BY_CONTRACT}, false)"),
    ]
    rows = (
        await Equipment.select(
            Equipment.id,
            *(getattr(Equipment, name) for name in _MACHINE_TEXT),
            Equipment.customer_id.name.as_alias("customer_name"),
            Equipment.contract_id.number.as_alias("contract_number"),
        )
        .where(*conditions)
        .order_by(Equipment.department)
        .order_by(Equipment.serial_number)
        .limit(SHOWN + 1)
    )
    calls = await open_calls(actor, [row["id"] for row in rows[:SHOWN]])
    return [
        Place(
            row["id"],
            f"/equipment/{row['id']}/service-orders/new",
            f"{row['manufacturer']} {row['model']}".strip(),
            _joined(
                f"série {row['serial_number']}",
                row["asset_tag"] and f"patrimônio {row['asset_tag']}",
                row["contract_number"] and has_contract and f"contrato {row['contract_number']}",
            ),
            _joined(row["department"], row["install_location"]),
            row["customer_name"],
            *calls.get(row["id"], (None, None)),
        )
        for row in rows
    ]


async def _contracts(actor: Actor, text: str) -> list[Place]:
    customer: Any = Contract.customer_id
    rows = (
        await Contract.select(Contract.id, Contract.number, customer.name.as_alias("customer_name"))
        .where(
            visible(actor, Contract),
            Contract.is_active.eq(True),
            *_holding_either(text, "contract.number", "contract.customer_id", actor),
        )
        .order_by(Contract.number)
        .limit(SHOWN + 1)
    )
    return [
        Place(
            row["id"],
            f"/contracts/{row['id']}/service-orders/new",
            f"Contrato {row['number']}",
            "o contrato todo, sem equipamento",
            "",
            row["customer_name"],
        )
        for row in rows
    ]


async def _calls(actor: Actor, text: str) -> list[Place]:
    """The newest ones: what was mended and fails again is opened as a return."""
    order = ServiceOrder
    number = text.strip().lstrip("#")
    conditions: list[Any] = [visible(actor, order)]
    if number.isdigit() and len(number) < 10:
        conditions.append((order.web_number == int(number)) | (order.ilux_number == number))
    elif number:
        conditions += holding(number, "service_order.description", "service_order.defect")
    rows = (
        await order.select(
            order.id,
            order.web_number,
            order.status,
            order.defect,
            order.customer_id.name.as_alias("customer_name"),
            order.equipment_id.model.as_alias("model"),
            order.equipment_id.serial_number.as_alias("serial_number"),
        )
        .where(*conditions)
        .order_by(order.opened_at, ascending=False)
        .limit(SHOWN + 1)
    )
    return [
        Place(
            row["id"],
            f"/service-orders/{row['id']}/return/new",
            f"Chamado {row['web_number']}",
            _joined(STATUS_NAMES[Status(row["status"])].lower(), row["defect"]),
            _joined(row["model"], row["serial_number"] and f"série {row['serial_number']}"),
            row["customer_name"],
        )
        for row in rows
    ]


def _holding_either(text: str, column: str, customer_column: str, actor: Actor) -> list[WhereRaw]:
    """The text in the column, or the words in the customer's name."""
    word = fold(text).replace("%", "").replace("_", " ").strip()
    if not word:
        return []
    return [
        WhereRaw(
            f"(lower({column}) LIKE {{}} OR {customer_column} IN"
            " (SELECT named.id FROM customer named WHERE named.reseller_id = {}"
            " AND named.search_name LIKE {}))",
            f"%{word}%",
            actor.reseller_id,
            f"%{word}%",
        )
    ]


def _joined(*parts: object) -> str:
    return " · ".join(str(part) for part in parts if part)
