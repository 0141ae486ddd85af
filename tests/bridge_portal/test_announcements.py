"""What the bridge brings is announced when it happens, not when it is loaded; so is its silence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from server.bridge.alarms import tell_if_late, tell_of_refusals
from server.bridge.tables import BridgeStatus
from server.database import platform
from server.notifications.tables import NotificationEvent
from server.service_orders.announcements import NEWS_FOR
from tests.bridge_portal.bridge import BASICS, Bridge, order, row
from tests.desk.office import Office


async def announced() -> list[str]:
    with platform():
        rows = await NotificationEvent.select(NotificationEvent.kind).order_by(NotificationEvent.id)
    return [row["kind"] for row in rows]


async def test_a_load_announces_nothing_and_what_changes_in_ilux_afterwards_is_news(bridge: Bridge) -> None:
    load, opened = uuid4(), datetime.now(UTC) - timedelta(hours=1)
    await bridge.do("ilux_load_begun", load=str(load), entities=["service_order"])
    await bridge.bring(*BASICS, order(opened_at=opened.isoformat()), load=load)
    await bridge.bring(order(status="E", technician="T1"))  # while it runs
    await bridge.do("ilux_load_ended", load=str(load), entities=["service_order"])
    assert await announced() == []
    await bridge.bring(order(status="E", technician="T1", due_at="2026-03-03T11:00:00Z"))
    assert await announced() == ["order_changed", "visit_changed"]
    await bridge.bring(order("1|5002", opened_at=opened.isoformat()))
    old = (opened - NEWS_FOR).isoformat()
    await bridge.bring(order("1|5003", opened_at=old))
    assert await announced() == ["order_changed", "visit_changed", "order_opened"]


async def test_a_silent_bridge_is_told_once_and_not_to_a_portal_that_slept(
    office: Office, bridge: Bridge
) -> None:
    await bridge.beat()
    with platform():
        status = await BridgeStatus.select().first()
    assert status is not None
    user_id, last = status["user_id"], status["last_cycle_at"]
    late = last + timedelta(minutes=5, seconds=1)
    await tell_if_late(user_id, late - timedelta(minutes=1), late - timedelta(minutes=1))
    await tell_if_late(user_id, late - timedelta(hours=1), late)
    assert await announced() == [], "it has time left; the portal overslept"
    await tell_if_late(user_id, late, late)
    await tell_if_late(user_id, late, late)
    assert await announced() == ["bridge_late"]


async def test_a_row_that_stays_refused_is_told_and_one_that_only_came_early_is_not(
    office: Office, bridge: Bridge
) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)
    await bridge.bring(order())  # before its customer
    await bridge.bring(*BASICS)
    await tell_of_refusals(office.world.reseller_id, since)
    assert await announced() == ["order_opened"] or await announced() == []
    await bridge.bring(row("customer", "8", company="nenhuma", name="Sem empresa"))
    await tell_of_refusals(office.world.reseller_id, since)
    assert (await announced())[-1] == "bridge_dead_letter"
