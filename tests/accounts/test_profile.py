"""One's own profile, password, sessions and phones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest

from offline_sync.ids import uuid7
from offline_sync.tables import SyncClient
from server.accounts.actor import Role
from server.accounts.device_names import device_name
from server.accounts.tables import Session
from server.database import Database, platform
from tests.accounts.people import PASSWORD, House, hire, mail_of, open_house
from tests.web.portal import client

NEW = "tartaruga-no-telhado-novo"


@pytest.fixture
async def house(database: Database) -> House:
    return await open_house("Copiadora Ilha")


@pytest.fixture
async def jonas(portal: httpx.ASGITransport, house: House) -> AsyncIterator[httpx.AsyncClient]:
    await hire(house, "Jonas Reis", Role.TECHNICIAN)
    async with client(portal) as browser:
        await enter(browser, house, "Jonas")
        yield browser


async def enter(browser: httpx.AsyncClient, house: House, name: str, password: str = PASSWORD) -> int:
    login = {"email": mail_of(house, name), "password": password}
    return (await browser.post("/login", data=login)).status_code


async def enrol(house: House, user_id: UUID) -> UUID:
    client_id, now = uuid7(), datetime.now(UTC)
    with platform():
        await SyncClient.insert(
            SyncClient(
                id=client_id,
                reseller_id=house.reseller_id,
                user_id=user_id,
                kind="phone",
                name="Moto G do Jonas",
                platform="Mozilla/5.0 (Linux; Android 14) Chrome/140.0 Mobile Safari/537.36",
                enrolled_at=now,
                last_seen_at=now,
            )
        )
    return client_id


async def user_id_of(browser: httpx.AsyncClient) -> UUID:
    answer = await browser.get("/session", headers={"accept": "application/json"})
    return UUID(answer.json()["user"]["id"])


async def test_jonas_changes_his_password_and_his_other_sessions_end(
    jonas: httpx.AsyncClient, portal: httpx.ASGITransport, house: House
) -> None:
    async with client(portal) as elsewhere:
        await enter(elsewhere, house, "Jonas")
        page = await jonas.post("/profile/password", data={"current": PASSWORD, "password": NEW})
        assert (page.status_code, page.headers["location"]) == (303, "/profile?done=password")
        assert (await jonas.get("/profile?done=password")).status_code == 200
        assert (await elsewhere.get("/profile")).status_code == 303
        assert await enter(elsewhere, house, "Jonas") == 401
        assert await enter(elsewhere, house, "Jonas", NEW) == 303


async def test_the_current_password_must_be_right_and_guessing_it_is_limited(
    jonas: httpx.AsyncClient,
) -> None:
    for _ in range(8):
        page = await jonas.post("/profile/password", data={"current": "errada", "password": NEW})
        assert (page.status_code, "A senha atual não confere" in page.text) == (422, True)
    page = await jonas.post("/profile/password", data={"current": PASSWORD, "password": NEW})
    assert page.status_code == 429


async def test_a_weak_new_password_is_refused_beside_its_field(jonas: httpx.AsyncClient) -> None:
    page = await jonas.post("/profile/password", data={"current": PASSWORD, "password": "jonasreis2026"})
    assert page.status_code == 422
    assert 'id="password-error"' in page.text


async def test_jonas_edits_his_name_and_second_mail(jonas: httpx.AsyncClient) -> None:
    page = await jonas.post("/profile", data={"name": "Jonas  R. Reis", "secondary_email": "Jo@Casa.test"})
    assert page.status_code == 303
    text = (await jonas.get("/profile")).text
    assert 'value="Jonas R. Reis"' in text
    assert 'value="jo@casa.test"' in text
    page = await jonas.post("/profile", data={"name": "", "secondary_email": "casa"})
    assert (page.status_code, page.text.count('class="field-error"')) == (422, 2)


async def test_jonas_ends_the_session_that_he_forgot_somewhere(
    jonas: httpx.AsyncClient, portal: httpx.ASGITransport, house: House
) -> None:
    async with client(portal) as elsewhere:
        await enter(elsewhere, house, "Jonas")
        with platform():
            newest = await Session.select(Session.id).order_by(Session.created_at, ascending=False).first()
        assert newest is not None
        assert "esta sessão" in (await jonas.get("/profile/devices")).text
        answer = await jonas.post(f"/sessions/{newest['id']}/revocation")
        assert answer.headers["location"] == "/profile/devices"
        assert (await elsewhere.get("/profile")).status_code == 303
        assert (await jonas.get("/profile")).status_code == 200


async def test_a_lost_phone_is_blocked_by_its_owner_or_the_admin_and_by_nobody_else(
    jonas: httpx.AsyncClient, portal: httpx.ASGITransport, house: House
) -> None:
    phone = await enrol(house, await user_id_of(jonas))
    await hire(house, "Ana Souza", Role.ADMIN)
    await hire(house, "Bia Lima", Role.SERVICE_OPERATOR)
    other = await open_house("Outra Revenda", cnpj="99888777000166")
    await hire(other, "Zeca Alheio", Role.ADMIN)
    assert "Moto G do Jonas" in (await jonas.get("/profile/devices")).text
    async with client(portal) as browser:
        for whose, name in ((house, "Bia"), (other, "Zeca")):
            await enter(browser, whose, name)
            assert (await browser.post(f"/devices/{phone}/revocation")).status_code == 404
        await enter(browser, house, "Ana")
        answer = await browser.post(f"/devices/{phone}/revocation")
        assert answer.headers["location"] == f"/users/{await user_id_of(jonas)}"
        assert "bloqueado em" in (await browser.get(answer.headers["location"])).text
    with platform():
        row = await SyncClient.select(SyncClient.revoked_at).where(SyncClient.id == phone).first()
    assert row is not None
    assert row["revoked_at"] is not None


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Linux; Android 14; SM-A546E) Chrome/140.0 Mobile Safari/537.36", "Chrome no Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari no iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge no Windows"),
        ("curl/8.5.0", "Outro programa"),
    ],
)
def test_a_device_is_called_what_people_call_it(agent: str, name: str) -> None:
    assert device_name(agent) == name
