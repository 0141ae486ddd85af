"""From what happened to the browser: announced, fanned out, brought by the postman, read there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from piccolo_conf import DB
from server.accounts.tables import Session
from server.database import Database, platform, tenant
from server.notifications import channels
from server.notifications.actions import announce
from server.notifications.events import Event
from server.notifications.postman import Postman
from server.notifications.push.channel import PushChannel
from server.notifications.push.tables import PushSubscription
from server.notifications.subjects import Subject
from server.notifications.tables import Notification, NotificationDispatch, NotificationSettings
from tests.desk.office import Office
from tests.notifications.channel import dispatches, run_jobs
from tests.push.service import PushService, Subscriber
from tests.service_orders.world import found_reseller
from tests.web.portal import running_portal, settings_for


@pytest.fixture
async def office(database: Database, service: PushService, tmp_path: Path) -> AsyncIterator[Office]:
    world = await found_reseller()
    settings = settings_for(tmp_path, push_hosts=service.host)
    async with running_portal(settings) as transport:
        with tenant(world.reseller_id):
            yield Office(world, settings, transport)


@pytest.fixture
def channel(office: Office) -> Iterator[PushChannel]:
    """The only one."""
    before = dict(channels.CHANNELS)
    channels.CHANNELS.clear()
    channel = PushChannel(office.settings)
    channels.register(channel)
    yield channel
    channels.CHANNELS.clear()
    channels.CHANNELS.update(before)


@pytest.fixture
def phone(service: PushService) -> Subscriber:
    return service.subscriber("phone")


@pytest.fixture
async def tiago(office: Office, phone: Subscriber) -> AsyncIterator[httpx.AsyncClient]:
    """Tiago, whose phone is subscribed."""
    async with await office.browser(office.world.tiago) as browser:
        assert (await browser.post("/push/subscriptions", json=phone.json)).is_success
        yield browser


async def dispatch_an_order(office: Office) -> UUID:
    """Ana plans an order for Tiago; what else that tells is not looked at."""
    order_id = await office.world.dispatched_order()
    await run_jobs()
    with platform():
        for table in ("notification_dispatch", "notification", "notification_event"):
            await DB.run_ddl(f"DELETE FROM {table}")
    async with DB.transaction():
        await announce(
            Event.VISIT_DISPATCHED,
            Subject.SERVICE_ORDER,
            order_id,
            reseller_id=office.world.reseller_id,
            company_id=office.world.company_id,
            customer_id=office.world.customer_id,
            technician_id=office.world.tiago.technician_id,
        )
    await run_jobs()
    return order_id


async def deliver(channel: PushChannel, after: timedelta = timedelta(seconds=1)) -> None:
    postman = Postman()
    while await postman.deliver_one(datetime.now(UTC) + after):
        pass
    await channel.rest()


async def state() -> tuple[str, str]:
    (row,) = await dispatches()
    return row["state"], row["last_error"]


async def subscriptions() -> list[dict[str, Any]]:
    with platform():
        return await PushSubscription.select()


async def test_a_dispatched_order_reaches_the_technicians_phone_without_the_customers_name(
    office: Office, channel: PushChannel, tiago: httpx.AsyncClient, service: PushService, phone: Subscriber
) -> None:
    order_id = await dispatch_an_order(office)
    await deliver(channel)
    (push,) = service.pushes
    said = phone.read(push)
    with platform():
        line = await Notification.select().first()
    assert line is not None
    assert said == {
        "id": str(line["id"]),
        "title": line["title"],
        "url": f"/field/orders/{order_id}",
        "tag": f"service_order:{order_id}",
    }
    assert "novo na sua agenda" in said["title"]
    assert "Escola" not in str(said)
    assert push.headers["urgency"] == "high"
    assert await state() == ("sent", "")
    (row,) = await subscriptions()
    assert row["last_success_at"] is not None
    await deliver(channel)
    assert len(service.pushes) == 1


async def test_what_was_read_is_not_pushed_any_more(
    office: Office, channel: PushChannel, tiago: httpx.AsyncClient, service: PushService
) -> None:
    await dispatch_an_order(office)
    notice = (await tiago.get("/notifications/recent")).json()["notices"][0]
    await tiago.post(f"/notifications/{notice['id']}/reading")
    await deliver(channel)
    assert service.pushes == []
    assert await state() == ("withheld", "lido antes")


async def test_a_browser_that_is_gone_is_forgotten(
    office: Office, channel: PushChannel, tiago: httpx.AsyncClient, service: PushService
) -> None:
    await dispatch_an_order(office)
    service.answers.append((410, {}))
    await deliver(channel)
    assert await subscriptions() == []
    assert (await state())[0] == "withheld"


async def test_a_busy_service_is_asked_again_when_it_said_and_a_refusal_is_for_a_person(
    office: Office, channel: PushChannel, tiago: httpx.AsyncClient, service: PushService
) -> None:
    await dispatch_an_order(office)
    service.answers.extend([(429, {"Retry-After": "600"}), (400, {})])
    await deliver(channel)
    await deliver(channel, after=timedelta(minutes=9))
    assert len(service.pushes) == 1
    assert (await subscriptions())[0]["failures"] == 1
    await deliver(channel, after=timedelta(minutes=11))
    assert len(service.pushes) == 2
    assert await state() == ("dead", "the push service answers 400")


async def test_nothing_reaches_a_browser_whose_login_ended_or_whom_it_belongs_to_since(
    office: Office, channel: PushChannel, tiago: httpx.AsyncClient, service: PushService, phone: Subscriber
) -> None:
    await dispatch_an_order(office)
    async with await office.browser(office.world.vera) as vera:
        await vera.post("/push/subscriptions", json=phone.json)
        await deliver(channel)
        assert await state() == ("withheld", "o navegador não recebe mais avisos")
    assert (await tiago.post("/push/subscriptions", json=phone.json)).is_success
    await dispatch_an_order(office)
    with platform():
        await Session.update({Session.last_seen_at: datetime.now(UTC) - timedelta(days=31)}, force=True)
    await deliver(channel)
    assert service.pushes == []
    assert (await state())[0] == "withheld"


async def test_a_trial_passes_by_the_quiet_hours_and_is_limited(
    office: Office, channel: PushChannel, tiago: httpx.AsyncClient, service: PushService, phone: Subscriber
) -> None:
    with platform():
        await NotificationSettings(
            reseller_id=office.world.reseller_id,
            user_id=office.world.tiago.user_id,
            quiet_from=0,
            quiet_until=24 * 60 - 1,
        ).save()
    assert (await tiago.post("/push/trials")).status_code == 204
    await run_jobs()
    await deliver(channel)
    assert phone.read(service.pushes[0])["title"] == "Aviso de teste"
    assert {(await tiago.post("/push/trials")).status_code for _ in range(10)} == {204, 429}
    await tiago.post("/logout")
    with platform():
        await NotificationDispatch.delete(force=True)
    await run_jobs()
    assert await dispatches() == []
