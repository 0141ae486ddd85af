"""ILUX's orders on their way to `server.service_orders`: whose they are here, and what is copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from server.bridge import own_rows, rewinds
from server.bridge.batch import Batch, Ready
from server.bridge.records import uuid_of
from server.database import bulk
from server.service_orders import from_ilux
from server.service_orders.from_ilux import Said
from server.service_orders.statuses import Status

# The counters of an order come as readings, too, and are taken from there.
_LEFT_OUT = frozenset({"web_id", "mono", "color"})
_COPIES = frozenset({"contract_number", "contract_kind", "defect"})
_TEXTS = frozenset({"description", "requester_name", "requester_phone", "diagnosis", "resolution"})


async def take(batch: Batch, ready: list[Ready]) -> None:
    """New ones get the portal's number; one that was opened in the portal comes back to its own row."""
    if batch.is_rewound:
        await _part_others(batch, ready)
    ready = await own_rows.join_web(batch, "service_order", ready)
    contracts = await _copied(batch, ready, "contract", "number, kind")
    defects = await _copied(batch, ready, "defect", "name")
    unheard = await _unheard(batch, ready)

    async def write(items: Sequence[Ready]) -> None:
        said = [
            Said(
                one.row_id,
                _columns(one, contracts, defects),
                one.row.steps,
                is_live=one.row.load_id is None and one.row.index is not None,
            )
            for one in items
        ]
        await from_ilux.take(batch.tx, batch.reseller_id, said, unheard, batch.now)

    if await batch.store(ready, write):
        batch.has_orders = True


async def differing(batch: Batch, ready: Sequence[Ready]) -> set[str]:
    """The keys of those that would be changed here, were they taken; copies of names may be older."""
    known = await from_ilux.find(batch.tx, batch.reseller_id, [one.row_id for one in ready])

    def is_right(one: Ready) -> bool:
        said = {name: value for name, value in _columns(one, {}, {}).items() if name not in _COPIES}
        order = known.get(one.row_id)
        return order is not None and from_ilux.decide(order, said, (), batch.now) is None

    return {one.row.key for one in ready if not is_right(one)}


def _columns(
    one: Ready, contracts: Mapping[UUID, tuple[Any, ...]], defects: Mapping[UUID, tuple[Any, ...]]
) -> dict[str, Any]:
    columns: dict[str, Any] = {
        name: (value or "") if name in _TEXTS else value
        for name, value in one.values.items()
        if name not in one.refs and name not in _LEFT_OUT
    }
    columns["status"] = Status(columns["status"])
    columns |= {f"{name}_id": row_id for name, row_id in one.refs.items()}
    if "contract" in one.refs:
        number, kind = contracts.get(one.refs["contract"] or one.row_id, ("", "none"))
        columns |= {"contract_number": number, "contract_kind": kind}
    if "defect" in one.refs:
        (columns["defect"],) = defects.get(one.refs["defect"] or one.row_id, ("",))
    return columns


async def _part_others(batch: Batch, ready: Sequence[Ready]) -> None:
    """A restored base gives its numbers a second time: those that lead to another order here are new ones."""
    known = [one for one in ready if not one.is_new]
    here = await from_ilux.find(batch.tx, batch.reseller_id, [one.row_id for one in known])
    others = [
        one
        for one in known
        if one.row_id in here
        and rewinds.is_another(here[one.row_id], uuid_of(one.values.get("web_id")), one.values["opened_at"])
    ]
    if not others:
        return
    lost = [one.row_id for one in others]
    await own_rows.part(batch, "service_order", others)
    await rewinds.lose(batch.tx, batch.reseller_id, lost, batch.now)


async def _copied(
    batch: Batch, ready: Sequence[Ready], reference: str, columns: str
) -> dict[UUID, tuple[Any, ...]]:
    row_ids = {row_id for one in ready if (row_id := one.refs.get(reference))}
    if not row_ids:
        return {}
    rows = await batch.tx.fetch(
        f"select id, {columns} from {reference} where {bulk.among('id', 1)}", bulk.values(row_ids)
    )
    return {row[0]: tuple(row[1:]) for row in rows}


async def _unheard(batch: Batch, ready: Sequence[Ready]) -> dict[UUID, set[Status]]:
    """For each order with changes on their way to ILUX: the statuses that ILUX has until then.

    Several, for several changes: the bridge may tell of the first before it says that it was written. The
    orders are held from here on, or the desk could change one between this look and what is made of it.
    """
    known = [one.row_id for one in ready if one.row.name in batch.links or one.values.get("web_id")]
    if not known:
        return {}
    await from_ilux.lock(batch.tx, batch.reseller_id, known)
    rows = await batch.tx.fetch(
        "select row_id, expected from ilux_message where reseller_id = $1 and status = 'open'"
        f" and {bulk.among('row_id', 2)}",
        batch.reseller_id,
        bulk.values(known),
    )
    unheard: dict[UUID, set[Status]] = {}
    for row_id, expected in rows:
        status = msgspec.json.decode(expected).get("status")
        if status is not None:
            unheard.setdefault(row_id, set()).add(Status(status))
    return unheard
