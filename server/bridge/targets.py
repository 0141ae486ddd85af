"""Which table and columns an entity's fields become, where it takes no more than that; pure but for types."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from piccolo.table import Table

from server.accounts.tables import Company
from server.bridge.batch import Ready
from server.bridge.entities import BY_NAME, Kind
from server.customers.names import search_name
from server.customers.tables import Contract, Customer
from server.deliveries.tables import Invoice
from server.equipment.tables import Defect, Equipment, Model, Part
from server.service_orders.tables import Carrier, Technician
from server.supplies.tables import Supply, SupplyRequest, SupplyRequestItem

Complete = Callable[[dict[str, Any]], None]
_EMPTY: dict[Kind, Any] = {Kind.TEXT: "", Kind.BOOLEAN: False}
_LONGEST_CODE = 30


def _nothing(columns: dict[str, Any]) -> None:
    """Every column is said by a field."""


@dataclass(frozen=True, slots=True)
class Target:
    """`natural` are the columns by which a row joins one that the portal has already, the last one the most
    telling; `empty` is what null means where that is not the type's own."""

    table: type[Table]
    natural: tuple[str, ...] = ()
    is_unique: bool = False
    empty: Mapping[str, Any] = field(default_factory=dict)
    complete: Complete = _nothing
    left_out: frozenset[str] = frozenset()


def _company(columns: dict[str, Any]) -> None:
    _place(columns)
    columns["cnpj"] = _compact(columns["cnpj"])
    columns["trade_name"] = columns.get("trade_name") or columns["name"]


def _customer(columns: dict[str, Any]) -> None:
    _place(columns)
    if "cnpj_cpf" in columns:
        columns["cnpj_cpf"] = _compact(columns["cnpj_cpf"])
    columns["search_name"] = search_name(
        columns["name"], columns.get("trade_name", ""), columns.get("cnpj_cpf", "")
    )


def _place(columns: dict[str, Any]) -> None:
    if "cep" in columns:
        columns["cep"] = _compact(columns["cep"])
    if "uf" in columns:
        columns["uf"] = columns["uf"].upper()


def _compact(text: str) -> str:
    return text if text.isalnum() else re.sub(r"[\s./-]", "", text).upper()


TARGETS: dict[str, Target] = {
    "company": Target(Company, ("cnpj",), is_unique=True, complete=_company),
    "customer": Target(Customer, ("company_id", "cnpj_cpf"), complete=_customer),
    "model": Target(Model),
    "contract": Target(
        Contract, ("customer_id", "number"), empty={"kind": "full", "mono_allowance": 0, "color_allowance": 0}
    ),
    "equipment": Target(Equipment, ("serial_number",)),
    "technician": Target(Technician, ("company_id", "name")),
    "carrier": Target(Carrier, ("name",)),
    "defect": Target(Defect, ("code",), is_unique=True),
    "part": Target(Part, ("code",), is_unique=True),
    "supply": Target(Supply, ("code",), is_unique=True),
    "invoice": Target(Invoice, empty={"delivery_status": "pending"}),
    "supply_request": Target(SupplyRequest, left_out=frozenset({"web_id"})),
    "supply_request_item": Target(SupplyRequestItem, empty={"quantity": 1}),
}
_WITH_CODE = frozenset({Company, Customer, Contract, Equipment, Technician, Carrier, Part})


def columns_of(target: Target, ready: Ready) -> dict[str, Any]:
    """The columns that the row says something of."""
    columns: dict[str, Any] = {}
    for said in BY_NAME[ready.row.entity].fields:
        name = said.name
        if name not in ready.values or name in target.left_out:
            continue
        if said.kind is Kind.REFERENCE:
            columns[f"{name}_id"] = ready.refs[name]
            continue
        value = ready.values[name]
        if value is None:
            value = target.empty[name] if name in target.empty else _EMPTY.get(said.kind)
            if name == "is_active":
                value = True
        columns[name] = value
    if ready.was_retired and "is_active" not in columns:
        columns["is_active"] = True
    if ready.is_new and target.table in _WITH_CODE:
        columns["ilux_code"] = ready.row.key[:_LONGEST_CODE]
    target.complete(columns)
    return columns
