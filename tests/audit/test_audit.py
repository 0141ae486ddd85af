"""The trail tells who did what, with before and after, and nobody of the reseller can change it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from html import unescape

import httpx
import pytest

from server.accounts.actor import Role
from server.audit import queries
from server.audit.actions import append
from server.audit.wording import action_name, facts_of
from server.database import Database, platform
from tests.accounts.people import PASSWORD, House, hire, mail_of, open_house
from tests.desk.counting import counted_queries
from tests.web.portal import client


@pytest.fixture
async def house(database: Database) -> House:
    return await open_house("Copiadora Ilha")


@pytest.fixture
async def ana(portal: httpx.ASGITransport, house: House) -> AsyncIterator[httpx.AsyncClient]:
    await hire(house, "Ana Souza", Role.ADMIN)
    async with client(portal) as browser:
        await browser.post("/login", data={"email": mail_of(house, "Ana"), "password": PASSWORD})
        yield browser


async def test_a_change_of_rights_shows_before_and_after_and_from_where(
    ana: httpx.AsyncClient, house: House
) -> None:
    bia = await hire(house, "Bia Lima", Role.CALL_OPERATOR)
    form = {"name": "Bia Lima", "email": mail_of(house, "Bia"), "company_ids": str(house.company_id)}
    await ana.post(f"/users/{bia}", data=form | {"role": "service_operator"})
    page = (await ana.get("/audit?person=bia&group=user")).text
    assert "Editou uma pessoa" in page
    assert re.search(r"call_operator</td>\s*<td[^>]*>service_operator", page)
    assert "Ana Souza" in page
    assert "127.0.0.1" in page
    assert "Entrou" not in page


async def test_pages_go_by_key_and_ask_the_same_however_much_there_is(
    ana: httpx.AsyncClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await open_house("Outra Revenda", cnpj="99888777000166")
    with platform():
        await append("user.edited", reseller_id=other.reseller_id, address="6.6.6.6")
        for number in range(7):
            await append("user.edited", reseller_id=house.reseller_id, number=number)
    monkeypatch.setattr(queries, "PAGE_SIZE", 3)
    seen: list[str] = []
    counts = set()
    address: str | None = "/audit?group=user"
    while address:
        with counted_queries() as asked:
            page = (await ana.get(address)).text
        counts.add(len(asked))
        seen += re.findall(r"<dt class=\"text-quiet\">number</dt><dd[^>]*>(\d)<", page)
        assert "6.6.6.6" not in page
        found = re.search(r'rel="next" href="([^"]+)"', page)
        address = unescape(found[1]) if found else None
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]
    assert max(counts) <= 12
    today = datetime.now(UTC).date().isoformat()
    assert (await ana.get(f"/audit?since={today}x")).status_code == 422


def test_an_unknown_code_is_shown_as_it_is_and_master_data_reads_as_words() -> None:
    assert action_name("login.accepted") == "Entrou"
    assert action_name("customer.retired") == "Desativou cliente"
    assert action_name("of.tomorrow") == "of.tomorrow"
    facts, changes = facts_of('{"before":{"a":1,"b":true},"after":{"a":2,"b":true},"role":"admin"}')
    assert (facts, changes) == ([("role", "admin")], [("a", "1", "2")])
