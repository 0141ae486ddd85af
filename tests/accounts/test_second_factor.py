"""The second factor: set up with a code, asked for at every login, good once, lost and found again."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pyotp
import pytest

from server.accounts import totp
from server.accounts.actor import Role
from server.accounts.links import Purpose, make_link
from server.accounts.tables import RecoveryCode, SecondFactor, Session, User
from server.audit.tables import AuditEntry
from server.database import Database, platform
from server.settings import DEMO_SECRET
from tests.accounts.people import PASSWORD, House, hire, mail_of, open_house
from tests.web.portal import PROGRAM, client, running_portal, settings_for

NEW = "tartaruga-no-telhado-novo"


@pytest.fixture
async def house(database: Database) -> House:
    return await open_house("Copiadora Ilha")


@pytest.fixture
async def ana(portal: httpx.ASGITransport, house: House) -> AsyncIterator[httpx.AsyncClient]:
    await hire(house, "Ana Souza", Role.ADMIN)
    async with client(portal) as browser:
        await enter(browser, house)
        yield browser


async def enter(browser: httpx.AsyncClient, house: House, name: str = "Ana") -> httpx.Response:
    return await browser.post("/login", data={"email": mail_of(house, name), "password": PASSWORD})


async def set_up(browser: httpx.AsyncClient) -> tuple[pyotp.TOTP, list[str]]:
    """The authenticator that was told the secret, and the recovery codes."""
    page = (await browser.get("/profile/second-factor")).text
    found = re.search(r'<code class="font-mono wrap-anywhere">([A-Z2-7 ]+)</code>', page)
    assert found is not None
    authenticator = pyotp.TOTP(found[1].replace(" ", ""))
    # The code before, so that the current one is still unused.
    code = authenticator.at(datetime.now(UTC) - timedelta(seconds=30))
    shown = await browser.post("/profile/second-factor", data={"code": code})
    assert shown.status_code == 200
    return authenticator, re.findall(r"<li>(\w{4}-\w{4}-\w{4})</li>", shown.text)


async def audited() -> list[str]:
    with platform():
        return [row["action"] for row in await AuditEntry.select(AuditEntry.action)]


async def test_a_login_needs_the_code_and_a_code_is_good_once(
    ana: httpx.AsyncClient, portal: httpx.ASGITransport, house: House
) -> None:
    authenticator, codes = await set_up(ana)
    assert len(codes) == 10
    async with client(portal) as browser:
        answer = await enter(browser, house)
        assert answer.headers["location"].startswith("/login/code")
        assert (await browser.get("/users")).headers["location"].startswith("/login?")
        assert (await browser.post("/login/code", data={"code": "000000"})).status_code == 422
        code = authenticator.now()
        answer = await browser.post("/login/code", data={"code": code, "next": "/users"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/users")
        assert (await browser.get("/users")).status_code == 200
    async with client(portal) as thief:
        await enter(thief, house)
        assert (await thief.post("/login/code", data={"code": code})).status_code == 422
    assert {"second_factor.confirmed", "login.code_refused"} <= set(await audited())


async def test_guessing_codes_is_limited(
    ana: httpx.AsyncClient, portal: httpx.ASGITransport, house: House
) -> None:
    authenticator, _ = await set_up(ana)
    async with client(portal) as thief:
        await enter(thief, house)
        for _ in range(6):
            assert (await thief.post("/login/code", data={"code": "123456"})).status_code == 422
        assert (await thief.post("/login/code", data={"code": authenticator.now()})).status_code == 429


async def test_a_recovery_code_serves_once_and_is_kept_as_a_hash(
    ana: httpx.AsyncClient, portal: httpx.ASGITransport, house: House
) -> None:
    _, codes = await set_up(ana)
    async with client(portal) as browser:
        await enter(browser, house)
        typed = codes[0].upper().replace("-", " ")
        assert (await browser.post("/login/code", data={"code": typed})).status_code == 303
    async with client(portal) as browser:
        await enter(browser, house)
        assert (await browser.post("/login/code", data={"code": codes[0]})).status_code == 422
    with platform():
        kept = [row["code_hash"] for row in await RecoveryCode.select(RecoveryCode.code_hash)]
        secrets = await SecondFactor.select(SecondFactor.secret)
    assert not any(code in kept for code in codes)
    assert totp.unseal(secrets[0]["secret"], "another secret of the portal") is None


async def test_a_reset_by_mail_does_not_go_around_the_code(
    ana: httpx.AsyncClient, portal: httpx.ASGITransport, house: House
) -> None:
    await set_up(ana)
    with platform():
        me = await User.select(User.id).where(User.email == mail_of(house, "Ana")).first()
        assert me is not None
        link = await make_link(me["id"], house.reseller_id, Purpose.RESET, datetime.now(UTC), "")
    async with client(portal) as thief:
        token = link.partition("token=")[2]
        answer = await thief.post("/password/choose", data={"token": token, "password": NEW})
        assert answer.headers["location"].startswith("/login/code")
        assert (await thief.get("/profile")).headers["location"].startswith("/login?")


async def test_the_phone_logs_in_with_password_and_code_together(
    portal: httpx.ASGITransport, house: House
) -> None:
    await hire(house, "Jonas Reis", Role.TECHNICIAN)
    login = {"email": mail_of(house, "Jonas"), "password": PASSWORD}
    async with client(portal) as browser:
        await browser.post("/login", data=login)
        authenticator, _ = await set_up(browser)
    async with client(portal, PROGRAM) as phone:
        answer = await phone.post("/login", data=login)
        assert (answer.status_code, answer.json()["code"]) == (401, "second_factor_required")
        answer = await phone.post("/login", data=login | {"code": "999999"})
        assert (answer.status_code, answer.json()["code"]) == (401, "wrong_code")
        answer = await phone.post("/login", data=login | {"code": authenticator.now()})
        assert (answer.status_code, answer.json()["user"]["name"]) == (200, "Jonas Reis")


async def test_another_admin_resets_it_with_their_password_and_nobody_their_own(
    ana: httpx.AsyncClient, portal: httpx.ASGITransport, house: House
) -> None:
    bia = await hire(house, "Bia Lima", Role.ADMIN)
    async with client(portal) as browser:
        await enter(browser, house, "Bia")
        await set_up(browser)
        await _let_password_age()
        address = f"/users/{bia}/second-factor/reset"
        assert (await browser.post(address, data={"password": PASSWORD})).status_code == 409
        assert (await ana.post(address, data={})).status_code == 422
        assert (await ana.post(address, data={"password": "errada"})).status_code == 422
        assert (await ana.post(address, data={"password": PASSWORD})).status_code == 303
        assert (await browser.get("/profile")).status_code == 303
        assert (await enter(browser, house, "Bia")).headers["location"] == "/home"
    assert "second_factor.reset" in await audited()


async def test_where_it_is_required_nothing_opens_before_it_and_the_sync_stays_open(
    house: House, tmp_path: Path
) -> None:
    settings = settings_for(tmp_path, two_factor_required="admin,technician")
    await hire(house, "Ana Souza", Role.ADMIN)
    await hire(house, "Jonas Reis", Role.TECHNICIAN)
    async with running_portal(settings) as transport:
        async with client(transport) as browser:
            await enter(browser, house)
            for address in ("/users", "/service-orders", "/profile"):
                answer = await browser.get(address)
                assert answer.headers["location"] == "/profile/second-factor"
            await set_up(browser)
            assert (await browser.get("/users")).status_code == 200
            removal = await browser.post("/profile/second-factor/removal")
            assert (removal.status_code, "só entra com" in removal.text) == (409, True)
        async with client(transport, PROGRAM) as phone:
            await enter(phone, house, "Jonas")
            assert (await phone.get("/session")).status_code == 200
            assert (await phone.post("/sync/v1/rescue", content=b"x")).status_code != 428
            assert (await phone.get("/profile")).status_code == 428


async def _let_password_age() -> None:
    with platform():
        await Session.update({Session.password_at: datetime.now(UTC) - timedelta(minutes=16)}).where(
            Session.password_at.is_not_null()
        )


async def test_an_open_browser_is_not_enough_to_change_a_role_or_an_address(
    ana: httpx.AsyncClient, house: House
) -> None:
    bia = await hire(house, "Bia Lima", Role.CALL_OPERATOR)
    await _let_password_age()
    form = {
        "name": "Bia Lima",
        "email": mail_of(house, "Bia"),
        "role": "admin",
        "company_ids": str(house.company_id),
    }
    page = await ana.post(f"/users/{bia}", data=form)
    assert (page.status_code, "digite de novo a sua senha" in page.text) == (422, True)
    assert (await _role_of(bia)) == "call_operator"
    page = await ana.post("/profile/email", data={"email": "nova@casa.test"})
    assert page.status_code == 422
    assert (await ana.post(f"/users/{bia}", data=form | {"password": PASSWORD})).status_code == 303
    assert (await _role_of(bia)) == "admin"
    # Fresh again, for a quarter of an hour.
    assert (await ana.post("/profile/email", data={"email": "nova@casa.test"})).status_code == 303


async def _role_of(user_id: UUID) -> str:
    with platform():
        row = await User.select(User.role).where(User.id == user_id).first()
    assert row is not None
    return str(row["role"])


def test_a_code_is_good_for_its_half_minute_and_one_on_either_side() -> None:
    secret, now = totp.new_secret(), datetime(2026, 3, 2, 8, 0, 10, tzinfo=UTC)
    code = pyotp.TOTP(secret).at(now)
    step = totp.matching_step(secret, code, now, 0)
    assert step is not None
    for seconds, is_good in ((-70, False), (-30, True), (30, True), (70, False)):
        found = totp.matching_step(secret, code, now + timedelta(seconds=seconds), 0)
        assert (found == step) is is_good
    assert totp.matching_step(secret, code, now, step) is None
    assert totp.matching_step(secret, "12345", now, 0) is None
    assert totp.unseal(totp.seal(secret, DEMO_SECRET), DEMO_SECRET) == secret
