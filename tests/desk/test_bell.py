"""The bell: a number on every page, live; a list that works as a page; read by hand, or by looking."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts.actor import Actor
from server.database import tenant
from server.notifications.bell.queries import PAGE_SIZE
from server.notifications.notices import bell_topic
from server.notifications.tables import Notification, NotificationEvent, NotificationPreference
from server.web.live import publish
from tests.desk.counting import counted_queries
from tests.desk.office import Office
from tests.desk.test_live_pages import reading

NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)


async def tell(person: Actor, title: str, path: str = "/home", minute: int = 0) -> UUID:
    with tenant(person.reseller_id):
        async with DB.transaction():
            event = NotificationEvent(id=uuid7(), reseller_id=person.reseller_id, kind="order_changed")
            await event.save()
            line = Notification(
                id=uuid7(),
                reseller_id=person.reseller_id,
                event_id=event.id,
                user_id=person.user_id,
                kind="order_changed",
                title=title,
                body="Escola Sol. Status: Manutenção",
                path=path,
                created_at=NOW + timedelta(minutes=minute),
            )
            await line.save()
            await publish(bell_topic(person.user_id))
    return line.id


async def test_every_page_shows_how_many_are_unread_and_says_it_in_words(
    office: Office, ana: httpx.AsyncClient
) -> None:
    assert 'class="bell-count"' not in (await ana.get("/profile")).text
    await tell(office.world.ana, "Chamado 1: aberto")
    assert "Avisos: 1 não lido" in (await ana.get("/profile")).text
    await tell(office.world.ana, "Chamado 2: aberto")
    await tell(office.world.carla, "Chamado 3: aberto")
    assert "Avisos: 2 não lidos" in (await ana.get("/service-orders")).text


async def test_the_bell_rings_on_the_pages_of_its_own_person(office: Office, ana: httpx.AsyncClient) -> None:
    async with reading(office, ana, "/live?watch=orders&watch=notifications") as page:
        await tell(office.world.carla, "Chamado 1: aberto")
        assert not await page.hears("event: changed", within=0.5)
        await tell(office.world.ana, "Chamado 1: aberto")
        assert await page.hears("event: changed\ndata: notifications\n")
    bell = (await ana.get("/notifications/bell", headers={"hx-request": "true"})).text
    assert "Chamado 1: aberto" in bell
    assert "<html" not in bell


async def test_unread_comes_first_and_pages_hold_all_of_it_once(
    office: Office, ana: httpx.AsyncClient
) -> None:
    for number in range(PAGE_SIZE + 5):
        notification_id = await tell(office.world.ana, f"Chamado {number:03}: aberto", minute=number)
        if number % 2:
            await ana.post(f"/notifications/{notification_id}/reading")
    first = await ana.get("/notifications")
    assert (
        first.text.index("034: aberto</a>")
        < first.text.index("000: aberto</a>")
        < first.text.index("033: aberto</a>")
    )
    (after,) = {part.split('"')[0] for part in first.text.split("/notifications?after=")[1:]}
    second = await ana.get(f"/notifications?after={after}")
    seen = [
        number
        for number in range(PAGE_SIZE + 5)
        for page in (first, second)
        if f"{number:03}: aberto</a>" in page.text.partition('id="notices-list"')[2]
    ]
    assert seen == list(range(PAGE_SIZE + 5))
    assert (await ana.get("/notifications?after=x")).status_code == 422


async def test_one_is_read_by_hand_all_at_once_or_by_looking_at_its_page(
    office: Office, ana: httpx.AsyncClient, carla: httpx.AsyncClient
) -> None:
    order_id = await office.world.open_order()
    address = f"/service-orders/{order_id}"
    by_hand = await tell(office.world.ana, "Chamado 1: aberto")
    await tell(office.world.ana, "Chamado 2: nova mensagem", f"{address}?tab=triage")
    await tell(office.world.ana, "Chamado 3: aberto", "/service-orders/another")
    assert (await carla.post(f"/notifications/{by_hand}/reading")).status_code == 404
    assert (await ana.post(f"/notifications/{by_hand}/reading")).headers["location"] == "/notifications"
    page = await ana.get(address)
    assert "Avisos: 1 não lido" in page.text
    assert (await ana.get("/notifications/recent")).json()["unread"] == 1
    await ana.post("/notifications/readings")
    assert (await ana.get("/notifications/recent")).json()["unread"] == 0


async def test_pages_ask_no_more_of_a_full_bell(office: Office, ana: httpx.AsyncClient) -> None:
    async def asked(address: str) -> int:
        with counted_queries() as queries:
            assert (await ana.get(address)).status_code == 200
        return len(queries)

    await ana.get("/notifications")
    few = [await asked(address) for address in ("/notifications", "/notifications/bell", "/profile")]
    for number in range(20):
        await tell(office.world.ana, f"Chamado {number}: aberto")
    assert [await asked(address) for address in ("/notifications", "/notifications/bell", "/profile")] == few
    assert max(few) <= 12


async def test_a_person_chooses_by_kind_and_quiet_hours(office: Office, carla: httpx.AsyncClient) -> None:
    page = await carla.get("/profile/notifications")
    assert "Pergunta do pré-atendimento" in page.text
    assert "Divergência em atendimento" not in page.text
    wrong = await carla.post("/profile/notifications", data={"quiet_from": "22:00", "quiet_until": ""})
    assert wrong.status_code == 422
    assert "Preencha os dois horários" in wrong.text
    chosen = {
        "mail:triage_question": "yes",
        "push:order_opened": "yes",
        "quiet_from": "22:00",
        "quiet_until": "07:00",
    }
    assert (await carla.post("/profile/notifications", data=chosen)).status_code == 303
    rows = await NotificationPreference.select(
        NotificationPreference.kind, NotificationPreference.mail, NotificationPreference.push
    )
    kept = {row["kind"]: (row["mail"], row["push"]) for row in rows}
    assert kept["triage_question"] == (True, False)
    assert kept["order_opened"] == (False, True)
    assert "order_changed" not in kept, "what agrees with the default is not kept"
    again = (await carla.get("/profile/notifications")).text
    assert 'value="22:00"' in again
    assert 'name="push:order_opened" value="yes" checked' in again


@pytest.mark.parametrize("minutes", ["25:00", "abc", "1:2:3"])
async def test_a_time_that_is_none_is_told(office: Office, ana: httpx.AsyncClient, minutes: str) -> None:
    answer = await ana.post("/profile/notifications", data={"quiet_from": minutes, "quiet_until": "07:00"})
    assert answer.status_code == 422
    assert "Escreva um horário" in answer.text
