"""Ana asks, Carla answers, before anybody drives to the school."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec

from server.database import tenant
from server.notifications.tables import NotificationEvent
from server.service_orders import actions
from server.service_orders.actions import NewOrder
from server.service_orders.tables import ServiceOrder
from server.triage.tables import TriageMessage
from tests.desk.office import Office, picture
from tests.service_orders.world import NOW


async def carlas_call(office: Office) -> str:
    world = office.world
    wanted = NewOrder(world.customer_id, "Não imprime", world.equipment_id)
    with tenant(world.reseller_id):
        return str(await actions.open_order(world.carla, wanted, now=NOW))


async def say(browser: httpx.AsyncClient, order_id: str, body: str, **more: Any) -> httpx.Response:
    sent = {"body": body, "message_id": str(uuid4()), **more}
    return await browser.post(f"/service-orders/{order_id}/triage-messages", data=sent)


async def told() -> list[tuple[str, UUID | None, str]]:
    rows = (
        await NotificationEvent.select()
        .where(NotificationEvent.kind.like("triage%"))
        .order_by(NotificationEvent.created_at)
    )
    return [(row["kind"], row["user_id"], msgspec.json.decode(row["facts"])["text"]) for row in rows]


async def test_both_sides_speak_with_files_and_each_is_told_of_the_other(
    office: Office, ana: httpx.AsyncClient, carla: httpx.AsyncClient
) -> None:
    order_id = await carlas_call(office)
    await say(ana, order_id, "Qual o código no visor?")
    page = (await carla.get(f"/service-orders/{order_id}")).text
    assert "A revenda perguntou algo" in page
    sent = {"message_id": str(uuid4())}
    files = {"files": ("visor.jpg", picture())}
    await carla.post(f"/service-orders/{order_id}/triage-messages", data=sent, files=files)
    triage = (await ana.get(f"/service-orders/{order_id}?tab=triage")).text
    assert "Aguardando interação" in triage
    assert "visor.jpg" in triage
    assert "O cliente respondeu" in (await ana.get(f"/service-orders/{order_id}")).text
    assert await told() == [
        ("triage_question", office.world.carla.user_id, "Qual o código no visor?"),
        ("triage_answer", None, "Anexo enviado."),
    ]


async def test_a_message_that_is_sent_twice_is_said_once(office: Office, ana: httpx.AsyncClient) -> None:
    order_id, message_id = await carlas_call(office), str(uuid4())
    for _ in range(2):
        assert (await say(ana, order_id, "Reiniciou?", message_id=message_id)).status_code == 303
    assert await TriageMessage.count() == 1
    assert len(await told()) == 1


async def test_the_release_holds_until_the_desk_asks_again(
    office: Office, ana: httpx.AsyncClient, carla: httpx.AsyncClient
) -> None:
    order_id = await carlas_call(office)
    release = f"/service-orders/{order_id}/triage-release"

    async def is_released() -> bool:
        row = await ServiceOrder.select(ServiceOrder.triage_released_at).where(
            ServiceOrder.id == UUID(order_id)
        )
        return row[0]["triage_released_at"] is not None

    assert (await carla.post(release)).status_code == 404
    await ana.post(release)
    await say(carla, order_id, "Fica no segundo andar")
    assert await is_released()
    assert "liberado para despacho" in (await ana.get("/service-orders")).text
    await say(ana, order_id, "Mais uma pergunta")
    assert not await is_released()


async def test_after_the_dispatch_a_late_message_comes_back_with_its_text(
    office: Office, carla: httpx.AsyncClient
) -> None:
    order_id = await carlas_call(office)
    await office.world.dispatch(UUID(order_id), office.world.tiago)
    answer = await say(carla, order_id, "Esqueci de dizer")
    assert answer.status_code == 409
    assert "só existe na abertura" in answer.text
    assert await TriageMessage.count() == 0


async def test_canned_answers_are_the_admins_to_keep_and_the_desks_to_use(
    office: Office, ana: httpx.AsyncClient, carla: httpx.AsyncClient
) -> None:
    order_id = await carlas_call(office)
    helena = await office.admin("Helena")
    await helena.post("/canned-answers", data={"title": "Reiniciar", "body": "Desligue e ligue."})
    refused = await helena.post("/canned-answers", data={"title": "", "body": "x"})
    assert refused.status_code == 422
    assert (await ana.post("/canned-answers", data={"title": "a", "body": "b"})).status_code == 404
    triage = f"/service-orders/{order_id}?tab=triage"
    assert "Desligue e ligue." in (await ana.get(triage)).text
    assert "Desligue e ligue." not in (await carla.get(triage)).text
