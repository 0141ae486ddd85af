"""Sincronização: Rui of the desk, who may see the monitoring, is told how the bridge is and what waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from server.accounts.tables import User
from server.audit.tables import AuditEntry
from server.bridge.rules import judge
from server.bridge.tables import BridgeStatus, IluxMessage, IluxRefusal
from server.database import platform
from tests.bridge_portal.bridge import COMPANY, CUSTOMER, Bridge, row
from tests.bridge_portal.test_orders import dispatched
from tests.bridge_portal.test_rows import refusals
from tests.desk.counting import counted_queries
from tests.desk.office import Office

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
async def rui(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    """Ana's colleague at the desk; the admin lets this one see the monitoring."""
    await User.update({User.can_view_monitoring: True}).where(User.id == office.world.ana.user_id)
    actor = replace(office.world.ana, can_view_monitoring=True)
    async with await office.browser(actor) as browser:
        yield browser


async def page(browser: httpx.AsyncClient, address: str = "/synchronization") -> str:
    answer = await browser.get(address)
    assert answer.status_code == 200, answer.text[:500]
    return answer.text


async def test_without_a_bridge_the_page_says_so(rui: httpx.AsyncClient) -> None:
    text = await page(rui)
    assert "Nenhuma ponte instalada" in text
    assert "Nenhum registro recusado" in text


async def test_the_menu_offers_it_to_whom_it_answers_alone(office: Office, rui: httpx.AsyncClient) -> None:
    orders = await page(rui, "/service-orders")
    assert 'href="/synchronization"' in orders
    assert "está atrasada" not in orders
    async with await office.browser(replace(office.world.lia)) as lia:
        assert 'href="/synchronization"' not in await page(lia, "/service-orders")
        assert (await lia.get("/synchronization")).status_code == 404
        assert (await lia.post("/synchronization/refusals/runs")).status_code == 404


async def test_the_last_reconciliation_is_told(bridge: Bridge, rui: httpx.AsyncClient) -> None:
    await bridge.beat()
    assert "Última conferência" not in await page(rui)
    done = {"at": "2026-03-02T05:30:00Z", "compared": 9000, "found": 0, "repaired": 0, "left": 0}
    assert (await bridge.beat(reconciliation=done)).status_code == 200
    assert "02/03/2026 02:30: tudo igual" in await page(rui)
    await bridge.beat(reconciliation=done | {"found": 4, "repaired": 3, "left": 1})
    assert "3 registros corrigidos, 1 ainda diferente" in await page(rui)
    assert (await bridge.beat(reconciliation=done | {"left": -1})).status_code == 422


async def test_a_bridge_that_was_not_heard_yet_is_not_called_up_to_date(
    bridge: Bridge, rui: httpx.AsyncClient
) -> None:
    await bridge.messages()
    text = await page(rui)
    assert "À espera do primeiro sinal" in text
    assert "Em dia" not in text


async def test_a_bridge_in_good_health_is_shown_with_its_base(bridge: Bridge, rui: httpx.AsyncClient) -> None:
    beat = await bridge.beat(queue=12)
    assert beat.status_code == 200, beat.text
    assert "server_time" in beat.json()
    await bridge.bring(COMPANY)
    text = await page(rui)
    for said in ("Em dia", "200 MB", "3.0.11", "Ligada", "11.222.333/0001-81"):
        assert said in text, said
    assert 'role="alert"' not in text


async def test_five_minutes_without_a_complete_cycle_raise_the_alarm(
    bridge: Bridge, rui: httpx.AsyncClient
) -> None:
    late = datetime.now(UTC) - timedelta(minutes=6)
    await bridge.beat(last_cycle_at=late.isoformat(), errors=["Firebird parado: conexão recusada"])
    assert "sincronização com o ILUX está atrasada" in await page(rui, "/service-orders")
    text = await page(rui)
    assert "Atrasada" in text
    assert 'role="alert"' in text
    assert "Firebird parado: conexão recusada" in text


async def test_a_bridge_that_falls_silent_becomes_late_by_itself() -> None:
    def late(minutes: float, cycle: datetime | None = NOW) -> bool:
        now = NOW + timedelta(minutes=minutes)
        return judge(last_cycle_at=cycle, known_since=NOW, base_bytes=None, errors=0, now=now).is_late

    assert [late(4.9), late(5), late(4.9, None), late(5, None)] == [False, True, False, True]


async def test_a_base_beyond_one_gigabyte_is_worth_a_warning(bridge: Bridge, rui: httpx.AsyncClient) -> None:
    await bridge.beat(base_bytes=999_999_999)
    assert "passou de 1 GB" not in await page(rui)
    await bridge.beat(base_bytes=1_000_000_000)
    text = await page(rui)
    assert "passou de 1 GB" in text
    assert "Com avisos" in text


async def test_a_beat_is_one_row_and_a_clock_ahead_is_not_believed(bridge: Bridge, office: Office) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    await bridge.beat()
    await bridge.beat(last_cycle_at=tomorrow.isoformat(), queue=3)
    (kept,) = await BridgeStatus.objects()
    assert (kept.queue, kept.reseller_id) == (3, office.world.reseller_id)
    assert kept.last_cycle_at is not None
    assert kept.last_cycle_at <= datetime.now(UTC)


@pytest.mark.parametrize(
    "broken", [{"queue": -1}, {"queue": "many"}, {"errors": ["x" * 501]}, {"last_cycle_at": "2026-03-02"}]
)
async def test_a_beat_that_makes_no_sense_is_invalid(bridge: Bridge, broken: dict[str, object]) -> None:
    answer = await bridge.beat(**broken)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert await BridgeStatus.count() == 0


async def test_a_dead_letter_is_told_in_words_and_tried_again(bridge: Bridge, rui: httpx.AsyncClient) -> None:
    await bridge.bring(COMPANY, row("equipment", "9", company="1", customer="7", serial_number="<b>S1</b>"))
    text = await page(rui)
    assert "Espera por cliente 7, que ainda não veio do ILUX." in text
    assert "&lt;b&gt;S1&lt;/b&gt;" in text
    (kept,) = await IluxRefusal.objects()
    again = await rui.post(f"/synchronization/refusals/{kept.id}/runs")
    assert again.headers["location"] == "/synchronization?done=again"
    assert len(await refusals()) == 1
    await IluxRefusal.update(
        {IluxRefusal.data: '{"company":"1","name":"Sem cliente","cnpj_cpf":null}'}
    ).where(IluxRefusal.id == kept.id)
    await IluxRefusal.update({IluxRefusal.entity: "customer"}).where(IluxRefusal.id == kept.id)
    again = await rui.post(f"/synchronization/refusals/{kept.id}/runs")
    assert "O registro foi aplicado." in await page(rui, again.headers["location"])
    assert await refusals() == []
    with platform():
        assert await AuditEntry.count().where(AuditEntry.action == "bridge.row_retried") == 2


async def test_all_dead_letters_are_tried_at_once(bridge: Bridge, rui: httpx.AsyncClient) -> None:
    parts = [row("part", str(number), code="ONE", name="x") for number in range(3)]
    await bridge.bring(*parts)
    assert len(await refusals()) == 2
    assert (await rui.post("/synchronization/refusals/runs")).status_code == 303
    assert len(await refusals()) == 2


async def test_nobody_reaches_another_resellers_rows(bridge: Bridge, rui: httpx.AsyncClient) -> None:
    for address in (f"refusals/{uuid4()}/runs", f"messages/{uuid4()}/repetitions"):
        assert (await rui.post(f"/synchronization/{address}")).status_code == 404


async def test_what_ilux_refused_is_asked_for_again_with_what_it_has_now(
    bridge: Bridge, office: Office, rui: httpx.AsyncClient
) -> None:
    order_id = await dispatched(bridge, office)
    (message,) = await bridge.messages()
    await bridge.answer(message, "conflict", "Estava em L")
    theirs = {"company": "1", "customer": "70", "ilux_number": "6001", "opened_at": "2026-03-02T11:00:00Z"}
    await bridge.bring(row("service_order", "1|6001", **theirs, status="L"))
    text = await page(rui)
    assert "Não escrito no ILUX" in text
    assert "Estava em L" in text
    again = await rui.post(f"/synchronization/messages/{message['id']}/repetitions")
    assert again.status_code == 303
    (repeated,) = await bridge.messages()
    assert repeated["id"] != message["id"]
    assert (repeated["data"]["status"], repeated["expected"]) == ("E", {"status": "L"})
    assert await office.world.status(order_id) == "L"
    twice = await rui.post(f"/synchronization/messages/{message['id']}/repetitions")
    assert twice.status_code == 409
    kept = await IluxMessage.objects().get(IluxMessage.id == UUID(message["id"]))
    assert kept is not None
    assert kept.status == "repeated"


async def test_what_waits_for_a_key_is_shown_as_waiting(
    bridge: Bridge, office: Office, rui: httpx.AsyncClient
) -> None:
    await office.world.open_order()
    text = await page(rui)
    assert "Espera um cadastro que o ILUX ainda não tem" in text
    assert "Chamado aberto" in text


async def test_a_page_asks_the_same_of_one_refusal_and_of_twenty(
    bridge: Bridge, rui: httpx.AsyncClient
) -> None:
    async def asked() -> int:
        await page(rui)
        with counted_queries() as queries:
            await page(rui)
        return len(queries)

    await bridge.bring(COMPANY, row("part", "p", code="p"))
    few = await asked()
    await bridge.bring(CUSTOMER, *(row("part", f"p{number}", code="p") for number in range(30)))
    assert await asked() == few <= 12
    assert "Próxima página" in await page(rui)
    assert "Primeira página" in await page(rui, "/synchronization?page=2")


async def test_htmx_is_answered_the_part_that_changes(bridge: Bridge, rui: httpx.AsyncClient) -> None:
    text = (await rui.get("/synchronization", headers={"hx-request": "true"})).text
    assert text.lstrip().startswith('<div id="synchronization"')
