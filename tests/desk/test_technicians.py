"""The technicians' map: who sees it, what it says, how it hears of movements; and the pages around it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import msgspec

from piccolo_conf import DB
from server.accounts.actor import Actor, Role
from server.accounts.tables import User
from server.database import platform
from server.privacy.consents import find_choices
from server.privacy.documents import seed_documents
from server.privacy.rules import Kind
from server.tracking.actions import NewTrack, tracks_stored
from server.tracking.rules import Fix, to_ms
from server.visits.tables import Visit
from tests.desk.office import Office
from tests.desk.test_live_pages import reading
from tests.desk.test_query_counts import MOST, queries_of
from tests.service_orders.world import SCHOOL
from tests.web.portal import client


async def set_out(office: Office, *, minutes_ago: float = 20) -> Visit:
    """Tiago travels to a new order."""
    visit = await office.visit(state="travelling", photos=0)
    began = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    await Visit.update({Visit.started_at: began, Visit.travel_started_at: began}).where(Visit.id == visit.id)
    return visit


async def drive(office: Office, visit: Visit, *ages_s: float) -> None:
    """Fixes of so many seconds ago, each a little farther north, by the phone's own lane."""
    now = datetime.now(UTC)
    fixes = [
        Fix(to_ms(now - timedelta(seconds=age)), SCHOOL[0] - 0.02 + n * 0.001, SCHOOL[1], 8.0)
        for n, age in enumerate(ages_s)
    ]
    chunk = [[fix.at_ms, fix.latitude, fix.longitude, fix.accuracy_m, None] for fix in fixes]
    world = office.world
    assert world.tiago.technician_id is not None
    async with DB.transaction() as tx:
        await tx.execute(
            "INSERT INTO sync_track (id, reseller_id, client_id, created_at) VALUES ($1, $2, $1, $3)"
            " ON CONFLICT DO NOTHING",
            visit.id,
            world.reseller_id,
            now,
        )
        await tx.execute(
            "INSERT INTO sync_track_chunk (reseller_id, stream, n, fixes, gaps, received_at)"
            " VALUES ($1, $2, (SELECT count(*) FROM sync_track_chunk), $3, '[]', $4)",
            world.reseller_id,
            visit.id,
            msgspec.json.encode(chunk).decode(),
            now,
        )
        track = NewTrack(world.reseller_id, world.tiago.technician_id, visit.id, fixes)
        await tracks_stored(tx, [track], now=now)


async def somebody(office: Office, role: Role, *, monitors: bool = False) -> Actor:
    with platform():
        user = User(
            reseller_id=office.world.reseller_id,
            email=f"{role}@ilha.test",
            name="Nina",
            role=role,
            can_view_monitoring=monitors,
        )
        await user.save()
    return replace(office.world.ana, user_id=user.id, role=role)


async def test_the_map_says_who_travels_to_whom_and_whose_positions_stopped(
    office: Office, ana: httpx.AsyncClient
) -> None:
    visit = await set_out(office)
    await drive(office, visit, 40, 30)
    page = (await ana.get("/technicians/map")).text
    assert "<strong>1</strong> em viagem" in page
    assert "Para Escola São João" in page
    assert f"/visits/{visit.id}" in page
    assert "rastreio parado às" not in page
    await DB.run_ddl("UPDATE last_position SET fixed_at = '2026-03-02 11:00:00+00:00'")
    assert "rastreio parado às" in (await ana.get("/technicians/map")).text


async def test_who_refused_to_share_is_on_the_map_by_name_alone(
    office: Office, ana: httpx.AsyncClient
) -> None:
    visit = await set_out(office)
    await drive(office, visit, 40, 30)
    with platform():
        async with DB.transaction():
            await seed_documents(office.world.reseller_id, "Ilha", datetime.now(UTC))
        documents = await find_choices(office.world.tiago)
    async with await office.browser(office.world.tiago) as tiago:
        page = (await tiago.get("/consents/choices")).text
        assert "Preferências de avisos" in page
        assert {one.document.kind for one in documents} == {Kind.LOCATION, Kind.MARKETING}
        (location,) = [one.document for one in documents if one.document.kind is Kind.LOCATION]
        answer = await tiago.post("/consents/choices", data={f"choice-{location.id}": "no"})
        assert answer.status_code == 303
        own = (await tiago.get("/profile/positions")).text
        assert "Você não compartilha a posição" in own
        assert "Nenhuma guardada" in own
        assert "Nenhum trajeto guardado" in own
    page = (await ana.get("/technicians/map")).text
    assert "Não compartilha a posição" in page
    assert 'data-markers="[]"' in page
    page = (await ana.get(f"/visits/{visit.id}")).text
    assert "Tiago não compartilha a posição" in page
    assert "Criar link" not in page
    assert (await ana.post(f"/visits/{visit.id}/approach-link")).status_code == 409


async def test_an_operator_of_calls_sees_the_map_once_the_admin_lets_them(office: Office) -> None:
    async with await office.browser(await somebody(office, Role.CALL_OPERATOR)) as nina:
        assert (await nina.get("/technicians/map")).status_code == 404
    async with await office.browser(await somebody(office, Role.LOGISTICS_OPERATOR, monitors=True)) as nina:
        await set_out(office)
        page = await nina.get("/technicians/map")
        assert page.status_code == 200
        assert "Escola São João" not in page.text  # an order that logistics does not see


async def test_todays_lines_are_of_those_on_duty(office: Office, ana: httpx.AsyncClient) -> None:
    visit = await set_out(office, minutes_ago=0.1)
    await drive(office, visit, 30, 20, 10)
    tracks = (await ana.get("/technicians/map/tracks")).json()
    (pieces,) = tracks.values()
    assert [len(piece) for piece in pieces] == [2]
    await Visit.update({Visit.state: "completed", Visit.ended_at: datetime.now(UTC)}).where(
        Visit.id == visit.id
    )
    assert (await ana.get("/technicians/map/tracks")).json() == {}


async def test_an_open_map_hears_of_a_movement_once_and_of_a_new_state(
    office: Office, ana: httpx.AsyncClient
) -> None:
    visit = await set_out(office)
    async with reading(office, ana, "/live?watch=positions&watch=technicians") as page:
        await drive(office, visit, 20, 10)
        assert await page.hears("event: told")
        await drive(office, visit, 15)  # late: nobody moved
        assert not await page.hears("event: told", within=1.5)
        await ana.post(f"/visits/{visit.id}/approach-link")
        assert await page.hears("event: changed")


async def test_a_map_asks_the_same_of_one_technician_and_of_many(
    office: Office, ana: httpx.AsyncClient
) -> None:
    await drive(office, await set_out(office), 10)
    few = {one: await queries_of(ana, one) for one in ("/technicians/map", "/technicians/map/tracks")}
    for number in range(5):
        visit = await set_out(office, minutes_ago=30 + number)
        await drive(office, visit, 10 - number)
    for address, count in few.items():
        assert await queries_of(ana, address) == count <= MOST


async def test_the_admin_decides_when_silence_is_told_and_how_long_tracks_stay(office: Office) -> None:
    async with await office.admin("Bia") as bia:
        refused = await bia.post("/technicians/policy", data={"silent_minutes": "0", "keep_days": "x"})
        assert refused.status_code == 422
        assert 'value="x"' in refused.text
        await bia.post("/technicians/policy", data={"silent_minutes": "15", "keep_days": "30"})
        assert 'value="30"' in (await bia.get("/technicians/policy")).text
        assert "há mais de 15 min" in (await bia.get("/technicians/map")).text


async def test_a_technician_reads_what_is_stored_of_him(office: Office) -> None:
    visit = await set_out(office)
    await drive(office, visit, 20, 10)
    async with await office.browser(office.world.tiago) as tiago:
        page = (await tiago.get("/profile/positions")).text
        assert "-27,6139; -48,5482" in page.replace("0;", ";").replace("0 ·", " ·")
        assert re.search(r'data-label="Posições">2<', page)
        assert "Completo" in page
        assert await queries_of(tiago, "/profile/positions") <= MOST
    async with await office.browser(office.world.vera) as vera:
        assert "Nenhum trajeto guardado" in (await vera.get("/profile/positions")).text


async def test_a_customer_sees_the_approach_through_the_desks_link_and_nothing_after_it(
    office: Office, ana: httpx.AsyncClient
) -> None:
    visit = await set_out(office)
    await drive(office, visit, 20, 10)
    assert "Criar link" in (await ana.get(f"/visits/{visit.id}")).text
    page = (await ana.post(f"/visits/{visit.id}/approach-link", follow_redirects=True)).text
    address = re.search(r"/on-the-way/[\w-]+", page)
    assert address is not None
    assert await queries_of(ana, f"/visits/{visit.id}") <= MOST
    async with client(office.transport) as customer:
        shown = await customer.get(address[0])
        assert shown.status_code == 200
        assert "Tiago está a caminho" in shown.text
        assert "em linha reta" in shown.text
        assert str(round(SCHOOL[0] - 0.019, 3)) in shown.text
        assert str(SCHOOL[0] - 0.019) not in shown.text
        for name, value in (
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
            ("x-robots-tag", "noindex, nofollow"),
        ):
            assert shown.headers[name] == value
        await Visit.update({Visit.state: "arrived"}).where(Visit.id == visit.id)
        await gone(customer, address[0], 200, "O técnico chegou")
        await Visit.update({Visit.state: "travelling"}).where(Visit.id == visit.id)
        await ana.post(f"/visits/{visit.id}/approach-link/revocation")
        await gone(customer, address[0], 410, "Link encerrado")
        await gone(customer, "/on-the-way/" + "x" * 43, 410, "Link encerrado")


async def test_guessing_links_ends_with_waiting(office: Office) -> None:
    async with client(office.transport) as stranger:
        answers = [(await stranger.get(f"/on-the-way/{number}")).status_code for number in range(32)]
    assert answers == [410] * 30 + [429] * 2


async def gone(customer: httpx.AsyncClient, address: str, status: int, words: str) -> None:
    page = await customer.get(address)
    assert page.status_code == status
    assert words in page.text
    assert not any(fact in page.text for fact in ("Tiago", "linha reta", "data-route", "Ilha"))
