"""Clientes at the desk: found by what people type, put on the map, and what visits propose."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest

from server.customers.tables import Customer
from server.database import platform
from server.positions.tables import CustomerPosition, PositionProposal
from tests.desk.office import Office
from tests.desk.test_query_counts import MOST, queries_of
from tests.service_orders.world import SCHOOL

NOW = datetime.now(UTC)


def names(page: httpx.Response) -> list[str]:
    return re.findall(r'class="key" href="/customers/[^"]+">([^<]+)<', page.text)


async def add_customer(office: Office, name: str, **more: object) -> UUID:
    customer = Customer(
        reseller_id=office.world.reseller_id,
        company_id=office.world.company_id,
        name=name,
        search_name=name.lower(),
        **more,
    )
    await customer.save()
    return customer.id


async def propose(office: Office, customer_id: UUID) -> UUID:
    proposal = PositionProposal(
        reseller_id=office.world.reseller_id,
        customer_id=customer_id,
        source="visits",
        latitude=-27.6,
        longitude=-48.5,
        visits=3,
        distance_m=1234,
        points="[[-27.6,-48.5],[-27.6,-48.5],[-27.6,-48.5],[-27.9,-48.5]]",
    )
    await proposal.save()
    return proposal.id


async def position(customer_id: UUID) -> tuple[float, float]:
    row = (
        await Customer.select(Customer.latitude, Customer.longitude).where(Customer.id == customer_id).first()
    )
    assert row is not None
    return row["latitude"], row["longitude"]


async def test_the_list_goes_by_name_from_page_to_page(office: Office, ana: httpx.AsyncClient) -> None:
    for number in range(60):
        await add_customer(office, f"Loja {number:02d}")
    page = await ana.get("/customers")
    assert names(page)[:2] == ["Escola São João", "Loja 00"]
    following = re.search(r'href="(/customers\?after=[^"]+)"[^>]*>Próxima', page.text)
    assert following is not None
    assert names(page) + names(await ana.get(following[1])) == [
        "Escola São João",
        *(f"Loja {number:02d}" for number in range(60)),
    ]


async def test_the_list_is_narrowed_by_name_and_by_what_is_known(
    office: Office, ana: httpx.AsyncClient
) -> None:
    await add_customer(office, "Sem Mapa")
    await propose(office, office.world.customer_id)
    for query, found in (
        ("q=joao", ["Escola São João"]),
        ("position=none", ["Sem Mapa"]),
        ("position=placed", ["Escola São João"]),
        ("position=proposed", ["Escola São João"]),
        ("position=stale", []),
        ("after=x", None),
    ):
        page = await ana.get(f"/customers?{query}")
        assert page.status_code == (422 if found is None else 200)
        assert names(page) == (found or [])


async def test_ana_corrects_a_position_in_plain_fields(office: Office, ana: httpx.AsyncClient) -> None:
    address = f"/customers/{office.world.customer_id}"
    refused = await ana.post(f"{address}/position", data={"latitude": "-48,5", "longitude": "leste"})
    assert refused.status_code == 422
    assert "Use um número" in refused.text
    assert 'value="leste"' in refused.text
    elsewhere = await ana.post(f"{address}/position", data={"latitude": "48,5", "longitude": "2,3"})
    assert elsewhere.status_code == 422
    assert "não fica no Brasil" in elsewhere.text
    assert await position(office.world.customer_id) == SCHOOL
    saved = await ana.post(f"{address}/position", data={"latitude": "-27,61", "longitude": "-48.52"})
    assert saved.status_code == 303
    assert await position(office.world.customer_id) == (-27.61, -48.52)
    page = await ana.get(address)
    assert "Marcada à mão, por Ana" in page.text
    assert "Histórico da posição" not in page.text, "the audit trail is the admin's"
    async with await office.admin("Bruna") as bruna:
        assert "-27,594900; -48,548200 → -27,610000; -48,520000" in (await bruna.get(address)).text


async def test_ana_decides_on_a_proposed_position(office: Office, ana: httpx.AsyncClient) -> None:
    address = f"/customers/{office.world.customer_id}"
    proposal_id = await propose(office, office.world.customer_id)
    page = await ana.get(address)
    assert "3 das últimas 4 chegadas registradas ficam juntas neste ponto, a 1,2 km da posição" in page.text
    decided = await ana.post(f"{address}/proposals/{proposal_id}/acceptance")
    assert decided.status_code == 303
    assert await position(office.world.customer_id) == (-27.6, -48.5)
    assert "Posição proposta" not in (await ana.get(address)).text
    again = await ana.post(f"{address}/proposals/{proposal_id}/rejection")
    assert again.status_code == 409


async def test_who_only_reads_sees_no_buttons_and_a_customer_sees_nothing(
    office: Office, carla: httpx.AsyncClient
) -> None:
    await propose(office, office.world.customer_id)
    address = f"/customers/{office.world.customer_id}"
    assert (await carla.get(address)).status_code == 404
    async with await office.browser(office.world.lia) as lia:
        page = await lia.get(address)
        assert "Posição proposta" in page.text
        assert "<form" not in page.text.split("<main")[1]


async def test_an_address_that_changed_is_to_be_checked(office: Office, ana: httpx.AsyncClient) -> None:
    with platform():
        await CustomerPosition(
            reseller_id=office.world.reseller_id,
            customer_id=office.world.customer_id,
            source="hand",
            address="rua antiga|1||florianopolis|sc|",
        ).save()
    page = await ana.get(f"/customers/{office.world.customer_id}")
    assert "A conferir" in page.text
    assert "O endereço mudou depois" in page.text


@pytest.mark.parametrize("address", ["/customers", "/customers/{}"])
async def test_customers_ask_the_same_with_one_proposal_and_with_many(
    address: str, office: Office, ana: httpx.AsyncClient
) -> None:
    address = address.format(office.world.customer_id)
    await propose(office, office.world.customer_id)
    few = await queries_of(ana, address)
    for number in range(9):
        await propose(office, await add_customer(office, f"Loja {number}"))
    assert await queries_of(ana, address) == few <= MOST
