"""What Tiago's phone sent and the portal could not apply: Ana looks, and tries it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from typing import cast

import httpx
import pytest

from offline_sync import rescue
from offline_sync.ids import uuid7
from offline_sync.ports import Application, Mutations
from offline_sync.service import Service
from offline_sync.tables import SyncMutation
from piccolo_conf import DB
from server.accounts.actor import Role
from server.accounts.sessions import actor_for
from server.accounts.tables import Company, User
from server.audit.tables import AuditEntry
from server.database import platform, tenant
from server.service_orders.tables import OrderEvent
from server.sync.technician import TechnicianApplication
from server.sync.wiring import make_service
from tests.desk.counting import counted_queries
from tests.desk.office import Office
from tests.service_orders.world import found_reseller
from tests.sync_technician.phone import Clock, Phone

OUTBOX = bytes(range(256)) * 4000


def portal_of_yesterday(office: Office) -> Service:
    """A portal that has not learned any mutation yet; today's runs what it left."""
    application = TechnicianApplication()
    application.mutations = Mutations()
    return Service(DB, make_service(office.settings).files, {"phone": cast(Application, application)})


@pytest.fixture
async def tiago(office: Office) -> Phone:
    phone = Phone(portal_of_yesterday(office), office.world.tiago, Clock())
    await phone.enrol()
    return phone


@pytest.fixture
async def rita(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    async with await office.admin("Rita") as browser:
        yield browser


async def noted(office: Office, tiago: Phone, body: str = "Portão azul") -> str:
    """Tiago's note on an order has gone to quarantine; where it is run again."""
    seq = tiago.record("add_note", note_id=uuid7(), order_id=await office.world.dispatched_order(), body=body)
    await tiago.push()
    return f"/quarantine/{tiago.client_id}/{seq}/runs"


async def notes_of(office: Office) -> list[str]:
    with tenant(office.world.reseller_id):
        rows = await OrderEvent.select(OrderEvent.note).where(OrderEvent.kind == "note")
    return [row["note"] for row in rows]


async def audited(action: str) -> list[dict[str, object]]:
    with platform():
        rows: list[dict[str, object]] = await AuditEntry.select().where(AuditEntry.action == action)
    return rows


async def test_ana_sees_who_recorded_what_where_and_why_it_waits(
    office: Office, ana: httpx.AsyncClient, tiago: Phone
) -> None:
    await noted(office, tiago, body="<b>Portão</b>")
    page = (await ana.get("/quarantine")).text
    for said in ("Observação", "Tiago", "Moto G", "02/03/2026 08:00", "ainda não conhece este tipo"):
        assert said in page
    assert "&#34;body&#34;: &#34;&lt;b&gt;Portão&lt;/b&gt;&#34;" in page
    assert '<a class="link" href="/service-orders/' in page
    assert "1 registro de campo recusado espera" in (await ana.get("/visits")).text


async def test_nothing_refused_is_said_in_words(ana: httpx.AsyncClient) -> None:
    assert "Nenhum registro recusado" in (await ana.get("/quarantine")).text
    visits = (await ana.get("/visits")).text
    assert 'href="/quarantine"' in visits
    assert "registro de campo" not in visits


async def test_what_cannot_be_read_at_all_is_shown_as_it_came(
    office: Office, ana: httpx.AsyncClient, tiago: Phone
) -> None:
    tiago.record("add_note", body="sem número")
    tiago.outbox[-1] |= {"name": 7, "args": ["x"]}
    await tiago.push()
    page = (await ana.get("/quarantine")).text
    assert "Registro ilegível" in page
    assert "não entendeu um campo" in page


async def test_trying_again_applies_once_and_repeats_harmlessly(
    office: Office, ana: httpx.AsyncClient, tiago: Phone
) -> None:
    address = await noted(office, tiago)
    first = await ana.post(address)
    assert first.status_code == 303
    shown = (await ana.get(first.headers["location"])).text
    assert "aplicado." in shown
    assert "Nenhum registro recusado" in shown
    again = await ana.post(address)
    assert again.headers["location"] == first.headers["location"]
    assert await notes_of(office) == ["Portão azul"]
    (line,) = await audited("sync.rerun")
    assert (line["user_id"], line["subject_id"]) == (office.world.ana.user_id, tiago.client_id)
    assert json.loads(str(line["facts"]))["status"] == "applied"


async def test_a_note_tried_again_is_still_its_authors(
    office: Office, ana: httpx.AsyncClient, tiago: Phone
) -> None:
    await ana.post(await noted(office, tiago))
    with tenant(office.world.reseller_id):
        row = await OrderEvent.select(OrderEvent.user_id).where(OrderEvent.kind == "note").first()
    assert row == {"user_id": office.world.tiago.user_id}


async def test_a_handler_that_fails_again_leaves_it_kept_with_the_newest_reason(
    office: Office, ana: httpx.AsyncClient, tiago: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = await noted(office, tiago)

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr("server.sync.technician_mutations.field_orders.add_note", broken)
    answer = await ana.get((await ana.post(address)).headers["location"])
    assert "continua guardado. O portal falhou ao aplicar o registro." in answer.text
    assert "a defect" in answer.text
    assert await notes_of(office) == []
    monkeypatch.undo()
    await ana.post(address)
    assert await notes_of(office) == ["Portão azul"]
    assert len(await audited("sync.rerun")) == 2


async def test_nothing_runs_in_the_name_of_somebody_who_left(
    office: Office, ana: httpx.AsyncClient, tiago: Phone
) -> None:
    address = await noted(office, tiago)
    with platform():
        await User.update({User.is_active: False}).where(User.id == office.world.tiago.user_id)
    answer = await ana.post(address)
    assert answer.status_code == 409
    assert "Reative o acesso" in answer.text
    assert await SyncMutation.exists().where(SyncMutation.status == "quarantined")


async def test_the_list_goes_on_page_by_page_the_newest_first(
    office: Office, ana: httpx.AsyncClient, tiago: Phone
) -> None:
    for number in range(23):
        tiago.record(f"of_tomorrow_{number}")
    await tiago.push()
    first = (await ana.get("/quarantine")).text
    assert first.count("data-row") == 20
    assert first.index("of_tomorrow_22") < first.index("of_tomorrow_3)")
    following = first.split('href="/quarantine?after=')[1].split('"')[0]
    second = (await ana.get(f"/quarantine?after={following}")).text
    assert second.count("data-row") == 3
    assert "of_tomorrow_0" in second
    assert (await ana.get("/quarantine?after=nonsense")).status_code == 422


async def test_the_list_asks_the_same_of_one_row_and_of_ten(
    office: Office, ana: httpx.AsyncClient, tiago: Phone
) -> None:
    async def asked() -> int:
        await ana.get("/quarantine")
        with counted_queries() as queries:
            await ana.get("/quarantine")
        return len(queries)

    await noted(office, tiago)
    few = await asked()
    for _ in range(9):
        await noted(office, tiago)
    assert await asked() == few <= 8


async def test_the_count_on_the_visits_page_goes_along_the_quarantines_own_index(
    office: Office, ana: httpx.AsyncClient
) -> None:
    with counted_queries() as asked:
        await ana.get("/visits")
    (counting,) = (sql for sql in asked if "sync_mutation" in sql)
    assert "COUNT" in counting
    assert "status = 'quarantined'" in counting
    if DB.dialect == "sqlite":
        async with DB.reading() as tx:
            ids = [office.world.reseller_id] * counting.count("?")
            plan = await tx.fetch(f"EXPLAIN QUERY PLAN {counting}", *ids)
        assert any("INDEX sync_mutation_quarantine" in str(step) for step in plan)


async def test_another_reseller_and_another_role_find_nothing(
    office: Office, rita: httpx.AsyncClient, tiago: Phone
) -> None:
    address = await noted(office, tiago)
    kept = await rescue.keep(tiago.service, tiago.identity, tiago.client_id, "", _in_pieces(OUTBOX))
    world, serra = office.world, await found_reseller("serra")
    async with await office.browser(serra.ana) as stranger:
        assert "Tiago" not in (await stranger.get("/quarantine")).text
        assert (await stranger.post(address)).status_code == 404
    for actor in (world.lia, world.carla, world.tiago):
        async with await office.browser(actor) as browser:
            assert (await browser.get("/quarantine")).status_code == 404
            assert (await browser.post(address)).status_code == 404
            assert (await browser.get(f"/quarantine/rescues/{kept.rescue_id}")).status_code == 404
    async with await office.browser(world.ana) as browser:
        assert (await browser.get(f"/quarantine/rescues/{kept.rescue_id}")).status_code == 404
        assert "Resgates" not in (await browser.get("/quarantine")).text
    assert await notes_of(office) == []


async def test_an_operator_of_another_company_sees_only_its_own_technicians(
    office: Office, tiago: Phone
) -> None:
    address = await noted(office, tiago)
    with platform():
        branch = Company(reseller_id=office.world.reseller_id, name="Filial", cnpj="11222333000262")
        await branch.save()
        bento = User(
            reseller_id=office.world.reseller_id,
            email="bento@ilha.test",
            name="Bento",
            role=Role.SERVICE_OPERATOR,
        )
        await bento.save()
    actor = await actor_for(bento.id)
    assert actor is not None
    async with await office.browser(actor) as browser:
        assert "Nenhum registro recusado" in (await browser.get("/quarantine")).text
        assert (await browser.post(address)).status_code == 404


async def test_rita_downloads_a_rescued_outbox_byte_for_byte(
    office: Office, rita: httpx.AsyncClient, tiago: Phone
) -> None:
    kept = await rescue.keep(tiago.service, tiago.identity, tiago.client_id, "text/html", _in_pieces(OUTBOX))
    page = (await rita.get("/quarantine")).text
    assert kept.sha256 in page
    assert "1.000,0 kB" in page
    answer = await rita.get(f"/quarantine/rescues/{kept.rescue_id}")
    assert answer.content == OUTBOX
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == f'attachment; filename="resgate-{kept.rescue_id}.bin"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    (line,) = await audited("sync.rescue_downloaded")
    assert line["subject_id"] == kept.rescue_id
    assert hashlib.sha256(OUTBOX).hexdigest() in str(line["facts"])


async def _in_pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 100_000):
        yield content[start : start + 100_000]
