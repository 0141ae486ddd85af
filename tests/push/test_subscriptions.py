"""Browsers subscribed by their people, and forgotten with the login, the phone or the person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from offline_sync.ids import uuid7
from offline_sync.tables import SyncClient
from server.accounts.actor import Role
from server.accounts.tables import Session
from server.database import Database, platform
from server.notifications.push.subscriptions import MOST, forget_lost
from server.notifications.push.tables import PushSubscription
from tests.accounts.people import PASSWORD, House, hire, mail_of, open_house
from tests.push.service import PushService, Subscriber
from tests.web.portal import client, running_portal, settings_for

PATH = "/push/subscriptions"


@pytest.fixture
async def house(database: Database) -> House:
    return await open_house("Copiadora Ilha")


@pytest.fixture
async def portal(house: House, service: PushService, tmp_path: Path) -> AsyncIterator[httpx.ASGITransport]:
    async with running_portal(settings_for(tmp_path, push_hosts=service.host)) as transport:
        yield transport


async def log_in(portal: httpx.ASGITransport, house: House, name: str) -> httpx.AsyncClient:
    browser = client(portal)
    answer = await browser.post("/login", data={"email": mail_of(house, name), "password": PASSWORD})
    assert answer.status_code == 303
    return browser


async def subscribe(browser: httpx.AsyncClient, subscriber: Subscriber, **more: Any) -> int:
    return (await browser.post(PATH, json={**subscriber.json, **more})).status_code


async def owners() -> dict[str, UUID]:
    with platform():
        rows = await PushSubscription.select(PushSubscription.endpoint, PushSubscription.user_id)
    return {row["endpoint"].rpartition("/")[2]: row["user_id"] for row in rows}


async def test_a_browser_is_subscribed_once_however_often_it_says_so(
    portal: httpx.ASGITransport, house: House, service: PushService
) -> None:
    ana = await hire(house, "Ana Souza", Role.ADMIN)
    browser = await log_in(portal, house, "Ana")
    assert "key" in (await browser.get("/push/key")).json()
    for _ in range(2):
        assert await subscribe(browser, service.subscriber("laptop")) == 204
    assert await owners() == {"laptop": ana}
    assert (
        await browser.post("/push/removals", json={"endpoint": f"http://{service.host}/laptop"})
    ).is_success
    assert await owners() == {}


async def test_a_browser_is_its_last_users_also_of_another_reseller(
    portal: httpx.ASGITransport, house: House, service: PushService
) -> None:
    other = await open_house("Outra Revenda", cnpj="99888777000166")
    await hire(house, "Ana Souza", Role.ADMIN)
    bia = await hire(other, "Bia Lima", Role.ADMIN)
    assert await subscribe(await log_in(portal, house, "Ana"), service.subscriber("shared")) == 204
    assert await subscribe(await log_in(portal, other, "Bia"), service.subscriber("shared")) == 204
    assert await owners() == {"shared": bia}


async def test_what_is_no_push_service_or_no_key_is_refused(
    portal: httpx.ASGITransport, house: House, service: PushService
) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    browser = await log_in(portal, house, "Ana")
    sound = service.subscriber("laptop").json
    wrong = [
        {**sound, "endpoint": "https://169.254.169.254/latest"},
        {**sound, "endpoint": "https://evil.example/x"},
        {**sound, "keys": {**sound["keys"], "auth": "c2hvcnQ"}},
        {**sound, "keys": {**sound["keys"], "p256dh": "BA" + "A" * 85}},
        {**sound, "keys": {**sound["keys"], "p256dh": "é!"}},
        {"endpoint": sound["endpoint"]},
    ]
    assert {(await browser.post(PATH, json=one)).status_code for one in wrong} == {422}
    assert await owners() == {}


async def test_a_login_takes_its_browser_with_it_and_leaves_the_others(
    portal: httpx.ASGITransport, house: House, service: PushService
) -> None:
    ana = await hire(house, "Ana Souza", Role.ADMIN)
    laptop, phone = await log_in(portal, house, "Ana"), await log_in(portal, house, "Ana")
    await subscribe(laptop, service.subscriber("laptop"))
    await subscribe(phone, service.subscriber("phone"))
    await laptop.post("/logout")
    assert await owners() == {"phone": ana}
    laptop = await log_in(portal, house, "Ana")
    await subscribe(laptop, service.subscriber("laptop"))
    changed = {"current": PASSWORD, "password": "outra frase bem comprida"}
    assert (await laptop.post("/profile/password", data=changed)).status_code == 303
    assert await owners() == {"laptop": ana}


async def test_a_revoked_phone_and_a_person_who_left_hear_nothing_any_more(
    portal: httpx.ASGITransport, house: House, service: PushService
) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    jonas, bia = (
        await hire(house, "Jonas Lima", Role.DRIVER),
        await hire(house, "Bia Reis", Role.SUPPLIES_OPERATOR),
    )
    admin = await log_in(portal, house, "Ana")
    client_id = await _enrolled(house, jonas)
    field = await log_in(portal, house, "Jonas")
    assert await subscribe(field, service.subscriber("phone"), client_id=str(client_id)) == 204
    assert await subscribe(await log_in(portal, house, "Bia"), service.subscriber("desk")) == 204
    assert await subscribe(admin, service.subscriber("x"), client_id=str(client_id)) == 404
    assert await owners() == {"phone": jonas, "desk": bia}
    await admin.post(f"/devices/{client_id}/revocation")
    assert await owners() == {"desk": bia}
    assert await subscribe(field, service.subscriber("phone"), client_id=str(client_id)) == 404
    await admin.post(f"/users/{bia}/deactivation")
    assert await owners() == {}


async def test_nobody_keeps_more_browsers_than_people_have_and_dead_logins_none(
    portal: httpx.ASGITransport, house: House, service: PushService
) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    browser = await log_in(portal, house, "Ana")
    for number in range(MOST + 2):
        await subscribe(browser, service.subscriber(str(number)))
    assert set(await owners()) == {str(number) for number in range(2, MOST + 2)}
    with platform():
        await forget_lost(datetime.now(UTC))
        assert len(await owners()) == MOST
        await Session.update({Session.expires_at: datetime.now(UTC)}, force=True)
        await forget_lost(datetime.now(UTC))
    assert await owners() == {}


async def _enrolled(house: House, user_id: UUID) -> UUID:
    now, client_id = datetime.now(UTC), uuid7()
    with platform():
        await SyncClient.insert(
            SyncClient(
                id=client_id,
                reseller_id=house.reseller_id,
                user_id=user_id,
                kind="phone",
                name="phone",
                platform="",
                enrolled_at=now,
                last_seen_at=now,
            )
        )
    return client_id
