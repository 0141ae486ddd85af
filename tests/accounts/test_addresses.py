"""An address counts only after its mailbox was opened."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from server.accounts import letters  # noqa: F401 - registers the letters
from server.accounts.actor import Role
from server.accounts.links import Purpose, make_link
from server.accounts.tables import User
from server.database import Database, platform
from server.jobs.tables import Job
from server.mail.letters import COMPOSERS
from tests.accounts.people import PASSWORD, House, hire, mail_of, open_house
from tests.web.portal import client

NEW = "jonas@casa.test"


@pytest.fixture
async def house(database: Database) -> House:
    return await open_house("Copiadora Ilha")


@pytest.fixture
async def jonas(portal: httpx.ASGITransport, house: House) -> AsyncIterator[httpx.AsyncClient]:
    await hire(house, "Jonas Reis", Role.TECHNICIAN)
    async with client(portal) as browser:
        await browser.post("/login", data={"email": mail_of(house, "Jonas"), "password": PASSWORD})
        yield browser


async def row_of(house: House) -> dict[str, Any]:
    with platform():
        row = await User.select().where(User.name == "Jonas Reis").first()
    assert row is not None
    return row


async def token_for(user_id: UUID, house: House, purpose: Purpose, email: str) -> str:
    with platform():
        link = await make_link(user_id, house.reseller_id, purpose, datetime.now(UTC), "", email=email)
    return link.partition("token=")[2]


async def test_the_old_address_stays_until_the_new_ones_link_is_opened_and_is_then_told(
    jonas: httpx.AsyncClient, house: House
) -> None:
    assert (await jonas.post("/profile/email", data={"email": NEW.upper()})).status_code == 303
    user = await row_of(house)
    assert user["email"] == mail_of(house, "Jonas")
    token = await token_for(user["id"], house, Purpose.EMAIL, NEW)
    assert NEW in (await jonas.get("/profile")).text
    assert (await jonas.get(f"/addresses/proof?token={token}")).status_code == 200
    assert (await row_of(house))["email"] == mail_of(house, "Jonas")
    assert "E-mail confirmado" in (await jonas.post("/addresses/proof", data={"token": token})).text
    assert (await row_of(house))["email"] == NEW
    assert (await jonas.post("/addresses/proof", data={"token": token})).status_code == 410
    assert (await jonas.get("/profile")).status_code == 303  # every session ended
    with platform():
        jobs = [row["payload"] for row in await Job.select(Job.payload).where(Job.kind == "mail")]
    assert any('"proof"' in payload and NEW in payload for payload in jobs)
    assert any('"email_changed"' in payload and mail_of(house, "Jonas") in payload for payload in jobs)


async def test_a_link_for_an_address_chooses_no_password(jonas: httpx.AsyncClient, house: House) -> None:
    user = await row_of(house)
    token = await token_for(user["id"], house, Purpose.EMAIL, NEW)
    answer = await jonas.post("/password/choose", data={"token": token, "password": "x" * 20})
    assert answer.status_code == 410


async def test_a_second_address_is_confirmed_and_an_older_link_proves_nothing_of_a_newer_one(
    jonas: httpx.AsyncClient, house: House
) -> None:
    form = {"name": "Jonas Reis", "secondary_email": "jo@casa.test"}
    assert (await jonas.post("/profile", data=form)).status_code == 303
    user = await row_of(house)
    token = await token_for(user["id"], house, Purpose.SECONDARY, "jo@casa.test")
    await jonas.post("/profile", data=form | {"secondary_email": "outro@casa.test"})
    assert (await jonas.post("/addresses/proof", data={"token": token})).status_code == 410
    assert (await row_of(house))["secondary_email_at"] is None
    token = await token_for(user["id"], house, Purpose.SECONDARY, "outro@casa.test")
    assert (await jonas.post("/addresses/proof", data={"token": token})).status_code == 200
    assert (await row_of(house))["secondary_email_at"] is not None
    assert "Confirmado" in (await jonas.get("/profile")).text


async def test_an_admins_change_of_an_address_waits_for_its_owner(
    jonas: httpx.AsyncClient, portal: httpx.ASGITransport, house: House
) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    bia = await hire(house, "Bia Lima", Role.CALL_OPERATOR)
    form = {"name": "Bia", "email": NEW, "role": "call_operator", "company_ids": str(house.company_id)}
    async with client(portal) as ana:
        await ana.post("/login", data={"email": mail_of(house, "Ana"), "password": PASSWORD})
        answer = await ana.post(f"/users/{bia}", data=form)
        assert answer.headers["location"].endswith("?done=awaited")
    with platform():
        row = await User.select(User.email).where(User.id == bia).first()
    assert row == {"email": mail_of(house, "Bia")}


async def test_each_letter_of_the_accounts_can_be_written(jonas: httpx.AsyncClient, house: House) -> None:
    user_id = str((await row_of(house))["id"])
    now = datetime.now(UTC)
    with platform():
        for name, payload, to in (
            ("proof", {"purpose": "email", "email": NEW}, NEW),
            ("proof", {"purpose": "secondary", "email": NEW}, NEW),
            ("email_changed", {"old": "velho@casa.test", "new": NEW}, "velho@casa.test"),
            ("second_factor", {"what": "reset"}, mail_of(house, "Jonas")),
        ):
            letter = await COMPOSERS[name]({"user_id": user_id, **payload}, now)
            assert letter is not None
            assert letter.to == to
            assert letter.link in letter.text + letter.link
