"""The first load begins when nobody from before is inside, and misses nothing that is saved meanwhile."""

from __future__ import annotations

import pytest

from ilux_bridge import load, sending
from ilux_bridge.load import StillInside
from ilux_bridge.store import Store
from server.bridge.tables import IluxLink
from server.equipment.tables import Defect
from server.service_orders.tables import ServiceOrder
from tests.bridge.office import save, values
from tests.bridge_end.bridge import End
from tests.bridge_end.test_both_ends import open_order
from tests.bridge_portal.test_rows import of_key


async def test_the_load_waits_for_whoever_was_inside_before(end: End) -> None:
    save(end.cycle.connection, "DROP TRIGGER SYNC_DEFEITOS")  # somebody tidied up while the clerk was inside
    end.restart()
    with pytest.raises(StillInside, match="BALCAO"):
        await end.cycle.load()
    assert end.cycle.needs_load()
    assert not end.cycle.replica.pending(1)
    end.ilux.close()
    end.restart()
    await end.cycle.load()
    assert not end.cycle.needs_load()


async def test_what_is_saved_while_the_load_runs_arrives_too(
    end: End, monkeypatch: pytest.MonkeyPatch
) -> None:
    end.ilux.close()
    end.restart()
    end.clerk = clerk = end.ilux.clerk()
    recorded, opened = load.record, []

    async def record_and_work(*arguments: object, **more: object) -> list[int]:
        numbers = await recorded(*arguments, **more)  # type: ignore[arg-type]
        opened.append(open_order(end))
        save(clerk, "DELETE FROM DEFEITOS WHERE COD_DEFEITO = 5")
        save(clerk, "UPDATE ORDEM_SERVICO SET RELATO = 'Mudou' WHERE COD_EMPRESA = 2 AND NUM_OS = 1")
        return numbers

    monkeypatch.setattr(load, "record", record_and_work)
    await end.cycle.load()
    assert (await of_key(Defect, "defect", "5"))["is_active"], "as the snapshot saw it"
    await end.turn()
    assert not (await of_key(Defect, "defect", "5"))["is_active"]
    assert (await of_key(ServiceOrder, "service_order", "2|1"))["description"] == "Mudou"
    assert (await of_key(ServiceOrder, "service_order", f"1|{opened[0]}"))["status"] == "A"


async def test_a_second_load_retires_what_went_unseen(end: End) -> None:
    end.ilux.close()
    end.restart()
    await end.cycle.load()
    owner = end.cycle.connection
    save(owner, "ALTER TRIGGER SYNC_DEFEITOS INACTIVE")
    save(owner, "DELETE FROM DEFEITOS WHERE COD_DEFEITO = 5")
    save(owner, "ALTER TRIGGER SYNC_DEFEITOS ACTIVE")
    before = await IluxLink.count().where(IluxLink.retired_at.is_null())
    await end.turn()
    assert (await of_key(Defect, "defect", "5"))["is_active"]
    await end.cycle.load()
    assert not (await of_key(Defect, "defect", "5"))["is_active"]
    assert await IluxLink.count().where(IluxLink.retired_at.is_null()) == before - 1
    assert values(owner, "SELECT COUNT(*) FROM SYNC_OUTBOX") == [0]


def test_pieces_are_small_enough_and_a_row_that_is_not_is_still_named() -> None:
    store = Store(":memory:")
    huge = {"entity": "customer", "key": "1", "gone": False, "data": {"notes": "x" * (4 * 1024 * 1024)}}
    small = [huge | {"key": str(key), "data": {"notes": "y" * 1000}} for key in range(2, 5002)]
    pieces = list(sending.pieces([huge, *small], store))
    assert [row["key"] for piece in pieces for row in piece] == [str(key) for key in range(1, 5002)]
    assert pieces[0][0]["data"] == {}
    assert [letter.code for letter in store.letters()] == ["too_large"]
    assert max(map(len, pieces)) <= sending.MOST_ROWS
    assert len(pieces) == 11
    store.close()
