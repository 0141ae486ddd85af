"""Each profile begins with what it came for; one looks at one company, or as another, changing nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from server.accounts.actor import Role
from server.accounts.tables import Company, User, UserCompany
from server.audit.tables import AuditEntry
from server.customers.tables import Customer
from server.database import platform
from server.home.rules import Part, buttons_of, parts_of
from server.service_orders.tables import ServiceOrder
from server.triage.tables import TriageMessage
from tests.desk.counting import counted_queries
from tests.desk.office import Office
from tests.service_orders.world import found_reseller

MOST = 14  # four lists, each found by its index and then joined


def test_who_opens_calls_is_offered_that_first_and_nothing_of_supplies() -> None:
    assert buttons_of(Role.CALL_OPENER)[0].path == "/service-orders/new"
    assert parts_of(Role.CALL_OPENER) == {Part.ORDERS, Part.TRIAGES, Part.VISITS}
    assert Part.SUPPLY_REQUESTS not in parts_of(Role.CALL_OPERATOR)
    assert not parts_of(Role.DRIVER)


async def branch_of(office: Office) -> tuple[UUID, UUID]:
    """A second company, with an order of its own customer: (company, order)."""
    world = office.world
    company = Company(reseller_id=world.reseller_id, name="Filial Ltda", trade_name="Filial", cnpj="1")
    customer_id, order_id = uuid4(), uuid4()
    with platform():
        await company.save()
        await Customer.insert(
            Customer(id=customer_id, reseller_id=world.reseller_id, company_id=company.id, name="Hotel Mar")
        )
        await UserCompany(
            reseller_id=world.reseller_id, user_id=world.ana.user_id, company_id=company.id
        ).save()
        await ServiceOrder.insert(
            ServiceOrder(
                id=order_id,
                reseller_id=world.reseller_id,
                company_id=company.id,
                customer_id=customer_id,
                web_number=900,
                opened_at=datetime.now(UTC),
                due_at=datetime.now(UTC) - timedelta(hours=3),
            )
        )
    return company.id, order_id


async def test_one_company_is_looked_at_everywhere_and_what_is_elsewhere_is_offered(
    office: Office, ana: httpx.AsyncClient
) -> None:
    branch, order_id = await branch_of(office)
    await office.world.open_order()
    await ana.post("/narrowing", data={"to": str(branch), "next": "/visits"})
    home = (await ana.get("/home")).text
    assert "Hotel Mar" in home
    assert "Escola" not in home
    assert "Escola" not in (await ana.get("/service-orders/export.csv")).text
    elsewhere = (await ana.get("/service-orders?customer=Escola")).text
    assert "Ver Ilha" in elsewhere
    await ana.post("/narrowing", data={"to": str(office.world.company_id)})
    hidden = await ana.get(f"/service-orders/{order_id}")
    assert hidden.status_code == 404
    assert "Mostrar todas e tentar de novo" in hidden.text
    assert (await ana.post(f"/service-orders/{order_id}/notes", data={"body": "x"})).status_code == 404
    await ana.post("/narrowing", data={"to": ""})
    assert (await ana.get(f"/service-orders/{order_id}")).status_code == 200


async def test_nobody_looks_at_what_is_not_theirs(
    office: Office, ana: httpx.AsyncClient, carla: httpx.AsyncClient
) -> None:
    others = await found_reseller("outra")
    assert (await ana.post("/narrowing", data={"to": str(others.company_id)})).status_code == 404
    assert (await carla.post("/narrowing", data={"to": str(office.world.company_id)})).status_code == 404
    helena = await office.admin("Helena")
    assert (await helena.post("/narrowing", data={"to": str(others.company_id)})).status_code == 404
    assert (await ana.post("/narrowing", data={"to": "x"})).status_code == 404


async def test_the_desk_sees_what_is_late_and_what_was_answered(
    office: Office, ana: httpx.AsyncClient, carla: httpx.AsyncClient
) -> None:
    await branch_of(office)
    order_id = await office.world.open_order()
    await TriageMessage(
        reseller_id=office.world.reseller_id,
        service_order_id=order_id,
        author_name="Ana",
        author_side="desk",
        body="Qual o código?",
    ).save()
    home = (await ana.get("/home")).text
    assert "<b>1</b> atrasado" in home
    assert "<b>2</b> em abertura" in home
    assert "<b>0</b> aguardando interação" in home
    assert "a revenda perguntou" in (await carla.get("/home")).text
    await carla.post(f"/service-orders/{order_id}/triage-messages", data={"body": "50.4"})
    assert "<b>1</b> aguardando interação" in (await ana.get("/home")).text
    late = (await ana.get("/service-orders?late=1")).text
    assert "900" in late
    assert "Escola" not in late


@pytest.mark.parametrize("address", ["/home", "/monitoring"])
async def test_the_home_asks_the_same_of_one_order_and_of_ten(address: str, office: Office) -> None:
    helena = await office.admin("Helena")

    async def asked() -> int:
        await helena.get(address)
        with counted_queries() as queries:
            assert (await helena.get(address)).status_code == 200
        return len(queries)

    await office.visit()
    few = await asked()
    for _ in range(9):
        await office.visit()
    assert await asked() == few <= MOST


async def test_an_admin_looks_as_a_customer_and_can_change_nothing(office: Office) -> None:
    world = office.world
    helena = await office.admin("Helena")
    async with await office.browser(world.carla):
        pass
    order_id = await world.open_order()
    await helena.post(f"/users/{world.carla.user_id}/viewing")
    page = await helena.get("/home")
    assert "você vê o portal como <strong>Carla</strong>" in page.text
    assert (await helena.get("/users")).status_code == 404
    for address in (f"/service-orders/{order_id}/cancellations", "/profile", "/service-orders"):
        refused = await helena.post(address, data={"reason": "x", "name": "Outra", "description": "x"})
        assert refused.status_code == 403, address
    assert await world.status(order_id) == "A"
    await helena.post("/viewing/end")
    assert (await helena.get("/users")).status_code == 200
    trail = await AuditEntry.select().where(AuditEntry.action.like("viewing.%")).order_by(AuditEntry.at)
    admin = await User.select(User.id).where(User.name == "Helena")
    assert [(line["action"], line["user_id"], line["subject_id"]) for line in trail] == [
        ("viewing.began", admin[0]["id"], world.carla.user_id),
        ("viewing.ended", admin[0]["id"], world.carla.user_id),
    ]


async def test_nobody_but_an_admin_looks_as_others(office: Office, ana: httpx.AsyncClient) -> None:
    others = await found_reseller("outra")
    assert (await ana.post(f"/users/{office.world.carla.user_id}/viewing")).status_code == 404
    helena = await office.admin("Helena")
    assert (await helena.post(f"/users/{others.carla.user_id}/viewing")).status_code == 404
