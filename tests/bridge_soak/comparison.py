"""Firebird's rows beside the portal's, field by field: what the mapping makes of a row must be stored.

What may differ is written down here and nowhere else: a row that cannot be said (its dead letter must be
there), what the portal itself owns, and what ILUX's columns cut off.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from ilux_bridge.firebird import Connection
from ilux_bridge.mapping.convert import to_wire
from ilux_bridge.mapping.filter import holds
from ilux_bridge.mapping.outcome import Refusal
from ilux_bridge.outbox import rows
from ilux_bridge.watched import Watched
from piccolo_conf import DB
from server.bridge.entities import BY_NAME, REFERENCES, Field, Kind
from server.bridge.targets import TARGETS
from server.equipment.tables import MeterReading
from server.service_orders.statuses import CLOSED, Status
from server.service_orders.tables import ServiceOrder

Name = tuple[str, str]  # an entity and a key
Stored = Mapping[str, Any]

_NOT_COPIED = {
    "service_order": {"web_id", "mono", "color"},  # counters come as readings
    "supply_request": {"web_id"},
    "meter_reading": {"source"},
}
_CUT = {"description", "requester_name", "requester_phone"}
_COMPACT = {"cnpj", "cnpj_cpf", "cep"}


@dataclass
class Portal:
    """`links` by name: the row, and whether it is retired. `keys` leads back; a row may have had several."""

    links: dict[Name, tuple[UUID, bool]] = field(default_factory=dict)
    keys: defaultdict[tuple[str, UUID], set[str]] = field(default_factory=lambda: defaultdict(set))
    rows: dict[str, dict[UUID, Stored]] = field(default_factory=dict)
    refusals: dict[Name, tuple[str, Name]] = field(default_factory=dict)
    unwritten: set[UUID] = field(default_factory=set)  # rows that ILUX refused to make


async def read_portal(reseller_id: UUID) -> Portal:
    portal = Portal()
    for entity, key, row_id, retired_at in await DB.fetch(
        "select entity, key, row_id, retired_at from ilux_link where reseller_id = $1", reseller_id
    ):
        portal.links[entity, key] = row_id, retired_at is not None
        portal.keys[entity, row_id].add(key)
    for entity, key, code, wants_entity, wants_key in await DB.fetch(
        "select entity, key, code, wants_entity, wants_key from ilux_refusal where reseller_id = $1",
        reseller_id,
    ):
        portal.refusals[entity, key] = code, (wants_entity or "", wants_key or "")
    for (row_id,) in await DB.fetch(
        "select row_id from ilux_message where reseller_id = $1 and write = 'requested'"
        " and status = 'refused'",
        reseller_id,
    ):
        portal.unwritten.add(row_id)
    for entity, target in TARGETS.items():
        portal.rows[entity] = await _rows(target.table, reseller_id)
    portal.rows["service_order"] = await _rows(ServiceOrder, reseller_id)
    portal.rows["meter_reading"] = await _rows(MeterReading, reseller_id)
    return portal


def read_ilux(connection: Connection, watched: Watched) -> dict[Name, Mapping[str, Any] | Refusal]:
    """What each row inside its filter says, or why it cannot be said."""
    said: dict[Name, Mapping[str, Any] | Refusal] = {}
    with connection.reading() as work:
        for bound in watched.sending:
            mapped = bound.mapped
            for key, values in rows.everything(connection, work, watched.tables[mapped.name]):
                if holds(mapped.filter, values):
                    wire = to_wire(bound, values)
                    said[mapped.entity.name, key] = wire if isinstance(wire, Refusal) else wire.data
    return said


def differences(
    ilux: Mapping[Name, Mapping[str, Any] | Refusal], portal: Portal, letters: set[Name]
) -> list[str]:
    """Nothing, where all is well; otherwise a line for each thing that is not."""
    return [
        *_missing_or_other(ilux, portal, letters),
        *_foreign(ilux, portal),
        *_doubled(portal),
        *(f"{name} has a dead letter and is well" for name in sorted(letters) if _is_idle(ilux, name)),
    ]


def _is_idle(ilux: Mapping[Name, Mapping[str, Any] | Refusal], name: Name) -> bool:
    return not isinstance(ilux.get(name), Refusal)


def _missing_or_other(
    ilux: Mapping[Name, Mapping[str, Any] | Refusal], portal: Portal, letters: set[Name]
) -> Iterator[str]:
    for name, said in ilux.items():
        if isinstance(said, Refusal):
            if name not in letters:
                yield f"{name} cannot be said ({said.code}), and no letter tells it"
            continue
        row_id, is_retired = portal.links.get(name, (None, True))
        if name in portal.refusals:
            if not _is_dangling(name, ilux, portal):
                yield f"{name} was refused for {portal.refusals[name]}"
            continue
        if row_id is None or is_retired:
            yield f"{name} is missing in the portal"
            continue
        stored = portal.rows[name[0]].get(row_id)
        if stored is None:
            yield f"{name} leads to a row that is not there"
            continue
        yield from (f"{name} {text}" for text in _differing(name[0], said, stored, portal))


def _is_dangling(name: Name, ilux: Mapping[Name, Mapping[str, Any] | Refusal], portal: Portal) -> bool:
    """Whether it was refused for a row that ILUX has not (no key of ILUX's says that a request's machine must
    be there), or that cannot be said, or was refused for such a one itself.
    """
    code, wanted = portal.refusals[name]
    if code != "unknown_reference":
        return False
    return (
        wanted not in ilux
        or isinstance(ilux[wanted], Refusal)
        or (wanted in portal.refusals and _is_dangling(wanted, ilux, portal))
    )


def _foreign(ilux: Mapping[Name, Mapping[str, Any] | Refusal], portal: Portal) -> Iterator[str]:
    """What the portal still has, and ILUX has not."""
    for name, (row_id, is_retired) in portal.links.items():
        if not is_retired:
            if name not in ilux:
                yield f"{name} is gone in ILUX, and is here"
            continue
        if name in ilux:
            continue  # missing, then
        if any(not portal.links[name[0], key][1] for key in portal.keys[name[0], row_id]):
            continue  # a row that another key took over
        stored = portal.rows[name[0]][row_id]
        if name[0] == "service_order":
            if Status(stored["status"]) not in CLOSED:
                yield f"{name} is gone in ILUX, and its order is {stored['status']}"
        elif name[0] != "meter_reading" and stored["is_active"]:
            yield f"{name} is gone in ILUX, and active here"
    for entity, stored_rows in portal.rows.items():
        for row_id, stored in stored_rows.items():
            if portal.keys.get((entity, row_id)) or _is_own(entity, row_id, stored, portal):
                continue
            yield f"{entity} {row_id} is nobody's in ILUX"


def _is_own(entity: str, row_id: UUID, stored: Stored, portal: Portal) -> bool:
    """Whether the portal may have it alone. A clerk may delete a request before its items are written."""
    if entity == "supply_request_item":
        request_id = stored["supply_request_id"]
        keys = portal.keys.get(("supply_request", request_id), set())
        is_gone = bool(keys) and all(portal.links["supply_request", key][1] for key in keys)
        return is_gone and row_id in portal.unwritten
    return entity == "service_order" and stored["opened_from"] != "ilux"


def _doubled(portal: Portal) -> Iterator[str]:
    for (entity, row_id), keys in portal.keys.items():
        used = [key for key in keys if not portal.links[entity, key][1]]
        if len(used) > 1:
            yield f"{entity} {row_id} is {used} at once"


def _differing(entity: str, said: Mapping[str, Any], stored: Stored, portal: Portal) -> Iterator[str]:
    references = {reference.name: reference for reference in REFERENCES[entity]}
    is_born_here = entity == "service_order" and stored["opened_from"] != "ilux"
    for one in BY_NAME[entity].fields:
        name = one.name
        if name not in said or name in _NOT_COPIED.get(entity, ()):
            continue
        if name in references:
            row_id = stored[f"{name}_id"]
            keys = portal.keys.get((references[name].entity or "", row_id), set()) if row_id else {None}
            if said[name] not in keys:
                yield f"{name}: ILUX {said[name]!r}, portal {keys}"
            continue
        there, here = _wanted(entity, one, said), _plain(stored[name])
        if name == "opened_at" and is_born_here:
            continue
        if name == "closed_at" and entity == "service_order":
            is_closed = Status(stored["status"]) in CLOSED
            if is_closed and there is None and here is not None:
                continue  # the portal noted it itself
            there = there if is_closed else None
        if name in _CUT and is_born_here and there and str(here).startswith(there):
            continue
        if there != here:
            yield f"{name}: ILUX {there!r}, portal {here!r}"


def _wanted(entity: str, one: Field, said: Mapping[str, Any]) -> Any:
    value = said[one.name]
    if entity == "company" and one.name == "trade_name":
        value = value or said["name"]
    if value is None:
        if one.name == "is_active":
            return True
        empty = TARGETS[entity].empty if entity in TARGETS else {}
        default = {Kind.TEXT: "", Kind.BOOLEAN: False}.get(one.kind)
        if one.name == "ilux_number":
            default = None
        return empty.get(one.name, default)
    match one.kind:
        case Kind.TEXT:
            text = str(value).strip()
            if one.name in _COMPACT:
                text = re.sub(r"[\s./-]", "", text).upper()
            return text.upper() if one.name == "uf" else text
        case Kind.INSTANT:
            return datetime.fromisoformat(value).astimezone(UTC)
        case Kind.DATE:
            return date.fromisoformat(value)
        case Kind.DECIMAL:
            return Decimal(value)
        case _:
            return value


def _plain(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


async def _rows(table: Any, reseller_id: UUID) -> dict[UUID, Stored]:
    found = await table.select().where(table.reseller_id == reseller_id)
    return {row["id"]: row for row in found}
