"""What can travel between ILUX and the portal: entities, their fields, and what may be written there.

The bridge holds the same list (`ilux_bridge/mapping/vocabulary.py`); a test compares them. A reference
carries the ILUX key of another row. Parents stand before what refers to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    INSTANT = "instant"
    CHOICE = "choice"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Field:
    """`length` in characters; `choices` the words of the wire; `entity` what a reference leads to."""

    name: str
    kind: Kind = Kind.TEXT
    length: int | None = None
    is_required: bool = False
    choices: tuple[str, ...] = ()
    entity: str | None = None


@dataclass(frozen=True, slots=True)
class Write:
    """What the portal may ask to be written in ILUX: a new row, or named fields of one."""

    name: str
    fields: tuple[str, ...]
    is_new_row: bool = False


@dataclass(frozen=True, slots=True)
class Entity:
    name: str
    fields: tuple[Field, ...]
    writes: tuple[Write, ...] = ()


def _text(name: str, length: int | None, *, required: bool = False) -> Field:
    return Field(name, Kind.TEXT, length, required)


def _whole(name: str) -> Field:
    return Field(name, Kind.INTEGER)


def _flag(name: str) -> Field:
    return Field(name, Kind.BOOLEAN)


def _instant(name: str, *, required: bool = False) -> Field:
    return Field(name, Kind.INSTANT, is_required=required)


def _choice(name: str, *choices: str, required: bool = False) -> Field:
    return Field(name, Kind.CHOICE, is_required=required, choices=choices)


def _ref(name: str, *, required: bool = False) -> Field:
    """To the entity of the same name."""
    return Field(name, Kind.REFERENCE, is_required=required, entity=name)


_COMPANY, _CUSTOMER = _ref("company", required=True), _ref("customer", required=True)
_EQUIPMENT, _CARRIER, _WEB_ID = _ref("equipment"), _ref("carrier"), _text("web_id", 36)
_STREET, _DISTRICT, _CITY = _text("street", 120), _text("district", 80), _text("city", 80)
_UF, _CEP, _PHONE = _text("uf", 2), _text("cep", 8), _text("phone", 30)
_TRADE_NAME, _ACTIVE = _text("trade_name", 120), _flag("is_active")

ENTITIES = (
    Entity("company", (
        _text("name", 120, required=True), _TRADE_NAME, _text("cnpj", 14, required=True), _STREET, _DISTRICT,
        _CITY, _UF, _CEP, _PHONE, _flag("is_headquarters"), _ACTIVE,
    )),
    Entity("customer", (
        _COMPANY, _text("name", 120, required=True), _TRADE_NAME, _text("cnpj_cpf", 14), _STREET,
        _text("number", 20), _text("complement", 60), _DISTRICT, _CITY, _UF, _CEP, _PHONE,
        _text("contact_name", 80), _text("email", 200), _text("notes", None), _ACTIVE,
    )),
    Entity("model", (
        _text("name", 80, required=True), _text("manufacturer", 60), _flag("is_color"), _ACTIVE,
    )),
    Entity("contract", (
        _COMPANY, _CUSTOMER, _text("number", 30, required=True), _choice("kind", "full", "light", "none"),
        Field("started_on", Kind.DATE), Field("ended_on", Kind.DATE), _whole("mono_allowance"),
        _whole("color_allowance"), _ACTIVE,
    )),
    Entity("equipment", (
        _COMPANY, _CUSTOMER, _ref("contract"), _ref("model"), _text("serial_number", 40, required=True),
        _text("asset_tag", 30), _text("department", 80), _text("install_location", 80), _ACTIVE,
    )),
    Entity("technician", (_COMPANY, _text("name", 80, required=True), _PHONE, _ACTIVE)),
    Entity("carrier", (_text("name", 80, required=True), _flag("is_own_driver"), _ACTIVE)),
    Entity("defect", (_text("code", 20, required=True), _text("name", 120, required=True), _ACTIVE)),
    Entity("part", (_text("code", 30, required=True), _text("name", 120, required=True), _ACTIVE)),
    Entity("supply", (
        _text("code", 30, required=True), _text("name", 120, required=True),
        _choice("color", "K", "C", "M", "Y"), _whole("page_yield"), _ACTIVE,
    )),
    Entity("service_order", (
        _COMPANY, _CUSTOMER, _EQUIPMENT, _ref("contract"), _ref("technician"), _ref("defect"),
        _text("ilux_number", 20), _WEB_ID,
        _choice("status", "A", "E", "M", "P", "L", "S", "O", "T", "C", required=True),
        _text("description", None), _text("requester_name", 80), _text("requester_phone", 30),
        _instant("opened_at", required=True), _instant("due_at"), _instant("closed_at"),
        _text("diagnosis", None), _text("resolution", None), _whole("mono"), _whole("color"),
    ), (
        Write("opened", (
            "company", "customer", "equipment", "contract", "technician", "defect", "status", "description",
            "requester_name", "requester_phone", "opened_at", "due_at", "web_id",
        ), is_new_row=True),
        Write("status", ("status", "technician", "due_at", "closed_at")),
        Write("visit", ("status", "diagnosis", "resolution", "mono", "color", "closed_at")),
    )),
    Entity("meter_reading", (
        _ref("equipment", required=True), _whole("mono"), _whole("color"), _instant("read_at", required=True),
        _text("source", 10),
    ), (
        Write("taken", ("equipment", "mono", "color", "read_at", "source"), is_new_row=True),
    )),
    Entity("invoice", (
        _COMPANY, _CUSTOMER, _CARRIER, _text("number", 20, required=True), _text("series", 5),
        _text("access_key", 44), _instant("issued_at"), Field("total", Kind.DECIMAL),
        _text("tracking_code", 60), _choice("delivery_status", "pending", "delivered"),
        _instant("delivered_at"), _text("received_by", 60), _whole("volumes"), _text("notes", None),
    ), (
        Write("delivered", ("delivery_status", "delivered_at", "received_by")),
    )),
    Entity("supply_request", (
        _COMPANY, _CUSTOMER, _EQUIPMENT, _CARRIER, _WEB_ID,
        _text("ilux_number", 20),
        _choice(
            "status", "pending", "reviewed", "backorder", "released", "invoiced", "delivered", "cancelled",
            required=True,
        ),
        _text("invoice_number", 20), _text("tracking_code", 60), _instant("requested_at", required=True),
        _text("notes", None),
    ), (
        Write("requested", ("company", "customer", "equipment", "status", "requested_at", "web_id", "notes"),
              is_new_row=True),
        Write("status", ("status", "carrier", "invoice_number", "tracking_code")),
    )),
    Entity("supply_request_item", (
        _ref("supply_request", required=True), _ref("supply", required=True), _whole("quantity"),
    ), (
        Write("requested", ("supply_request", "supply", "quantity"), is_new_row=True),
    )),
)  # fmt: skip

BY_NAME: Mapping[str, Entity] = {entity.name: entity for entity in ENTITIES}
REFERENCES: Mapping[str, tuple[Field, ...]] = {
    entity.name: tuple(field for field in entity.fields if field.kind is Kind.REFERENCE)
    for entity in ENTITIES
}
