"""Leituras do mês: the school is asked once a month, and Carla answers from her phone without logging in."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD

from server.accounts.actor import Role
from server.accounts.tables import UserCustomer
from server.bridge.tables import IluxMessage
from server.customers.tables import Customer
from server.database import platform
from server.equipment.tables import MeterReading
from server.jobs.tables import Job
from server.mail.letters import COMPOSERS
from server.reading_requests.links import token_of
from server.reading_requests.rounds import ask_and_remind
from server.reading_requests.tables import ReadingRequest, ReadingRequestItem, ReadingSchedule
from tests.desk.office import Office, picture
from tests.desk.test_query_counts import MOST, queries_of
from tests.web.portal import client

PAGE = "/reading-requests"
NOON = datetime.now(UTC).replace(hour=15, minute=0, second=0, microsecond=0)  # in São Paulo


@pytest.fixture
async def phone(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody with the link and nothing else."""
    async with client(office.transport) as browser:
        yield browser


async def asked(office: Office, now: datetime = NOON) -> UUID:
    """The school's request of this month, made by the round."""
    world = office.world
    await UserCustomer(
        reseller_id=world.reseller_id, user_id=world.carla.user_id, customer_id=world.customer_id
    ).save()
    await ReadingSchedule(
        reseller_id=world.reseller_id, customer_id=world.customer_id, is_on=True, day_of_month=now.day
    ).save()
    await ask_and_remind(now)
    (request_id,) = await ReadingRequest.select(ReadingRequest.id).output(as_list=True)
    return UUID(str(request_id))


async def letters() -> list[dict[str, object]]:
    with platform():
        payloads = await Job.select(Job.payload).where(Job.kind == "mail").output(as_list=True)
    found = [msgspec.json.decode(payload) for payload in payloads]
    return [one for one in found if one["letter"] == "reading_request"]


async def last_reading(office: Office, mono: int, days_ago: int) -> None:
    await MeterReading(
        reseller_id=office.world.reseller_id,
        equipment_id=office.world.equipment_id,
        mono=mono,
        read_at=NOON - timedelta(days=days_ago),
        source="ilux",
    ).save()


async def item_of(equipment_id: UUID) -> UUID:
    row = (
        await ReadingRequestItem.select(ReadingRequestItem.id)
        .where(ReadingRequestItem.equipment_id == equipment_id)
        .first()
    )
    assert row is not None
    return UUID(str(row["id"]))


async def test_the_customer_is_asked_once_a_month_and_reminded_once(office: Office) -> None:
    request_id = await asked(office)
    await ask_and_remind(NOON + timedelta(minutes=30))
    (letter,) = await letters()
    assert letter["user_id"] == str(office.world.carla.user_id)
    written = await COMPOSERS["reading_request"](letter, NOON)
    assert written is not None
    assert written.to == "carla@ilha.test"
    assert f"/readings/{token_of(request_id)}" in written.text
    row = await ReadingRequest.select(ReadingRequest.token_hash).first()
    assert row is not None
    assert token_of(request_id) not in row["token_hash"], "the database cannot open it"

    with platform():
        await Job.delete(force=True)
    await ask_and_remind(NOON + timedelta(days=2, hours=23))
    assert await letters() == []
    for _ in range(2):
        await ask_and_remind(NOON + timedelta(days=3, hours=1))
    (reminder,) = await letters()
    assert reminder["is_reminder"]
    assert len(await ReadingRequest.select()) == 1


async def test_a_customer_answers_machine_by_machine_and_nothing_is_taken_twice(
    office: Office, phone: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    other = await office.world.machine("BRB2000")
    await last_reading(office, 10_000, 30)
    await last_reading(office, 7_000, 60)
    await office.as_role(office.world.ana, Role.BRIDGE)
    request_id = await asked(office)
    page = f"/readings/{token_of(request_id)}"
    shown = await phone.get(page)
    assert shown.status_code == 200
    assert "noindex" in shown.headers["x-robots-tag"]
    assert "Última leitura: 10.000" in shown.text
    first, second = await item_of(office.world.equipment_id), await item_of(other)

    lower = await phone.post(page, data={f"mono-{first}": "9.999", f"mono-{second}": "500"})
    assert lower.status_code == 422
    assert "menor que a última leitura, 10.000" in lower.text
    assert "1 leitura salva" in lower.text, "the other one is kept"
    much = await phone.post(page, data={f"mono-{first}": "60.000"})
    assert f"sure-{first}" in much.text
    photo = {f"photo-{first}": ("contador.jpg", _taken_somewhere(), "image/jpeg")}
    confirmed = {f"mono-{first}": "60.000", f"sure-{first}": "1", f"mono-{second}": "501"}
    assert (await phone.post(page, data=confirmed, files=photo)).status_code == 303
    assert (await phone.post(page, data=confirmed)).status_code == 303
    assert "Leituras recebidas" in (await phone.get(page)).text

    taken = await MeterReading.select(
        MeterReading.mono, MeterReading.source, MeterReading.is_implausible
    ).where(MeterReading.source == "customer")
    assert sorted((row["mono"], row["is_implausible"]) for row in taken) == [(500, False), (60_000, True)]
    told = await IluxMessage.select(IluxMessage.entity, IluxMessage.write)
    assert [(one["entity"], one["write"]) for one in told] == [("meter_reading", "taken")] * 2
    desk = await ana.get(f"{PAGE}/{request_id}")
    assert "60.000" in desk.text
    assert "incomum, confirmada" in desk.text
    kept = await ana.get(f"{PAGE}/{request_id}/photos/{first}")
    with Image.open(BytesIO(kept.content)) as image:
        assert not image.getexif(), "where it was taken is gone"
    assert (await ana.get(f"{PAGE}/{request_id}/photos/{first}?size=small")).status_code == 200
    assert (await ana.get(f"{PAGE}/{request_id}/photos/{second}")).status_code == 404
    card = await ana.get(f"/equipment/{office.world.equipment_id}")
    assert "cliente" in card.text.partition("Últimas leituras")[2]
    answer = await ana.get(f"{PAGE}/export.csv?month={NOON:%Y-%m}")
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert {(row["Série"], row["Contador"]) for row in rows} == {("BRB1234", "60000"), ("BRB2000", "500")}


async def test_what_is_no_picture_is_told_beside_its_machine(
    office: Office, phone: httpx.AsyncClient
) -> None:
    request_id = await asked(office)
    first = await item_of(office.world.equipment_id)
    files = {f"photo-{first}": ("contador.jpg", b"<script>", "image/jpeg")}
    page = f"/readings/{token_of(request_id)}"
    answer = await phone.post(page, data={f"mono-{first}": "100"}, files=files)
    assert answer.status_code == 422
    assert await MeterReading.count() == 0


async def test_a_link_ends_with_its_customer_or_when_the_desk_says_so(
    office: Office, phone: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    request_id = await asked(office)
    page = f"/readings/{token_of(request_id)}"
    first = await item_of(office.world.equipment_id)
    await Customer.update({Customer.is_active: False}).where(Customer.id == office.world.customer_id)
    assert (await phone.get(page)).status_code == 410
    assert (await phone.post(page, data={f"mono-{first}": "100"})).status_code == 410
    (letter,) = await letters()
    assert await COMPOSERS["reading_request"](letter, NOON) is None, "nor is the mail sent any more"
    await Customer.update({Customer.is_active: True}).where(Customer.id == office.world.customer_id)
    assert (await phone.get(page)).status_code == 200
    assert (await ana.post(f"{PAGE}/{request_id}/revocation")).status_code == 303
    assert (await phone.get(page)).status_code == 410
    assert (await ana.post(f"{PAGE}/{request_id}/repetitions")).status_code == 409
    assert (await phone.get(f"/readings/{token_of(uuid4())}")).status_code == 410
    assert await MeterReading.count() == 0


async def test_the_desk_says_who_is_asked_and_asks_now(office: Office, ana: httpx.AsyncClient) -> None:
    customer_id = office.world.customer_id
    shown = await ana.get("/reading-schedules?customer=escola")
    assert "sem usuário nem e-mail" in shown.text
    wrong = {"is_on": "1", "day_of_month": "32", "remind_after_days": "3"}
    assert (await ana.post(f"/customers/{customer_id}/reading-schedule", data=wrong)).status_code == 422
    right = {**wrong, "day_of_month": "5"}
    for _ in range(2):
        assert (await ana.post(f"/customers/{customer_id}/reading-schedule", data=right)).status_code == 303
    (schedule,) = await ReadingSchedule.select()
    assert (schedule["is_on"], schedule["day_of_month"]) == (True, 5)
    first = await ana.post(f"/customers/{customer_id}/reading-requests")
    again = await ana.post(f"/customers/{customer_id}/reading-requests")
    assert first.headers["location"] == again.headers["location"]
    assert "ninguém recebeu o pedido" in (await ana.get(first.headers["location"])).text
    assert await letters() == []
    await Customer.update({Customer.email: "contato@escola.test"}).where(Customer.id == customer_id)
    await ana.post(f"{first.headers['location']}/repetitions")
    (letter,) = await letters()
    written = await COMPOSERS["reading_request"](letter, datetime.now(UTC))
    assert written is not None
    assert written.to == "contato@escola.test"
    assert "contato@escola.test" in (await ana.get(first.headers["location"])).text
    assert await IluxMessage.count() == 0


async def test_no_page_of_readings_asks_more_for_more_machines(
    office: Office, ana: httpx.AsyncClient, phone: httpx.AsyncClient
) -> None:
    for number in range(2):
        await office.world.machine(f"S{number}")
    request_id = await asked(office)
    link = f"/readings/{token_of(request_id)}"
    for browser, address in (
        (ana, f"{PAGE}?month={NOON:%Y-%m}"),
        (ana, f"{PAGE}/{request_id}"),
        (ana, "/reading-schedules"),
        (phone, link),
    ):
        few = await queries_of(browser, address)
        for number in range(3):
            machine = await office.world.machine(f"{address[-6:]}{number}")
            await ReadingRequestItem(
                reseller_id=office.world.reseller_id, reading_request_id=request_id, equipment_id=machine
            ).save()
        assert await queries_of(browser, address) == few <= MOST


def _taken_somewhere() -> bytes:
    """A photo whose EXIF says where."""
    with Image.open(BytesIO(picture())) as image:
        exif = image.getexif()
        exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (27.0, 35.0, 41.6)
        out = BytesIO()
        image.convert("RGB").save(out, "JPEG", exif=exif)
    assert b"Exif" in out.getvalue()
    return out.getvalue()
