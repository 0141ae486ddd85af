"""The soak's checks see each kind of fault, and nothing where there is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from ilux_bridge.mapping.outcome import Reason, Refusal
from tests.bridge_soak.chronicle import Line, _agrees
from tests.bridge_soak.comparison import Name, Portal, differences
from tests.bridge_soak.witness import _wrong

DEFECT, CUSTOMER, REQUEST, ITEM = (
    ("defect", "1"), ("customer", "7"), ("supply_request", "1|3"), ("supply_request_item", "1|3|1"),
)  # fmt: skip
UNSAYABLE = Refusal(Reason.UNKNOWN_VALUE, "status", "nada no mapa")
AT = datetime(2026, 3, 2, 11, tzinfo=UTC)

Ilux = dict[Name, Mapping[str, Any] | Refusal]


def both() -> tuple[Ilux, Portal, set[Name]]:
    """A defect that both have, and a request that cannot be said, with its item."""
    ilux: Ilux = {
        DEFECT: {"code": "1", "name": "Não liga"},
        REQUEST: UNSAYABLE,
        ITEM: {"supply_request": "1|3", "quantity": 2},
    }
    portal = Portal(refusals={ITEM: ("unknown_reference", REQUEST)})
    portal.rows = {entity: {} for entity in ("defect", "customer", "supply_request", "service_order")}
    store(portal, DEFECT, {"code": "1", "name": "Não liga", "is_active": True})
    return ilux, portal, {REQUEST}


def store(portal: Portal, name: Name, row: dict[str, Any], *, retired: bool = False) -> UUID:
    row_id = uuid4()
    portal.links[name] = row_id, retired
    portal.keys[name[0], row_id].add(name[1])
    portal.rows[name[0]][row_id] = row
    return row_id


def test_where_both_have_the_same_nothing_is_wrong() -> None:
    assert differences(*both()) == []


def _other(ilux: Ilux, portal: Portal, letters: set[Name]) -> None:
    ilux[DEFECT] = {"code": "1", "name": "Não desliga"}


def _missing(ilux: Ilux, portal: Portal, letters: set[Name]) -> None:
    ilux["defect", "2"] = {"code": "2", "name": "Ruído"}


def _retired(ilux: Ilux, portal: Portal, letters: set[Name]) -> None:
    portal.links[DEFECT] = portal.links[DEFECT][0], True


def _not_gone(ilux: Ilux, portal: Portal, letters: set[Name]) -> None:
    del ilux[DEFECT]


def _active(ilux: Ilux, portal: Portal, letters: set[Name]) -> None:
    del ilux[DEFECT]
    portal.links[DEFECT] = portal.links[DEFECT][0], True


def _open(ilux: Ilux, portal: Portal, letters: set[Name]) -> None:
    store(portal, ("service_order", "1|9"), {"status": "E", "opened_from": "ilux"}, retired=True)


def _foreign(ilux: Ilux, portal: Portal, letters: set[Name]) -> None:
    portal.rows["customer"][uuid4()] = {"is_active": True}


def _doubled(ilux: Ilux, portal: Portal, letters: set[Name]) -> None:
    row_id = portal.links[DEFECT][0]
    ilux["defect", "2"] = ilux[DEFECT]
    portal.links["defect", "2"] = row_id, False
    portal.keys["defect", row_id].add("2")


def _without_a_letter(ilux: Ilux, portal: Portal, letters: set[Name]) -> None:
    letters.clear()


def _with_an_idle_letter(ilux: Ilux, portal: Portal, letters: set[Name]) -> None:
    letters.add(DEFECT)


def _refused_for_nothing(ilux: Ilux, portal: Portal, letters: set[Name]) -> None:
    portal.refusals[DEFECT] = "duplicate", ("", "")


@pytest.mark.parametrize(
    "spoil",
    [
        _other, _missing, _retired, _not_gone, _active, _open, _foreign, _doubled, _without_a_letter,
        _with_an_idle_letter, _refused_for_nothing,
    ],
)  # fmt: skip
def test_each_difference_is_seen(spoil: Any) -> None:
    ilux, portal, letters = both()
    spoil(ilux, portal, letters)
    assert len(differences(ilux, portal, letters)) == 1


def test_a_row_may_be_refused_for_one_that_ilux_has_not() -> None:
    ilux, portal, letters = both()
    request, item, machine = ("supply_request", "1|5"), ("supply_request_item", "1|5|1"), ("equipment", "56")
    ilux[request], ilux[item] = {"equipment": "56"}, {"supply_request": "1|5"}
    portal.refusals[request] = "unknown_reference", machine
    portal.refusals[item] = "unknown_reference", request
    assert differences(ilux, portal, letters) == []
    ilux[machine] = {"serial_number": "N1"}
    assert len(differences(ilux, portal, letters)) == 3, "the machine is missing, and so are both"


def test_an_item_may_be_the_portals_alone_where_ilux_lost_its_request_and_refused_it() -> None:
    ilux, portal, letters = both()
    request_id = store(portal, ("supply_request", "1|4"), {"is_active": False}, retired=True)
    item_id = uuid4()
    portal.rows["supply_request_item"] = {item_id: {"supply_request_id": request_id}}
    assert len(differences(ilux, portal, letters)) == 1
    portal.unwritten.add(item_id)
    assert differences(ilux, portal, letters) == []
    portal.links["supply_request", "1|4"] = request_id, False
    ilux["supply_request", "1|4"] = {}
    assert len(differences(ilux, portal, letters)) == 1


@pytest.mark.parametrize(
    ("status", "written", "is_noted", "faults"),
    [
        ("applied", 1, True, 0), ("conflict", 0, True, 0), ("refused", 0, False, 0), ("refused", 0, True, 0),
        ("applied", 0, True, 1), ("applied", 2, True, 1), ("applied", 1, False, 1), ("conflict", 1, True, 1),
        ("refused", 1, False, 1), ("open", 0, False, 1),
    ],
)  # fmt: skip
def test_a_message_is_written_once_or_never(status: str, written: int, is_noted: bool, faults: int) -> None:
    message_id = uuid4()
    messages: list[Any] = [(message_id, "service_order", "status", status, None)]
    noted = {str(message_id)} if is_noted else set()
    assert len(list(_wrong(messages, Counter({str(message_id): written}), noted))) == faults


def lines(*statuses: str) -> list[Line]:
    return [(status, AT + timedelta(minutes=minute)) for minute, status in enumerate(statuses)]


def test_a_history_is_complete_in_order_and_at_its_times() -> None:
    there = lines("E", "M", "P")
    assert _agrees(there, lines("E", "M", "P"), may_have_more=False, own=())
    assert not _agrees(there, there[:2], may_have_more=False, own=())
    assert not _agrees(there, [there[1], there[0], there[2]], may_have_more=True, own=())
    assert not _agrees(there, [*there, there[2]], may_have_more=False, own=())
    assert _agrees(there, [*there, ("A", AT)], may_have_more=True, own=())
    assert _agrees(there, [*there, ("O", AT)], may_have_more=False, own={"O"})
    assert not _agrees(there, [*there, ("O", AT)], may_have_more=False, own={"T"})
    assert not _agrees(there, [(status, AT) for status, _ in there], may_have_more=False, own=())
