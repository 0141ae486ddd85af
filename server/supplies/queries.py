"""The read side of supply requests: the list with keyset pages, one request, and what can be asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import WhereRaw

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.customers.queries import find_customer_ids
from server.database.keyset import read_cursor, write_cursor
from server.equipment.queries import find_equipment_ids
from server.problems import Problem
from server.service_orders.numbers import has_number
from server.service_orders.tables import Carrier
from server.service_orders.views import Choice, Page
from server.supplies import rows
from server.supplies.fitting import SupplyView, fitting
from server.supplies.subjects import Subject
from server.supplies.tables import Supply, SupplyRequest, SupplyRequestItem
from server.supplies.views import RequestDetail, RequestFilter, RequestRow, RequestSort

PAGE_SIZE = 50
_MOST_SUPPLIES = 2_000
_MOST_OTHERS = 30

_SORTS = {
    RequestSort.REQUESTED: (("requested_at", datetime), ("id", UUID)),
    RequestSort.NUMBER: (("web_number", int),),
    RequestSort.STATUS: (("status", str), ("requested_at", datetime), ("id", UUID)),
}


async def list_requests(
    actor: Actor, wanted: RequestFilter, *, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[RequestRow]:
    """One page; `after` is the `next` of the page before it. Raises `invalid` for a broken cursor."""
    conditions = await _conditions(actor, wanted)
    if conditions is None:
        return Page((), None)
    keys = [name for name, _ in _SORTS[wanted.sort]]
    if after:
        conditions.append(
            _beyond(wanted, list(read_cursor(after, *(type_ for _, type_ in _SORTS[wanted.sort]))))
        )
    places: list[dict[str, Any]] = (
        await SupplyRequest.select(*(getattr(SupplyRequest, key) for key in {*keys, "id"}))
        .where(*conditions)
        .order_by(*(getattr(SupplyRequest, key) for key in keys), ascending=not wanted.is_descending)
        .limit(limit + 1)
    )
    page = await rows.read_rows([place["id"] for place in places[:limit]])
    has_more = len(places) > limit
    return Page(page, write_cursor(*[places[limit - 1][key] for key in keys]) if has_more else None)


async def get_request(actor: Actor, request_id: UUID) -> RequestDetail:
    """Raises `not_found` for what this person may not see."""
    async with DB.reading():
        found = (
            await SupplyRequest.select(*rows.DETAIL_COLUMNS)
            .where(visible(actor, SupplyRequest), SupplyRequest.id == request_id)
            .first()
        )
        if found is None:
            raise Problem("not_found")
        return await rows.complete_detail(actor, found)


async def carrier_choices(actor: Actor) -> tuple[Choice, ...]:
    found = (
        await Carrier.select(Carrier.id, Carrier.name)
        .where(visible(actor, Carrier), Carrier.is_active.eq(True))
        .order_by(Carrier.name)
    )
    return tuple(Choice(row["id"], row["name"]) for row in found)


async def supplies_for(
    actor: Actor, subject: Subject, text: str, chosen: set[UUID]
) -> tuple[tuple[SupplyView, ...], tuple[SupplyView, ...]]:
    """Those that fit its model, and others: what was searched for or `chosen`; all, where none fits."""
    found = (
        await Supply.select(Supply.id, Supply.code, Supply.name, Supply.color, Supply.page_yield)
        .where(visible(actor, Supply), Supply.is_active.eq(True))
        .order_by(Supply.name)
        .limit(_MOST_SUPPLIES)
    )
    supplies = [SupplyView(**row) for row in found]
    fits = fitting(supplies, subject.model, subject.is_color, await _asked_before(actor, subject.model))
    rest = [one for one in supplies if one not in fits]
    wanted = text.strip().casefold()
    matching = [
        one
        for one in rest
        if (wanted and wanted in f"{one.code} {one.name}".casefold()) or (not wanted and not fits)
    ]
    others = [one for one in rest if one.id in chosen and one not in matching[:_MOST_OTHERS]]
    return fits, (*others, *matching[:_MOST_OTHERS])


async def _asked_before(actor: Actor, model: str) -> set[UUID]:
    """For machines of the model, whoever has them: what fits one fits all."""
    request: Any = SupplyRequestItem.supply_request_id
    found = (
        await SupplyRequestItem.select(SupplyRequestItem.supply_id)
        .distinct()
        .where(
            SupplyRequestItem.reseller_id == actor.reseller_id,
            request.status != "cancelled",
            (request.equipment_id.model == model) | (request.model == model),
        )
        .output(as_list=True)
    )
    return set(found)


async def _conditions(actor: Actor, wanted: RequestFilter) -> list[Any] | None:
    """None when a name or serial number matched nothing."""
    request = SupplyRequest
    conditions: list[Any] = [visible(actor, SupplyRequest)]
    numbered = has_number(wanted.number, request.web_number, request.ilux_number)
    if numbered is not None:
        conditions.append(numbered)
    if wanted.customer.strip():
        customer_ids = await find_customer_ids(actor, wanted.customer)
        if not customer_ids:
            return None
        conditions.append(request.customer_id.is_in(customer_ids))
    if wanted.serial_number.strip():
        equipment_ids = await find_equipment_ids(actor, wanted.serial_number)
        if not equipment_ids:
            return None
        conditions.append(request.equipment_id.is_in(equipment_ids))
    if wanted.statuses:
        conditions.append(request.status.is_in(sorted(wanted.statuses)))
    if wanted.requested_from is not None:
        conditions.append(request.requested_at >= wanted.requested_from)
    if wanted.requested_until is not None:
        conditions.append(request.requested_at < wanted.requested_until)
    return conditions


def _beyond(wanted: RequestFilter, values: list[Any]) -> WhereRaw:
    """A comparison of row values, which both databases answer from the index of the sort."""
    names = ", ".join(f"supply_request.{name}" for name, _ in _SORTS[wanted.sort])
    marks = ", ".join("{}" for _ in values)
    return WhereRaw(f"({names}) {'<' if wanted.is_descending else '>'} ({marks})", *values)
