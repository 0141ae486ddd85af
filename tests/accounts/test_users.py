"""An admin invites, edits and deactivates people of their own reseller; rights change at once."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from typing import Any
from uuid import UUID

import httpx
import pytest

from offline_sync.ids import uuid7
from server.accounts import user_queries
from server.accounts.actor import Role
from server.accounts.rights import Choices, Rights, faults, tidy
from server.accounts.tables import User, UserCompany
from server.audit.tables import AuditEntry
from server.customers.names import search_name
from server.customers.tables import Customer
from server.database import Database, platform
from server.service_orders.tables import Technician
from tests.accounts.people import PASSWORD, House, hire, mail_of, open_house
from tests.web.portal import client


@pytest.fixture
async def house(database: Database) -> House:
    return await open_house("Copiadora Ilha")


@pytest.fixture
async def ana(portal: httpx.ASGITransport, house: House) -> AsyncIterator[httpx.AsyncClient]:
    """The admin, logged in."""
    await hire(house, "Ana Souza", Role.ADMIN)
    async with client(portal) as browser:
        await enter(browser, house, "Ana")
        yield browser


async def enter(browser: httpx.AsyncClient, house: House, name: str) -> httpx.Response:
    return await browser.post("/login", data={"email": mail_of(house, name), "password": PASSWORD})


def form(house: House, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Bia Lima",
        "email": "bia@copiadorailha.test",
        "role": "call_operator",
        "company_ids": [str(house.company_id)],
    } | changes


async def user_row(user_id: UUID) -> dict[str, Any]:
    with platform():
        row = await User.select().where(User.id == user_id).first()
    assert row is not None
    return row


async def actions() -> list[str]:
    with platform():
        return [row["action"] for row in await AuditEntry.select(AuditEntry.action)]


async def test_ana_sees_her_people_and_nobody_elses(ana: httpx.AsyncClient, house: House) -> None:
    await hire(house, "Jonas Reis", Role.TECHNICIAN)
    other = await open_house("Outra Revenda", cnpj="99888777000166")
    zeca = await hire(other, "Zeca Alheio", Role.ADMIN)
    page = await ana.get("/users")
    assert "Jonas Reis" in page.text
    assert "Zeca Alheio" not in page.text
    assert (await ana.get(f"/users/{zeca}")).status_code == 404
    for action in ("", "/link", "/deactivation", "/reactivation", "/sessions/revocation"):
        assert (await ana.post(f"/users/{zeca}{action}", data=form(house))).status_code == 404
    assert (await user_row(zeca))["is_active"]


async def test_the_list_is_searched_filtered_and_sorted(ana: httpx.AsyncClient, house: House) -> None:
    await hire(house, "Jonas Reis", Role.TECHNICIAN)
    await hire(house, "Carla Dias", Role.TECHNICIAN, is_active=False)
    found = (await ana.get("/users?q=JON")).text
    assert "Jonas Reis" in found
    assert "ana@" not in found.partition("<tbody>")[2]
    assert "Carla Dias" not in (await ana.get("/users?role=technician")).text
    assert "Carla Dias" in (await ana.get("/users?role=technician&activity=inactive")).text
    names = (await ana.get("/users?activity=all&sort=-name")).text.partition("<tbody>")[2]
    assert names.index("Jonas") < names.index("Carla") < names.index("Ana Souza")
    for operator, count in (("begins", 1), ("ends", 0), ("is", 0), ("lacks", 1)):
        page = (await ana.get(f"/users?q=Jonas&column=name&operator={operator}")).text
        assert page.count("<tr data-row") == count
    assert "Ninguém corresponde" in (await ana.get("/users?q=xyz&page=7&sort=nonsense&role=king")).text


async def test_pages_are_reached_by_key_in_every_order(
    ana: httpx.AsyncClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(user_queries, "PAGE_SIZE", 2)
    for name in ("Bia Lima", "Caio Sá", "Davi Reis", "Eva Luz"):
        await hire(house, name, Role.CALL_OPERATOR)
    for sort in ("name", "-name", "email", "role", "last_login_at", "-last_login_at"):
        seen: list[str] = []
        address: str | None = f"/users?sort={sort}"
        while address:
            page = (await ana.get(address)).text
            seen += re.findall(r'class="key" href="/users/([0-9a-f-]+)"', page)
            found = re.search(r'href="(/users[^"]+)">Próxima', page)
            address = unescape(found[1]) if found else None
        assert len(seen) == len(set(seen)) == 5, sort
    assert (await ana.get("/users?after=nonsense")).status_code == 422


async def test_customers_are_found_while_one_types_and_without_script(
    ana: httpx.AsyncClient, house: House
) -> None:
    customer_id = uuid7()
    with platform():
        await Customer.insert(
            Customer(
                id=customer_id,
                reseller_id=house.reseller_id,
                company_id=house.company_id,
                name="Padaria Áurea Ltda.",
                trade_name="Áurea",
                search_name=search_name("Padaria Áurea Ltda.", "Áurea", ""),
            )
        )
    assert str(customer_id) not in (await ana.get("/users/new")).text
    assert str(customer_id) in (await ana.get("/users/customers?customer=aure")).text
    page = await ana.post("/users", data=form(house, role="customer", customer="AUREA", find="1"))
    assert (page.status_code, str(customer_id) in page.text) == (200, True)
    answer = await ana.post("/users", data=form(house, role="customer", customer_ids=str(customer_id)))
    assert answer.status_code == 303
    page = await ana.get(answer.headers["location"])
    assert f'value="{customer_id}" checked' in page.text


async def test_another_role_ends_the_sessions_and_holds_at_the_next_login(
    ana: httpx.AsyncClient, portal: httpx.ASGITransport, house: House
) -> None:
    bia = await hire(house, "Bia Lima", Role.SERVICE_OPERATOR)
    async with client(portal) as browser:
        await enter(browser, house, "Bia")
        assert (await browser.get("/profile")).status_code == 200
        answer = await ana.post(f"/users/{bia}", data=form(house, role="logistics_operator"))
        assert answer.status_code == 303
        assert (await browser.get("/profile")).status_code == 303
    assert (await user_row(bia))["role"] == "logistics_operator"
    assert "user.edited" in await actions()


async def test_deactivating_ends_the_sessions_and_reactivating_does_not_bring_them_back(
    ana: httpx.AsyncClient, portal: httpx.ASGITransport, house: House
) -> None:
    bia = await hire(house, "Bia Lima", Role.SERVICE_OPERATOR)
    async with client(portal) as browser:
        await enter(browser, house, "Bia")
        await ana.post(f"/users/{bia}/deactivation")
        assert (await browser.get("/profile")).status_code == 303
        assert (await enter(browser, house, "Bia")).status_code == 401
        await ana.post(f"/users/{bia}/reactivation")
        assert (await browser.get("/profile")).status_code == 303
        assert (await enter(browser, house, "Bia")).status_code == 303
    assert {"user.deactivated", "user.reactivated"} <= set(await actions())


async def test_the_last_admin_stays_admin(ana: httpx.AsyncClient, house: House) -> None:
    with platform():
        me = await User.select(User.id).where(User.email == mail_of(house, "Ana")).first()
    assert me is not None
    page = await ana.post(f"/users/{me['id']}/deactivation")
    assert page.status_code == 409
    page = await ana.post(f"/users/{me['id']}", data=form(house, name="Ana", email=mail_of(house, "Ana")))
    assert page.status_code == 409
    assert "ao menos um administrador" in page.text
    assert (await user_row(me["id"]))["role"] == "admin"


async def test_a_mail_is_one_persons_on_the_whole_portal(ana: httpx.AsyncClient, house: House) -> None:
    other = await open_house("Outra Revenda", cnpj="99888777000166")
    await hire(other, "Zeca Alheio", Role.ADMIN)
    page = await ana.post("/users", data=form(house, email=mail_of(other, "Zeca").upper()))
    assert page.status_code == 409
    assert "Já existe uma pessoa" in page.text
    assert 'value="Bia Lima"' in page.text  # what was typed is not lost


async def test_wrong_input_comes_back_with_every_fault_and_saves_nothing(
    ana: httpx.AsyncClient, house: House
) -> None:
    page = await ana.post("/users", data={"name": " ", "email": "bia", "role": "king", "company_ids": "x"})
    assert page.status_code == 422
    assert page.text.count('class="field-error"') == 3
    with platform():
        assert await User.count() == 1


async def test_another_resellers_company_or_technician_cannot_be_given(
    ana: httpx.AsyncClient, house: House
) -> None:
    other = await open_house("Outra Revenda", cnpj="99888777000166")
    technician = uuid7()
    with platform():
        await Technician.insert(
            Technician(id=technician, reseller_id=other.reseller_id, company_id=other.company_id, name="Davi")
        )
    page = await ana.post("/users", data=form(house, company_ids=str(other.company_id)))
    assert (page.status_code, "Escolha empresas da revenda" in page.text) == (422, True)
    page = await ana.post("/users", data=form(house, role="technician", technician_id=str(technician)))
    assert (page.status_code, "Escolha o técnico" in page.text) == (422, True)


async def test_only_the_admin_comes_here_and_others_tries_are_kept(
    portal: httpx.ASGITransport, house: House
) -> None:
    await hire(house, "Bia Lima", Role.SERVICE_OPERATOR)
    async with client(portal) as browser:
        await enter(browser, house, "Bia")
        assert (await browser.get("/users")).status_code == 404
        assert (await browser.post("/users", data=form(house))).status_code == 404
    assert (await actions()).count("admin.denied") == 2


async def test_companies_are_written_as_chosen(ana: httpx.AsyncClient, house: House) -> None:
    answer = await ana.post("/users", data=form(house, mails=["contact", "nonsense"]))
    user_id = UUID(answer.headers["location"].split("/")[2].split("?")[0])
    with platform():
        companies = await UserCompany.select(UserCompany.company_id).where(UserCompany.user_id == user_id)
    assert [row["company_id"] for row in companies] == [house.company_id]
    assert (await user_row(user_id))["mails"] == '["contact"]'
    page = await ana.get(answer.headers["location"])
    assert "Convite enviado" in page.text


CHOICES = Choices(
    {UUID(int=1): "Matriz"}, {UUID(int=2): "Cliente"}, {UUID(int=3): "Jonas"}, {UUID(int=4): "Rápida"}
)


@pytest.mark.parametrize(
    ("rights", "field"),
    [
        (Rights("Jo", "jo@x.test", Role.TECHNICIAN, frozenset({UUID(int=1)})), "technician_id"),
        (Rights("Jo", "jo@x.test", Role.DRIVER), "carrier_id"),
        (Rights("Jo", "jo@x.test", Role.CUSTOMER), "customer_ids"),
        (Rights("Jo", "jo@x.test", Role.SERVICE_OPERATOR), "company_ids"),
        (Rights("Jo", "jo at x.test", Role.ADMIN), "email"),
    ],
)
def test_each_role_needs_its_own_reach(rights: Rights, field: str) -> None:
    assert set(faults(tidy(rights), CHOICES)) == {field}


def test_a_former_technician_keeps_nothing_of_a_technicians() -> None:
    rights = Rights(
        " Jo  Reis ",
        " Jo@X.test",
        Role.CALL_OPERATOR,
        frozenset({UUID(int=1)}),
        frozenset({UUID(int=2)}),
        technician_id=UUID(int=3),
        can_open_orders=True,
    )
    tidied = tidy(rights)
    assert (tidied.name, tidied.email) == ("Jo Reis", "jo@x.test")
    assert (tidied.technician_id, tidied.can_open_orders, tidied.customer_ids) == (None, False, frozenset())
    assert faults(tidied, CHOICES) == {}
