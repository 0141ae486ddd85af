"""The bridge dies between any two steps, and whoever is away comes back: nothing missing, nothing doubled."""

from __future__ import annotations

import httpx
import pytest

from ilux_bridge.outbox import capture
from offline_sync.client import TryLater
from server.bridge.tables import IluxMessage
from server.service_orders.tables import OrderEvent, ServiceOrder
from tests.bridge.office import save, values
from tests.bridge_end.bridge import End
from tests.bridge_end.test_both_ends import loaded, open_order, web_order


class Killed(BaseException):
    """As kill -9, at a point of our choosing."""


def die(*_: object) -> None:
    raise Killed


async def test_dying_between_push_and_acknowledgement_doubles_nothing(
    end: End, monkeypatch: pytest.MonkeyPatch
) -> None:
    await loaded(end)
    orders, lines = await ServiceOrder.count(), await OrderEvent.count()
    open_order(end)
    with monkeypatch.context() as patched:
        patched.setattr(capture, "acknowledge", die)
        with pytest.raises(Killed):
            await end.cycle.send()
    assert await ServiceOrder.count() == orders + 1
    end.restart()
    assert values(end.cycle.connection, "SELECT COUNT(*) FROM SYNC_OUTBOX") == [1]
    await end.turn()
    assert values(end.cycle.connection, "SELECT COUNT(*) FROM SYNC_OUTBOX") == [0]
    assert (await ServiceOrder.count(), await OrderEvent.count()) == (orders + 1, lines + 1)


async def test_dying_after_the_write_and_before_the_receipt_writes_once(
    end: End, monkeypatch: pytest.MonkeyPatch
) -> None:
    await loaded(end)
    order = await web_order(end)
    with monkeypatch.context() as patched:
        patched.setattr(type(end.cycle.replica), "record", die)
        with pytest.raises(Killed):
            await end.cycle.receive()
    where = "WHERE ID_WEB = ?"
    assert values(end.clerk, f"SELECT COUNT(*) FROM ORDEM_SERVICO {where}", str(order["id"])) == [1]
    end.restart()
    await end.turn()
    assert values(end.clerk, f"SELECT COUNT(*) FROM ORDEM_SERVICO {where}", str(order["id"])) == [1]
    number = values(end.clerk, f"SELECT NUM_OS FROM ORDEM_SERVICO {where}", str(order["id"]))[0]
    after = await end.office.world.order(order["id"])  # type: ignore[arg-type]
    assert after["ilux_number"] == str(number)
    assert await IluxMessage.count().where(IluxMessage.status == "open") == 0


async def test_what_is_saved_while_the_portal_is_away_arrives_once_and_as_it_then_is(end: End) -> None:
    await loaded(end)
    transport = end.http._transport

    def away(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("ninguém")

    number = open_order(end, "Primeira versão")
    end.http._transport = httpx.MockTransport(away)
    for _ in range(3):
        with pytest.raises(TryLater):
            await end.cycle.send()
    assert len(end.cycle.replica.pending(9)) == 1, "recorded once, however often it was tried"
    assert values(end.cycle.connection, "SELECT COUNT(*) FROM SYNC_OUTBOX") == [1], "until the portal has it"
    save(end.clerk, f"UPDATE ORDEM_SERVICO SET RELATO = 'Segunda' WHERE NUM_OS = {number}")
    end.http._transport = transport
    await end.turn()
    (row,) = await ServiceOrder.select(ServiceOrder.description).where(
        ServiceOrder.ilux_number == str(number)
    )
    assert row["description"] == "Segunda"


async def test_a_base_restored_from_an_older_copy_is_loaded_anew(end: End) -> None:
    await loaded(end)
    open_order(end)
    await end.turn()
    assert not end.cycle.needs_load()
    with end.cycle.connection.writing() as work:
        work.execute("UPDATE SYNC_META SET ULTIMO_SEQ_ACK = 0")
        work.execute("SET GENERATOR GEN_SYNC_OUTBOX TO 0")
    assert end.cycle.needs_load()
