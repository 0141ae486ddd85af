"""The history that ILUX keeps of its orders by itself, beside the lines that the portal has from ILUX.

ILUX's own trigger writes who set which status when. What the clerks did there must be in the portal: each
change once, in order, at its time; what the bridge wrote for the portal is no line of ILUX's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from ilux_bridge.firebird import Connection
from ilux_bridge.mapping.zone import to_instant
from piccolo_conf import DB
from tests.bridge.firebird import CLERK
from tests.bridge_end.bridge import reference

Line = tuple[str, datetime]  # the status, and since when
TRIGGERS_APART = timedelta(seconds=2)  # two triggers of one save look at the clock one after the other


async def untold(owner: Connection, reseller_id: UUID) -> list[str]:
    """Orders that ILUX still has and whose lines are not the same."""
    there, here = _of_ilux(owner), await _of_portal(reseller_id)
    disputed, own = await _disputed(reseller_id), await _set_in_the_portal(reseller_id)
    links = await DB.fetch(
        "select key, row_id from ilux_link where reseller_id = $1 and entity = 'service_order'"
        " and retired_at is null",
        reseller_id,
    )
    return [
        f"order {key}: ILUX went through {_shown(there[key])}, the portal says {_shown(here[row_id])}"
        for key, row_id in links
        if not _agrees(there[key], here[row_id], may_have_more=row_id in disputed, own=own[row_id])
    ]


def _of_ilux(owner: Connection) -> defaultdict[str, list[Line]]:
    """By key; without the line that each order begins with."""
    zone = reference().firebird.zone
    lines: defaultdict[str, list[Line]] = defaultdict(list)
    begun: set[str] = set()
    with owner.reading() as work:
        for company, number, status, at, user in work.fetch(
            "SELECT COD_EMPRESA, NUM_OS, STATUS, QUANDO, TRIM(USUARIO) FROM OS_HISTORICO ORDER BY SEQ"
        ):
            key = f"{company}|{number}"
            if key in begun and user == CLERK:
                instant = to_instant(at, zone)
                assert instant is not None
                lines[key].append((status, instant))
            begun.add(key)
    return lines


async def _of_portal(reseller_id: UUID) -> defaultdict[UUID, list[Line]]:
    lines: defaultdict[UUID, list[Line]] = defaultdict(list)
    rows: list[tuple[UUID, Any, datetime]] = await DB.fetch(
        "select service_order_id, after, occurred_at from order_event where reseller_id = $1"
        " and source = 'ilux' and kind <> 'opened' order by recorded_at, id",
        reseller_id,
    )
    for order_id, after, at in rows:
        status = msgspec.json.decode(after).get("status")
        if status is not None:
            lines[order_id].append((status, at))
    return lines


async def _disputed(reseller_id: UUID) -> set[UUID]:
    """Orders of which ILUX refused something: what it has then counts, though nobody changed it there."""
    rows = await DB.fetch(
        "select row_id from ilux_message where reseller_id = $1 and status in ('refused', 'conflict')",
        reseller_id,
    )
    return {row_id for (row_id,) in rows}


async def _set_in_the_portal(reseller_id: UUID) -> defaultdict[UUID, set[str]]:
    """The statuses that the desk gave an order. One that a clerk's undid before it was written in ILUX comes
    back from there as news.
    """
    statuses: defaultdict[UUID, set[str]] = defaultdict(set)
    rows = await DB.fetch(
        "select service_order_id, after from order_event where reseller_id = $1 and source <> 'ilux'",
        reseller_id,
    )
    for order_id, after in rows:
        statuses[order_id].add(msgspec.json.decode(after).get("status"))
    return statuses


def _agrees(there: list[Line], here: list[Line], *, may_have_more: bool, own: Collection[str]) -> bool:
    """Every line of ILUX's is here, in its order; what is beside them is the portal's own, come back."""
    rest, more = list(here), []
    for line in there:
        while rest and not _is_same(line, rest[0]):
            more.append(rest.pop(0))
        if not rest:
            return False
        rest.pop(0)
    return may_have_more or all(status in own for status, _ in more + rest)


def _is_same(line: Line, other: Line) -> bool:
    return line[0] == other[0] and abs(line[1] - other[1]) < TRIGGERS_APART


def _shown(lines: list[Line]) -> str:
    return " ".join(f"{status} {at:%H:%M:%S}" for status, at in lines) or "nothing"
