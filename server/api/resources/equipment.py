"""Equipamentos and what their counters said."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar.params import FromPath, FromQuery

from server.api.operations import After, ApiCall, Limit, Page, as_body, reading, words
from server.api.scopes import ApiScope
from server.equipment.card.queries import get_card
from server.equipment.queries import PAGE_SIZE, EquipmentFilter, list_equipment, list_readings

TAG = "Equipamentos"


class EquipmentLine(msgspec.Struct):
    id: UUID
    company_id: UUID
    customer_id: UUID
    serial_number: str
    asset_tag: str
    manufacturer: str
    model: str
    is_color: bool
    department: str
    install_location: str
    is_active: bool


class EquipmentBody(msgspec.Struct):
    id: UUID
    serial_number: str
    asset_tag: str
    manufacturer: str
    model: str
    is_color: bool
    department: str
    install_location: str
    is_active: bool
    company_name: str
    customer_id: UUID
    customer_name: str
    contract_number: str
    contract_kind: str


class ReadingLine(msgspec.Struct):
    """Pages; null where a counter was not read. Doubtful ones are kept, and flagged."""

    id: UUID
    mono: int | None
    color: int | None
    read_at: datetime
    source: str
    is_doubtful: bool


@reading("/equipment", ApiScope.EQUIPMENT_READ, TAG, "Lista equipamentos por número de série")
async def api_equipment_list(
    request: ApiCall,
    serial_number: Annotated[str, words("Começo da série ou do patrimônio.")] = "",
    customer_id: FromQuery[UUID | None] = None,
    is_active: FromQuery[bool | None] = None,
    after: After = None,
    limit: Limit = PAGE_SIZE,
) -> Page[EquipmentLine]:
    wanted = EquipmentFilter(serial_number, customer_id, is_active)
    rows, following = await list_equipment(request.user, wanted, after=after, limit=limit)
    return Page([as_body(EquipmentLine, row) for row in rows], following)


@reading("/equipment/{equipment_id:uuid}", ApiScope.EQUIPMENT_READ, TAG, "Mostra um equipamento")
async def api_equipment(request: ApiCall, equipment_id: FromPath[UUID]) -> EquipmentBody:
    return as_body(EquipmentBody, await get_card(request.user, equipment_id))


@reading(
    "/equipment/{equipment_id:uuid}/readings",
    ApiScope.EQUIPMENT_READ,
    TAG,
    "Lista as leituras de um equipamento, as mais novas primeiro",
)
async def api_readings(
    request: ApiCall, equipment_id: FromPath[UUID], after: After = None, limit: Limit = PAGE_SIZE
) -> Page[ReadingLine]:
    rows, following = await list_readings(request.user, equipment_id, after=after, limit=limit)
    return Page([as_body(ReadingLine, row) for row in rows], following)


ROUTES = [api_equipment_list, api_equipment, api_readings]
