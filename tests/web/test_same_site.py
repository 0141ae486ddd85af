"""Unsafe requests are believed when the browser says they are ours, or when no cookie could come along."""

from __future__ import annotations

import httpx
import pytest

from server.accounts.actor import Role
from server.web.same_site import is_same_site
from tests.accounts.people import PASSWORD, hire, mail_of, open_house
from tests.web.portal import ORIGIN, client

OURS = ORIGIN.encode()


@pytest.mark.parametrize(
    ("headers", "is_allowed"),
    [
        ({b"sec-fetch-site": b"same-origin"}, True),
        ({b"sec-fetch-site": b"none"}, True),
        ({b"sec-fetch-site": b"cross-site", b"origin": OURS}, False),
        ({b"sec-fetch-site": b"same-site"}, False),
        ({b"origin": OURS}, True),
        ({b"origin": b"https://evil.test"}, False),
        ({b"origin": b"null"}, False),
        ({b"origin": OURS + b".evil.test"}, False),
        ({}, False),
        ({b"cookie": b"session=x"}, False),
        ({b"authorization": b"Bearer x"}, True),
        ({b"authorization": b"Bearer x", b"cookie": b"session=x"}, False),
    ],
)
def test_what_a_browser_says_of_itself_decides(headers: dict[bytes, bytes], is_allowed: bool) -> None:
    assert is_same_site(headers, OURS) is is_allowed


@pytest.mark.parametrize(
    ("headers", "is_allowed"),
    [
        ({}, True),
        ({b"cookie": b"session=x"}, False),
        ({b"origin": b"https://evil.test"}, False),
        ({b"sec-fetch-site": b"cross-site"}, False),
    ],
)
def test_a_program_without_a_login_may_hear_that_it_needs_one(
    headers: dict[bytes, bytes], is_allowed: bool
) -> None:
    assert is_same_site(headers, OURS, is_program=True) is is_allowed


async def test_a_push_without_a_login_is_asked_to_log_in(portal: httpx.ASGITransport) -> None:
    async with client(portal, {}) as program:
        answer = await program.post("/sync/v1/push", content=b"{}")
        assert (answer.status_code, answer.json()["code"]) == (401, "login_required")


async def test_another_sites_form_changes_nothing(portal: httpx.ASGITransport) -> None:
    house = await open_house("Copiadora Ilha")
    await hire(house, "Ana Souza", Role.ADMIN)
    async with client(portal) as ana:
        await ana.post("/login", data={"email": mail_of(house, "Ana"), "password": PASSWORD})
        forged = {"sec-fetch-site": "cross-site", "origin": "https://evil.test"}
        answer = await ana.post("/profile", data={"name": "Vítima"}, headers=forged)
        assert answer.status_code == 403
        assert 'value="Ana Souza"' in (await ana.get("/profile")).text
        assert (await ana.post("/logout", headers=forged)).status_code == 403
        assert (await ana.get("/profile")).status_code == 200


async def test_a_bearer_needs_no_origin(portal: httpx.ASGITransport) -> None:
    house = await open_house("Copiadora Ilha")
    await hire(house, "Ana Souza", Role.ADMIN)
    async with client(portal) as ana:
        await ana.post("/login", data={"email": mail_of(house, "Ana"), "password": PASSWORD})
        token = ana.cookies["session"]
    headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
    async with client(portal, headers) as program:
        assert (await program.post("/logout")).status_code == 204
        assert (await program.get("/session")).status_code == 401
