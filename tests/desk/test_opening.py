"""Carla of the school opens calls: found at once, sent once, with nothing that she typed ever lost."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from server.accounts.actor import Role
from server.accounts.passwords import hash_password
from server.accounts.tables import User, UserCustomer
from server.attachments.actions import LOOSE_FOR, sweep_loose
from server.attachments.tables import Attachment
from server.bridge.tables import IluxMessage
from server.customers.tables import Contract
from server.database import platform
from server.equipment.tables import Defect, Equipment
from server.service_orders.tables import ServiceOrder
from server.web.stores import object_store
from tests.accounts.people import PASSWORD
from tests.desk.office import Office, picture
from tests.web.portal import client

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


async def orders() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await ServiceOrder.select().order_by(ServiceOrder.web_number)
    return found


def form_for(office: Office, **more: str) -> dict[str, str]:
    return {
        "equipment_id": str(office.world.equipment_id),
        "order_id": str(uuid4()),
        "description": "Não puxa papel",
        **more,
    }


async def upload(browser: httpx.AsyncClient, content: bytes, name: str = "foto.jpg") -> httpx.Response:
    return await browser.post("/attachments", files={"files": (name, content)})


async def attach(browser: httpx.AsyncClient, content: bytes) -> str:
    answer = await upload(browser, content)
    found = re.search(r'data-attached="([^"]+)"', answer.text)
    assert answer.status_code == 201  # by which the page knows that it was kept
    assert found
    return found[1]


async def test_a_machine_is_found_by_any_words_without_accents(
    office: Office, carla: httpx.AsyncClient
) -> None:
    await Equipment.update(
        {
            Equipment.department: "RECEPÇÃO",
            Equipment.install_location: "2º andar",
            Equipment.asset_tag: "P-77",
        }
    ).where(Equipment.id == office.world.equipment_id)
    for words in ("recepcao 8080", "RecepÇão", "p-77", "brb12", "2º andar"):
        page = await carla.get("/service-orders/new", params={"q": words}, headers={"hx-request": "true"})
        assert "série BRB1234" in page.text, words
        assert "<html" not in page.text
    elsewhere = await carla.get("/service-orders/new", params={"tab": "without_contract"})
    assert "BRB1234" not in elsewhere.text
    assert "BRB1234" not in (await carla.get("/service-orders/new", params={"q": "recepcao 9090"})).text


async def test_a_call_is_opened_with_its_pictures_and_told_to_ilux(
    office: Office, carla: httpx.AsyncClient
) -> None:
    with platform():
        await User(
            reseller_id=office.world.reseller_id, email="ilux@ilha.test", name="ILUX", role=Role.BRIDGE
        ).save()
    attachment_id = await attach(carla, picture())
    sent = form_for(office, attachment_id=attachment_id, requester_phone="48 9999")
    answer = await carla.post("/service-orders", data=sent, files={"files": ("nota.pdf", PDF)})
    order_id = sent["order_id"]
    assert answer.headers["location"] == f"/service-orders/{order_id}?opened=1"
    (order,) = await orders()
    assert (order["status"], order["contract_number"], order["requester_phone"]) == ("A", "C-8", "48 9999")
    message = await IluxMessage.select(IluxMessage.write, IluxMessage.data).where(
        IluxMessage.row_id == UUID(order_id)
    )
    assert [line["write"] for line in message] == ["opened"]
    assert msgspec.json.decode(message[0]["data"])["description"] == "Não puxa papel"
    page = await carla.get(f"/service-orders/{order_id}?tab=attachments")
    assert "foto.jpg" in page.text
    assert "nota.pdf" in page.text
    shown = await carla.get(f"/attachments/{attachment_id}?size=small")
    assert shown.headers["content-type"] == "image/jpeg"


async def test_a_form_that_is_sent_twice_at_once_opens_one_order(
    office: Office, carla: httpx.AsyncClient
) -> None:
    sent = form_for(office)
    answers = await asyncio.gather(*(carla.post("/service-orders", data=sent) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {303}
    assert len(await orders()) == 1


async def test_the_form_comes_back_with_what_was_typed_and_what_was_attached(
    office: Office, carla: httpx.AsyncClient
) -> None:
    attachment_id = await attach(carla, picture())
    sent = form_for(office, description=" ", requester_name="Rosa", attachment_id=attachment_id)
    answer = await carla.post("/service-orders", data=sent, files={"files": ("virus.jpg", b"MZ" * 50)})
    assert answer.status_code == 422
    for kept in (
        "Conte o que está acontecendo",
        'value="Rosa"',
        attachment_id,
        sent["order_id"],
        "virus.jpg",
    ):
        assert kept in answer.text
    assert await orders() == []


async def test_an_open_call_of_the_machine_is_told_before_a_second_one(
    office: Office, carla: httpx.AsyncClient
) -> None:
    await office.world.open_order()
    form = await carla.get(f"/equipment/{office.world.equipment_id}/service-orders/new")
    assert "Abrir mesmo assim" in form.text
    assert "chamado 1 aberto" in (await carla.get("/service-orders/new")).text


async def test_customers_choose_among_the_listed_defects_alone(
    office: Office, carla: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    reseller_id = office.world.reseller_id
    listed = Defect(reseller_id=reseller_id, code="1", name="Atola papel", is_listed_with_contract=True)
    hidden = Defect(reseller_id=reseller_id, code="2", name="Retirada", is_listed_for_contracts=True)
    for defect in (listed, hidden):
        await defect.save()
    address = f"/equipment/{office.world.equipment_id}/service-orders/new"
    page = (await carla.get(address)).text
    assert "Atola papel" in page
    assert "Retirada" not in page
    assert "Retirada" in (await ana.get(address)).text
    refused = await carla.post("/service-orders", data=form_for(office, defect_id=str(hidden.id)))
    assert refused.status_code == 422
    helena = await office.admin("Helena")
    shown = {"tab": "with_contract", "shown": [str(listed.id), str(hidden.id)], "listed": [str(hidden.id)]}
    await helena.post("/defects", data=shown)
    await helena.post("/opening-status", data={"status": "P"})
    accepted = await carla.post("/service-orders", data=form_for(office, defect_id=str(hidden.id)))
    assert accepted.status_code == 303
    assert [(order["status"], order["defect"]) for order in await orders()] == [("P", "Retirada")]
    assert (await helena.post("/opening-status", data={"status": "O"})).status_code == 422


async def test_what_was_typed_survives_a_session_that_ended(office: Office) -> None:
    world = office.world
    with platform():
        rosa = await hire_customer(office, "Rosa Lima")
    async with client(office.transport) as browser:
        answer = await browser.post("/service-orders", data=form_for(office, description="Texto <longo>"))
        assert answer.status_code == 401
        kept = re.search(r'name="kept" value="([^"]+)"', answer.text)
        assert kept
        assert await orders() == []
        login = {"email": rosa, "password": PASSWORD, "kept": kept[1].replace("&amp;", "&")}
        entered = await browser.post("/login", data={**login, "kept_path": "/service-orders"})
        assert "Texto &lt;longo&gt;" in entered.text
        fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', entered.text))
        fields["description"] = fields["description"].replace("&lt;", "<").replace("&gt;", ">")
        assert (await browser.post("/service-orders", data=fields)).status_code == 303
    (order,) = await orders()
    assert (order["description"], order["customer_id"]) == ("Texto <longo>", world.customer_id)


async def test_nothing_typed_is_carried_to_another_site(office: Office) -> None:
    async with client(office.transport) as browser:
        login = {"email": "x@y.z", "password": "x", "kept": "a=b", "kept_path": "https://evil.example/"}
        assert "evil.example" not in (await browser.post("/login", data=login)).text


async def test_a_loose_file_is_its_uploaders_alone_and_swept_after_some_days(
    office: Office, carla: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    attachment_id = await attach(carla, picture())
    assert (await ana.get(f"/attachments/{attachment_id}")).status_code == 404
    await ana.post("/service-orders", data=form_for(office, attachment_id=attachment_id))
    assert await Attachment.count().where(Attachment.service_order_id.is_not_null()) == 0
    store = object_store(office.settings)
    later = datetime.now(UTC) + LOOSE_FOR + timedelta(minutes=1)
    assert await sweep_loose(store, datetime.now(UTC)) == 0
    assert await sweep_loose(store, later) == 1
    with pytest.raises(FileNotFoundError):
        await store.get_async(f"attachments/{office.world.reseller_id}/{attachment_id}")


async def test_a_whole_contract_and_an_earlier_call_can_be_what_it_is_about(
    office: Office, carla: httpx.AsyncClient
) -> None:
    earlier = await office.world.open_order()
    contract_id = str((await orders())[0]["contract_id"])
    assert "C-8" in (await carla.get("/service-orders/new?tab=contracts&q=c-8")).text
    await carla.post("/service-orders", data={"contract_id": contract_id, "description": "Treinamento"})
    await carla.post("/service-orders", data={"return_of_id": str(earlier), "description": "De novo"})
    _, whole, again = await orders()
    assert (whole["equipment_id"], whole["contract_number"]) == (None, "C-8")
    assert (again["return_of_id"], again["equipment_id"]) == (earlier, office.world.equipment_id)


async def test_the_return_of_a_call_whose_contract_has_ended_is_opened_without_one(
    office: Office, carla: httpx.AsyncClient
) -> None:
    contract = await Contract.select(Contract.id).first()
    assert contract
    about = {"contract_id": str(contract["id"]), "description": "Configurar a rede"}
    await carla.post("/service-orders", data=about)
    await Contract.update({Contract.is_active: False}).where(Contract.id == contract["id"])
    (earlier,) = await orders()
    assert (await carla.get(f"/service-orders/{earlier['id']}/return/new")).status_code == 200
    again = {"return_of_id": str(earlier["id"]), "description": "De novo"}
    assert (await carla.post("/service-orders", data=again)).status_code == 303
    opened = (await orders())[1]
    assert (opened["return_of_id"], opened["contract_id"]) == (earlier["id"], None)
    assert opened["contract_kind"] == "none"


async def test_a_sticker_leads_to_the_form_of_its_machine(office: Office, carla: httpx.AsyncClient) -> None:
    address = f"/equipment/{office.world.equipment_id}"
    page = await carla.get(f"{address}/sticker")
    assert f"http://portal.test{address}/service-orders/new" in page.text
    assert "<svg" in page.text
    async with client(office.transport) as stranger:
        answer = await stranger.get(f"{address}/service-orders/new")
    assert answer.headers["location"].startswith("/login?next=%2Fequipment%2F")


async def hire_customer(office: Office, name: str) -> str:
    """Somebody of the school with a password; their address."""

    user = User(
        reseller_id=office.world.reseller_id,
        email=f"{name.split()[0].lower()}@escola.test",
        name=name,
        role=Role.CUSTOMER,
        password_hash=await hash_password(PASSWORD),
    )
    await user.save()
    await UserCustomer(
        reseller_id=office.world.reseller_id, user_id=user.id, customer_id=office.world.customer_id
    ).save()
    return user.email
