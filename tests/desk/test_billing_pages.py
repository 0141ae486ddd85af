"""Faturamento: several files go in at once, each really checked; the customer's people download; a recall."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest

from server.accounts.actor import Actor, Role
from server.accounts.tables import User
from server.audit.tables import AuditEntry
from server.billing.tables import BillingBatch, BillingFile, BillingOpening
from server.customers.tables import Contract, Customer
from server.database import platform
from tests.billing import papers
from tests.billing.papers import BAKERY, invoice
from tests.desk.office import Office
from tests.desk.test_query_counts import MOST, queries_of
from tests.notifications.channel import run_jobs

OTHERS = f"Fatura do cliente {BAKERY}."


@pytest.fixture
async def helena(office: Office) -> httpx.AsyncClient:
    await Customer.update({Customer.cnpj_cpf: "11444777000161"}).where(
        Customer.id == office.world.customer_id
    )
    return await office.admin("Helena")


@pytest.fixture
async def bruno(office: Office) -> httpx.AsyncClient:
    """The school's billing operator."""
    return await office.browser(await office.as_role(office.world.carla, Role.BILLING_OPERATOR))


async def send(browser: httpx.AsyncClient, office: Office, *files: bytes, **more: Any) -> httpx.Response:
    data = {
        "customer_id": str(office.world.customer_id), "company_id": str(office.world.company_id),
        "month": "8", "year": "2026", "is_mailed": "yes", **more,
    }  # fmt: skip
    sent = [("files", (f"Fatura {n}.pdf", one, "application/pdf")) for n, one in enumerate(files, 1)]
    return await browser.post("/billing", data=data, files=sent)


async def test_files_go_in_and_the_result_says_which_failed_why_and_who_was_told(
    office: Office, helena: httpx.AsyncClient, bruno: httpx.AsyncClient, carla: httpx.AsyncClient
) -> None:
    await run_jobs()
    done = await send(
        helena, office, invoice(), papers.with_hidden_script(), invoice(OTHERS), note="Leitura de agosto"
    )
    assert done.status_code == 303
    page = await helena.get(done.headers["location"])
    assert "importados com sucesso: 1. Arquivos com erro: 2." in page.text
    assert "contém um programa (JavaScript)" in page.text
    assert f"mostra {BAKERY}" in page.text
    assert "carla@ilha.test" in page.text
    await run_jobs()
    told = await helena.get(done.headers["location"])
    assert "billing_operator@ilha.test" in told.text
    listed = await bruno.get("/billing")
    (path,) = set(re.findall(r"/billing/[0-9a-f-]+/files/[0-9a-f-]+", listed.text))
    assert "08/2026" in listed.text
    assert "JavaScript" not in (await bruno.get(done.headers["location"])).text, "the reseller's own affair"
    for browser in (bruno, carla):
        answer = await browser.get(path)
        assert answer.content == invoice()
    headers = answer.headers
    assert headers["content-disposition"].startswith("attachment;")
    assert "Fatura%201.pdf" in headers["content-disposition"]
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "private, no-store")
    assert "sandbox" in headers["content-security-policy"]
    opened = await BillingOpening.select(BillingOpening.user_name).order_by(BillingOpening.opened_at)
    assert [one["user_name"] for one in opened] == ["Nina", "Carla"]
    assert "Carla" in (await helena.get(done.headers["location"])).text
    with platform():
        assert await AuditEntry.exists().where(AuditEntry.action == "billing_batch.published")


async def test_nothing_goes_in_without_a_good_file_and_the_form_says_so(
    office: Office, helena: httpx.AsyncClient
) -> None:
    for files, more, said in (
        ((papers.encrypted(),), {}, "está protegido por senha"),
        ((), {}, "Escolha ao menos um arquivo"),
        ((invoice(),), {"month": "13"}, "Escolha o mês"),
        ((invoice(),), {"contract_id": str(uuid4())}, "não é deste cliente"),
        ((invoice(),) * 21, {}, "no máximo 20"),
    ):
        answer = await send(helena, office, *files, **more)
        assert (answer.status_code, said in answer.text) == (422, True), said
    assert await BillingBatch.count() == 0
    folder = office.settings.data_dir / "files" / str(office.world.reseller_id) / "billing"
    assert not folder.exists() or not list(folder.iterdir()), "nothing of them is kept"


async def test_a_file_that_names_somebody_else_needs_to_be_confirmed(
    office: Office, helena: httpx.AsyncClient
) -> None:
    assert (await send(helena, office, invoice(OTHERS))).status_code == 422
    done = await send(helena, office, invoice(OTHERS), is_confirmed="yes")
    assert done.status_code == 303
    assert "Confirmado" in (await helena.get(done.headers["location"])).text
    again = await send(helena, office, invoice(OTHERS), is_confirmed="yes")
    assert (again.status_code, "já está com este cliente" in again.text) == (422, True), "sent twice"
    assert await BillingFile.count() == 1


async def test_a_recalled_file_is_gone_for_the_customer_and_told_to_the_desk(
    office: Office, helena: httpx.AsyncClient, bruno: httpx.AsyncClient
) -> None:
    done = await send(helena, office, invoice(), invoice("Boleto"))
    page = done.headers["location"].partition("?")[0]
    file = await BillingFile.select().where(BillingFile.name == "Fatura 1.pdf").first()
    assert file is not None
    path = f"{page}/files/{file['id']}"
    assert (await bruno.get(path)).status_code == 200
    assert (await helena.post(f"{path}/withdrawals", data={"reason": " "})).status_code == 422
    assert (await helena.post(f"{path}/withdrawals", data={"reason": "Valor errado"})).status_code == 303
    assert (await helena.post(f"{path}/withdrawals", data={"reason": "De novo"})).status_code == 409
    assert (await bruno.get(path)).status_code == 404
    assert "Fatura 1" not in (await bruno.get(page)).text
    assert "Fatura 2" in (await bruno.get("/billing")).text
    assert "Valor errado" in (await helena.get(page)).text
    assert (await send(helena, office, invoice())).status_code == 303, "it may come again"
    with platform():
        assert await AuditEntry.exists().where(AuditEntry.action == "billing_file.withdrawn")


async def test_the_list_is_by_month_contract_and_customer(
    office: Office, helena: httpx.AsyncClient, bruno: httpx.AsyncClient
) -> None:
    contract = await Contract.select(Contract.id).first()
    assert contract is not None
    await send(helena, office, invoice("Um"), month="6")
    await send(helena, office, invoice("Dois"), month="7", contract_id=str(contract["id"]))
    await send(helena, office, invoice("Três"), month="8")

    async def ask(browser: httpx.AsyncClient, **filters: str) -> list[str]:
        page = await browser.get("/billing", params=filters)
        return re.findall(r'class="key"[^>]*>(\d\d/\d{4})<', page.text)

    assert await ask(bruno) == ["08/2026", "07/2026", "06/2026"]
    assert await ask(bruno, period_from="2026-07") == ["08/2026", "07/2026"]
    assert await ask(bruno, period_until="2026-06") == ["06/2026"]
    assert await ask(helena, contract="C-8") == ["07/2026"]
    assert await ask(helena, customer="padaria") == []
    assert (await bruno.get("/billing", params={"period_from": "agosto"})).status_code == 422
    few = [await queries_of(one, "/billing") for one in (helena, bruno)]
    for number in range(7):
        await send(helena, office, invoice(f"Mais {number}"), invoice(f"E mais {number}"))
    assert [await queries_of(one, "/billing") for one in (helena, bruno)] == few
    batch = await BillingBatch.select(BillingBatch.id).first()
    assert batch is not None
    assert max(*few, await queries_of(helena, f"/billing/{batch['id']}")) <= MOST


async def test_who_publishes_and_who_reads(
    office: Office, helena: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    """The admin, and whom of the service desk the admin lets; of the customer neither R10 nor another's
    people.
    """
    done = await send(helena, office, invoice())
    page = done.headers["location"]
    assert (await ana.get("/billing")).status_code == 404
    assert (await send(ana, office, invoice())).status_code == 404
    await User.update({User.can_publish_billing: True}).where(User.id == office.world.ana.user_id)
    assert (await ana.get(page)).status_code == 200
    assert (await send(ana, office, invoice("Outra"))).status_code == 303
    bakery = Customer(
        reseller_id=office.world.reseller_id, company_id=office.world.company_id, name="Padaria"
    )
    await bakery.save()
    for actor in (
        replace(office.world.carla, customer_ids=frozenset({bakery.id})),
        await office.as_role(office.world.carla, Role.CALL_OPENER),
    ):
        browser = await office.browser(await _somebody(office, actor))
        assert (await browser.get(page)).status_code == 404, actor.role
    assert (await helena.get("/billing/new", params={"q": "escola"})).status_code == 200


async def _somebody(office: Office, actor: Actor) -> Actor:
    """A new account with that reach."""
    with platform():
        user = User(reseller_id=actor.reseller_id, email=f"{uuid4()}@x.test", name="Outro", role=actor.role)
        await user.save()
    return replace(actor, user_id=user.id)
