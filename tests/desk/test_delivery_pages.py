"""Entregas at the desk: the list with its filters, one invoice with its proof, and what the customer sees."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from server.accounts.actor import Actor
from server.deliveries import queries
from server.deliveries.policy import policy_of
from server.deliveries.tables import DeliveryDiscrepancy, DeliveryFile, Invoice
from server.deliveries.views import DeliveryFilter, DeliveryState
from tests.deliveries.world import KEY, Depot, open_depot
from tests.desk.counting import counted_queries
from tests.desk.office import Office, picture
from tests.desk.test_query_counts import MOST, queries_of
from tests.sync_driver.phone import DriversPhone, photo
from tests.sync_technician.phone import Clock, portal, text_of

NOW = datetime.now(UTC)


@pytest.fixture
async def depot(office: Office) -> Depot:
    return await open_depot(office.world)


@pytest.fixture
async def diego(depot: Depot) -> DriversPhone:
    clock = Clock()
    clock.time = NOW
    phone = DriversPhone(portal(clock), depot.diego, clock)
    await phone.enrol()
    return phone


async def store(office: Office, delivery_id: UUID) -> None:
    """The files of a delivery are here."""
    for row in await DeliveryFile.select().where(DeliveryFile.delivery_id == delivery_id):
        path = office.settings.data_dir / "files" / str(row["reseller_id"]) / row["sha256"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture(kind="PNG" if row["kind"] == "signature" else "JPEG"))
        await DeliveryFile.update({DeliveryFile.file_at: NOW}).where(DeliveryFile.id == row["id"])


def numbers(page: httpx.Response) -> list[str]:
    return re.findall(r'class="key"[^>]*>NF (\w+)<', page.text)


async def ask(browser: httpx.AsyncClient, **filters: Any) -> list[str]:
    page = await browser.get("/deliveries", params=filters)
    assert page.status_code == 200
    return numbers(page)


async def test_the_list_is_filtered_by_state_carrier_customer_and_period(
    office: Office, depot: Depot, diego: DriversPhone, ana: httpx.AsyncClient
) -> None:
    issued = NOW - timedelta(hours=5)
    ids = {name: await depot.invoice(name, issued_at=issued) for name in ("1", "2", "3", "4")}
    await depot.invoice("5", issued_at=NOW - timedelta(days=9), carrier_id=depot.other_carrier_id)
    await depot.invoice("6", issued_at=NOW - timedelta(days=20), is_active=False)
    diego.confirm(ids["1"])
    diego.fail(ids["2"])
    diego.confirm(ids["3"], "partial", note="Falta 1")
    await diego.push()
    assert sorted(await ask(ana)) == ["1", "2", "3", "4", "5"]
    assert await ask(ana, state="delivered") == ["1"]
    assert await ask(ana, state="not_delivered") == ["2"]
    assert await ask(ana, state="partial") == ["3"]
    assert await ask(ana, state="cancelled") == ["6"]
    assert await ask(ana, state="late") == ["5"]
    assert sorted(await ask(ana, state="pending")) == ["2", "3", "4", "5"]
    assert await ask(ana, carrier_id=str(depot.other_carrier_id)) == ["5"]
    assert await ask(ana, number="4") == ["4"]
    assert await ask(ana, customer="padaria") == []
    assert len(await ask(ana, customer="escola")) == 5
    assert await ask(ana, issued_until=f"{NOW - timedelta(days=5):%Y-%m-%d}") == ["5"]
    page = await ana.get("/deliveries")
    assert "Atrasada" in page.text
    assert 'data-route="{' in page.text, "the places of this page"
    bad = await ana.get("/deliveries", params={"issued_from": "ontem"})
    assert bad.status_code == 422
    assert (await ana.get("/deliveries", params={"after": "x"})).status_code == 422


async def test_the_list_is_paged_by_key_also_through_invoices_without_a_date(
    depot: Depot, office: Office
) -> None:
    same = NOW - timedelta(days=1)
    dates = [None, None, None, same, same, same, NOW - timedelta(days=2)]
    ids = [await depot.invoice(str(n), issued_at=date) for n, date in enumerate(dates)]
    seen: list[UUID] = []
    after = None
    for _ in range(len(ids)):
        page = await queries.list_deliveries(
            office.world.ana, DeliveryFilter(), now=NOW, after=after, limit=2
        )
        seen += [row.id for row in page.rows]
        after = page.next
        if after is None:
            break
    assert sorted(seen) == sorted(ids)
    assert len(set(seen)) == len(seen)
    assert seen[-1] == ids[-1]


async def test_the_page_of_an_invoice_shows_the_proof_with_the_fields_of_the_event(
    office: Office, depot: Depot, diego: DriversPhone, ana: httpx.AsyncClient
) -> None:
    invoice_id = await depot.invoice(issued_at=NOW - timedelta(hours=5))
    diego.fail(invoice_id)
    delivery_id, _ = diego.confirm(invoice_id, photos=[photo(text_of(NOW))])
    await diego.push()
    await store(office, delivery_id)
    page = await ana.get(f"/deliveries/{invoice_id}")
    for said in (
        "Rosa Lima", "529.982.247-25", "-27.594900, -48.548200", "(UTC−03:00)", "Recebedor não encontrado",
        "Portão fechado", KEY, "Comprovante em PDF",
    ):  # fmt: skip
        assert said in page.text, said
    files = sorted(set(re.findall(rf"/deliveries/{invoice_id}/files/[0-9a-f-]+", page.text)))
    assert len(files) == 2
    for path in files:
        answer = await ana.get(path)
        assert answer.headers["content-type"].startswith("image/")
    small = await ana.get(files[0] + "?size=small")
    assert small.status_code == 200
    pdf = await ana.get(f"/deliveries/{invoice_id}/proof.pdf")
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")


async def test_without_anything_handed_over_there_is_no_proof(
    depot: Depot, diego: DriversPhone, ana: httpx.AsyncClient
) -> None:
    invoice_id = await depot.invoice()
    assert "Ainda sem tentativa" in (await ana.get(f"/deliveries/{invoice_id}")).text
    diego.fail(invoice_id)
    await diego.push()
    page = await ana.get(f"/deliveries/{invoice_id}")
    assert "Comprovante em PDF" not in page.text
    assert (await ana.get(f"/deliveries/{invoice_id}/proof.pdf")).status_code == 404


async def test_a_customer_sees_the_proof_of_its_own_invoice_and_nothing_of_the_office(
    office: Office, depot: Depot, diego: DriversPhone, carla: httpx.AsyncClient
) -> None:
    invoice_id = await depot.invoice(notes="Cobrar na entrega")
    diego.fail(invoice_id, note="Cachorro solto")
    delivery_id, _ = diego.confirm(invoice_id, happened_at=text_of(NOW + timedelta(days=2)))
    other_id = await depot.invoice("901")
    withdrawn_id, _ = diego.confirm(other_id, receiver_name="Engano Total")
    diego.withdraw(withdrawn_id)
    await diego.push()
    assert await DeliveryDiscrepancy.exists().where(DeliveryDiscrepancy.delivery_id == delivery_id)
    page = await carla.get(f"/deliveries/{invoice_id}")
    assert "Rosa Lima" in page.text
    for hidden in ("Divergência", "Data da entrega improvável", "Cobrar na entrega", "Recebido no portal"):
        assert hidden not in page.text, hidden
    assert page.text.count("-27.594900") == 1, "where it was handed over, not where it was not"
    assert "Engano Total" not in (await carla.get(f"/deliveries/{other_id}")).text
    assert (await carla.get(f"/deliveries/{invoice_id}/proof.pdf")).status_code == 200
    await Invoice.update({Invoice.customer_id: await another_customer(office)}).where(
        Invoice.id == invoice_id
    )
    for path in ("", "/proof.pdf"):
        assert (await carla.get(f"/deliveries/{invoice_id}{path}")).status_code == 404
    assert invoice_id not in {row.id for row in await rows_for(office.world.carla)}


async def another_customer(office: Office) -> UUID:
    from server.customers.tables import Customer

    row = Customer(reseller_id=office.world.reseller_id, company_id=office.world.company_id, name="Padaria")
    await row.save()
    customer_id: UUID = row.id
    return customer_id


async def rows_for(actor: Actor) -> tuple[Any, ...]:
    return (await queries.list_deliveries(actor, DeliveryFilter(), now=NOW)).rows


async def test_a_discrepancy_is_accepted_with_a_note_once(
    depot: Depot, diego: DriversPhone, ana: httpx.AsyncClient
) -> None:
    invoice_id = await depot.invoice()
    await Invoice.update({Invoice.is_active: False}).where(Invoice.id == invoice_id)
    diego.confirm(invoice_id)
    await diego.push()
    row = await DeliveryDiscrepancy.select().first()
    assert row is not None
    assert await ask(ana, state="flagged") == ["900"]
    assert "Nota cancelada antes da entrega" in (await ana.get(f"/deliveries/{invoice_id}")).text
    path = f"/deliveries/{invoice_id}/discrepancies/{row['id']}/acceptance"
    elsewhere = f"/deliveries/{await depot.invoice('901')}/discrepancies/{row['id']}/acceptance"
    assert (await ana.post(elsewhere, data={"note": "x"})).status_code == 404
    assert (await ana.post(path, data={"note": " "})).status_code == 422
    assert (await ana.post(path, data={"note": "Mercadoria recolhida"})).status_code == 303
    assert (await ana.post(path, data={"note": "De novo"})).status_code == 409
    page = await ana.get(f"/deliveries/{invoice_id}")
    assert "Mercadoria recolhida" in page.text
    assert await ask(ana, state="flagged") == []


async def test_an_admin_says_what_a_proof_must_hold(office: Office, depot: Depot) -> None:
    async with await office.admin("Helena") as helena:
        page = await helena.get("/deliveries/policy")
        assert 'value="3"' in page.text
        assert (await helena.post("/deliveries/policy", data={"due_days": "0"})).status_code == 422
        bad = await helena.post("/deliveries/policy", data={"due_days": "dois"})
        assert bad.status_code == 422
        assert 'value="dois"' in bad.text
        said = {"signature": "yes", "photo": "yes", "due_days": "2"}
        assert (await helena.post("/deliveries/policy", data=said)).status_code == 303
        assert (await helena.post("/deliveries/policy", data=said)).status_code == 303
    policy = await policy_of(office.world.reseller_id)
    assert (policy.requirements.signature, policy.requirements.document, policy.due_days) == (True, False, 2)
    await depot.invoice("1", issued_at=NOW - timedelta(days=2, hours=1))
    late = DeliveryFilter(state=DeliveryState.LATE)
    assert len((await queries.list_deliveries(office.world.ana, late, now=NOW)).rows) == 1


async def test_pages_ask_the_same_of_one_delivery_and_of_ten(
    depot: Depot, diego: DriversPhone, ana: httpx.AsyncClient
) -> None:
    invoice_id = await depot.invoice()
    diego.fail(invoice_id)
    await diego.push()
    addresses = ["/deliveries", f"/deliveries/{invoice_id}"]
    few = [await queries_of(ana, address) for address in addresses]
    for number in range(9):
        diego.fail(invoice_id)
        diego.confirm(await depot.invoice(str(number)))
    await diego.push()
    assert [await queries_of(ana, address) for address in addresses] == few
    assert max(few) <= MOST
    with counted_queries() as asked:
        await ana.get("/deliveries", params={"state": "flagged", "customer": "escola"})
    assert len(asked) <= MOST
