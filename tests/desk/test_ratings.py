"""What Carla thinks of Tiago's visit reaches those who lead the desk, and nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import msgspec

from server.notifications.tables import NotificationEvent
from server.ratings.tables import Rating
from server.service_orders.tables import ServiceOrder
from server.visits.tables import Visit
from tests.desk.office import Office


async def served_call(office: Office, *, opened_by: object) -> str:
    visit = await office.visit()
    await Visit.update({Visit.ended_at: datetime.now(UTC) - timedelta(hours=2)}).where(Visit.id == visit.id)
    await ServiceOrder.update({ServiceOrder.opened_by_id: opened_by, ServiceOrder.status: "O"}).where(
        ServiceOrder.id == visit.service_order_id
    )
    return f"/service-orders/{visit.service_order_id}"


async def test_a_bad_visit_is_told_at_once_and_rated_once(
    office: Office, ana: httpx.AsyncClient, carla: httpx.AsyncClient
) -> None:
    order = await served_call(office, opened_by=office.world.carla.user_id)
    assert "Como foi?" in (await carla.get(order)).text
    assert (await carla.post(f"{order}/rating", data={"comment": "Atrasou"})).status_code == 422
    sent = {"grade": "bad", "comment": "Atrasou <2> h"}
    assert (await carla.post(f"{order}/rating", data=sent)).status_code == 303
    assert (await carla.post(f"{order}/rating", data={"grade": "excellent"})).status_code == 409
    assert "Como foi?" not in (await carla.get(order)).text
    listed = (await ana.get("/ratings?grade=bad")).text
    assert "Atrasou &lt;2&gt; h" in listed
    assert "Nenhuma avaliação" in (await ana.get("/ratings?grade=awful")).text
    events = await NotificationEvent.select().where(NotificationEvent.kind == "rated_badly")
    assert [msgspec.json.decode(event["facts"])["comment"] for event in events] == ["Ruim: Atrasou <2> h"]


async def test_who_would_rather_not_say_is_not_asked_again_and_counts_nowhere(
    office: Office, ana: httpx.AsyncClient, carla: httpx.AsyncClient
) -> None:
    order = await served_call(office, opened_by=office.world.carla.user_id)
    await carla.post(f"{order}/rating", data={"skip": "1", "grade": "awful"})
    assert "Como foi?" not in (await carla.get(order)).text
    assert await Rating.count() == 1
    assert "Nenhuma avaliação" in (await ana.get("/ratings")).text
    assert await NotificationEvent.count().where(NotificationEvent.kind == "rated_badly") == 0


async def test_what_the_reseller_opened_is_not_rated(office: Office, carla: httpx.AsyncClient) -> None:
    order = await served_call(office, opened_by=office.world.ana.user_id)
    assert "Como foi?" not in (await carla.get(order)).text
    assert (await carla.post(f"{order}/rating", data={"grade": "bad"})).status_code == 404
