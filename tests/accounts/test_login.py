"""Logging in: one new session each time, one answer for every wrong try, and an end when rights change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from server.accounts.actor import PEOPLE, Role
from server.accounts.attempts import LOGIN_BY_ADDRESS, LOGIN_BY_MAIL, seconds_to_wait
from server.accounts.login import home_of
from server.accounts.sessions import end_sessions_of
from server.accounts.tables import Reseller, Session, User
from server.accounts.tokens import hash_of
from server.audit.tables import AuditEntry
from server.database import Database, platform
from server.jobs.tables import Job
from tests.accounts.people import PASSWORD, House, hire, mail_of, open_house
from tests.web.portal import PROGRAM, client, running_portal, settings_for


@pytest.fixture
async def house(database: Database) -> House:
    return await open_house("Copiadora Ilha")


@pytest.fixture
async def phone(portal: httpx.ASGITransport) -> AsyncIterator[httpx.AsyncClient]:
    async with client(portal, PROGRAM) as program:
        yield program


def ana(house: House, **changes: str) -> dict[str, str]:
    return {"email": mail_of(house, "Ana"), "password": PASSWORD} | changes


async def test_ana_logs_in_from_the_browser_and_lands_where_she_wanted(
    visitor: httpx.AsyncClient, house: House
) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    answer = await visitor.get("/users?q=bia")
    assert answer.status_code == 303
    login_page = await visitor.get(answer.headers["location"])
    assert 'value="/users?q=bia"' in login_page.text
    answer = await visitor.post("/login", data=ana(house, next="/users?q=bia"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/users?q=bia")
    assert (await visitor.get("/users")).status_code == 200


async def test_jonas_logs_in_from_the_phone_and_is_told_who_he_is(
    phone: httpx.AsyncClient, house: House
) -> None:
    user_id = await hire(house, "Jonas Reis", Role.TECHNICIAN)
    answer = await phone.post("/login", data={"email": mail_of(house, "Jonas"), "password": PASSWORD})
    user = {
        "id": str(user_id),
        "name": "Jonas Reis",
        "role": "technician",
        "reseller_id": str(house.reseller_id),
        "has_open_policies": False,
    }
    assert (answer.status_code, answer.json()) == (200, {"user": user})
    assert (await phone.get("/session")).json() == {"user": user}
    assert (await phone.post("/logout")).status_code == 204
    assert (await phone.get("/session")).status_code == 401


async def test_the_same_token_serves_as_a_bearer(phone: httpx.AsyncClient, house: House) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    await phone.post("/login", data=ana(house))
    token = phone.cookies["session"]
    phone.cookies.clear()
    assert (await phone.get("/session")).status_code == 401
    answer = await phone.get("/session", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ({"password": "papagaio-na-janela-verde"}, "another password"),
        ({"email": "ninguem@nada.test"}, "nobody's mail"),
        ({"email": "bia@copiadorailha.test"}, "no password chosen yet"),
        ({"email": "caio@copiadorailha.test"}, "deactivated"),
    ],
)
async def test_every_wrong_try_gets_the_same_answer(
    phone: httpx.AsyncClient, house: House, who: dict[str, str], why: str
) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    await hire(house, "Bia Lima", Role.ADMIN, password=None)
    await hire(house, "Caio Dias", Role.ADMIN, is_active=False)
    answer = await phone.post("/login", data=ana(house, **who))
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_login"), why
    assert answer.json()["detail"] == "E-mail ou senha não conferem."
    with platform():
        assert await AuditEntry.count().where(AuditEntry.action == "login.refused") == 1


async def test_a_closed_resellers_people_cannot_enter(phone: httpx.AsyncClient, house: House) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    await phone.post("/login", data=ana(house))
    with platform():
        await Reseller.update({Reseller.is_active: False}).where(Reseller.id == house.reseller_id)
    assert (await phone.get("/session")).status_code == 401
    assert (await phone.post("/login", data=ana(house))).status_code == 401


async def test_empty_fields_are_asked_for_again_with_what_was_typed(
    visitor: httpx.AsyncClient, phone: httpx.AsyncClient
) -> None:
    page = await visitor.post("/login", data={"email": "ana@x.test", "password": ""})
    assert page.status_code == 422
    assert 'value="ana@x.test"' in page.text
    answer = await phone.post("/login", data={"email": "ana@x.test"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_a_planted_cookie_does_not_become_anas_session(
    visitor: httpx.AsyncClient, house: House
) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    visitor.cookies.set("session", "chosen-by-an-attacker", domain="portal.test")
    answer = await visitor.post("/login", data=ana(house))
    token = answer.cookies["session"]
    assert token != "chosen-by-an-attacker"
    with platform():
        hashes = [row["token_hash"] for row in await Session.select(Session.token_hash)]
    assert hashes == [hash_of(token)]


async def test_the_cookie_is_for_this_host_over_https_only(house: House, tmp_path: Path) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    settings = settings_for(tmp_path, base_url="https://portal.test")
    async with running_portal(settings) as transport, client(transport) as visitor:
        answer = await visitor.post("/login", data=ana(house))
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("__host-session=")
    assert all(part in cookie for part in ("secure", "httponly", "samesite=lax", "path=/"))
    assert "domain" not in cookie


async def test_guessing_one_mail_is_stopped_and_says_for_how_long(
    phone: httpx.AsyncClient, visitor: httpx.AsyncClient, house: House
) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    for _ in range(LOGIN_BY_MAIL.tries):
        assert (await phone.post("/login", data=ana(house, password="errada"))).status_code == 401
    answer = await phone.post("/login", data=ana(house))
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert 0 < int(answer.headers["retry-after"]) <= LOGIN_BY_MAIL.window.total_seconds()
    page = await visitor.post("/login", data=ana(house))
    assert page.status_code == 429
    assert "Tente de novo em" in page.text


async def test_guesses_at_the_same_time_count_each_other(phone: httpx.AsyncClient, house: House) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    guesses = (phone.post("/login", data=ana(house, password="errada")) for _ in range(20))
    statuses = [answer.status_code for answer in await asyncio.gather(*guesses)]
    assert statuses.count(401) == LOGIN_BY_MAIL.tries
    assert statuses.count(429) == 20 - LOGIN_BY_MAIL.tries


async def test_the_right_password_forgives_the_slips_before_it(
    phone: httpx.AsyncClient, house: House
) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    for _ in range(3):
        for _ in range(LOGIN_BY_MAIL.tries - 1):
            await phone.post("/login", data=ana(house, password="errada"))
        assert (await phone.post("/login", data=ana(house))).status_code == 200


def test_a_try_is_free_again_when_the_oldest_leaves_the_window() -> None:
    now = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
    times = [now - timedelta(minutes=14, seconds=n) for n in range(LOGIN_BY_ADDRESS.tries)]
    assert seconds_to_wait(times, LOGIN_BY_ADDRESS, now) == 1
    assert seconds_to_wait(times[1:], LOGIN_BY_ADDRESS, now) == 0
    assert seconds_to_wait(times, LOGIN_BY_ADDRESS, now + timedelta(minutes=1)) == 0


async def test_ending_sessions_ends_them_at_the_next_request(
    visitor: httpx.AsyncClient, house: House
) -> None:
    user_id = await hire(house, "Ana Souza", Role.ADMIN)
    await visitor.post("/login", data=ana(house))
    assert (await visitor.get("/profile")).status_code == 200
    with platform():
        await end_sessions_of(user_id, datetime.now(UTC))
    assert (await visitor.get("/profile")).headers["location"] == "/login?next=%2Fprofile"


@pytest.mark.parametrize(
    "columns",
    [
        {"last_seen_at": datetime.now(UTC) - timedelta(days=31)},
        {"expires_at": datetime.now(UTC) - timedelta(seconds=1)},
    ],
    ids=["idle for too long", "too old"],
)
async def test_a_session_ends_by_itself(
    visitor: httpx.AsyncClient, house: House, columns: dict[str, datetime]
) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    await visitor.post("/login", data=ana(house))
    with platform():
        await Session.update(columns, force=True)
    assert (await visitor.get("/profile")).status_code == 303


async def test_reading_writes_nothing_but_a_rare_last_seen(visitor: httpx.AsyncClient, house: House) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    await visitor.post("/login", data=ana(house))

    async def last_seen() -> datetime:
        with platform():
            row = await Session.select(Session.last_seen_at).first()
        assert row is not None
        return row["last_seen_at"]  # type: ignore[no-any-return]

    before = await last_seen()
    answer = await visitor.get("/profile")
    assert await last_seen() == before
    assert "set-cookie" not in answer.headers
    earlier = before - timedelta(minutes=6)
    with platform():
        await Session.update({Session.last_seen_at: earlier}, force=True)
    await visitor.get("/profile")
    assert await last_seen() > earlier


async def test_the_mail_is_remembered_only_when_asked(visitor: httpx.AsyncClient, house: House) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    await visitor.post("/login", data=ana(house, remember="1"))
    await visitor.post("/logout")
    assert f'value="{mail_of(house, "Ana")}"' in (await visitor.get("/login")).text
    await visitor.post("/login", data=ana(house))
    await visitor.post("/logout")
    assert mail_of(house, "Ana") not in (await visitor.get("/login")).text


@pytest.mark.parametrize(
    "target", ["//evil.test", "https://evil.test", "/\\evil.test", "javascript:x", "/\tx"]
)
async def test_a_login_leads_to_no_other_site(visitor: httpx.AsyncClient, house: House, target: str) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    answer = await visitor.post("/login", data=ana(house, next=target))
    assert answer.headers["location"] == "/home"


async def test_a_login_from_a_new_kind_of_device_is_told_by_mail(
    phone: httpx.AsyncClient, house: House
) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/{} Safari/537.36"

    async def letters_after(agent: str) -> int:
        assert (await phone.post("/login", data=ana(house), headers={"user-agent": agent})).status_code == 200
        with platform():
            return await Job.count().where(Job.kind == "mail")

    assert await letters_after(chrome.format("140.0")) == 0
    assert await letters_after(chrome.format("141.0")) == 0
    assert await letters_after("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko Firefox/140.0") == 1


@pytest.mark.parametrize(
    ("role", "home"),
    [
        (Role.TECHNICIAN, "/field/"),
        (Role.DRIVER, "/field/"),
        (Role.CUSTOMER, "/home"),
        (Role.BILLING_OPERATOR, "/home"),
    ],
)
def test_each_role_has_its_home(role: Role, home: str) -> None:
    assert home_of(role) == home


@pytest.mark.parametrize("role", PEOPLE)
async def test_nobody_is_sent_to_a_page_that_is_not_theirs(
    visitor: httpx.AsyncClient, house: House, role: Role
) -> None:
    await hire(house, "Ana Souza", role)
    answer = await visitor.post("/login", data=ana(house))
    home = answer.headers["location"]
    assert home == "/field/" or (await visitor.get(home)).status_code == 200


async def test_last_login_is_kept(phone: httpx.AsyncClient, house: House) -> None:
    user_id = await hire(house, "Ana Souza", Role.ADMIN)
    await phone.post("/login", data=ana(house))
    with platform():
        row = await User.select(User.last_login_at).where(User.id == user_id).first()
    assert row is not None
    assert datetime.now(UTC) - row["last_login_at"] < timedelta(minutes=1)
