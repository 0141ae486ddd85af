"""What a bridge brought is not kept twice: its tables have it, and ILUX has it still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from offline_sync.tables import SyncMutation
from server.database import platform
from server.sync.housekeeping import forget_ilux_rows, mark_durable
from tests.bridge_portal.bridge import COMPANY, CUSTOMER, Bridge


async def texts() -> list[str]:
    with platform():
        rows = await SyncMutation.select(SyncMutation.received_json).order_by(SyncMutation.seq)
    return [row["received_json"] for row in rows]


async def test_the_texts_of_rows_go_once_both_sides_hold_what_came_of_them(bridge: Bridge) -> None:
    await bridge.bring(COMPANY)
    await bridge.bring(CUSTOMER)
    await bridge.answer({"id": "01920000-0000-7000-8000-000000000001"})
    with platform():
        await forget_ilux_rows()
    assert all(await texts()), "no backup holds them yet"
    await bridge.client.pull()
    with platform():
        await mark_durable(datetime.now(UTC) + timedelta(minutes=1))
        await forget_ilux_rows()
    first, second, receipt = await texts()
    assert (first, second) == ("", "")
    assert "ilux_receipt" in receipt
    assert await bridge.bring(COMPANY) == {"applied": 1, "refused": []}
