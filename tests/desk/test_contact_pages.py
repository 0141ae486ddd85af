"""Contato: a customer writes, whoever has the flag is told, the desk answers and closes."""

from __future__ import annotations

import re

import httpx

from offline_sync.ids import uuid7
from server.accounts.actor import Role
from server.contact.tables import ContactMessage
from tests.desk.office import Office
from tests.desk.test_query_counts import MOST, queries_of
from tests.notifications.channel import flag, run_jobs, told


def message(office: Office, **more: str) -> dict[str, str]:
    return {
        "customer_id": str(office.world.customer_id), "message_id": str(uuid7()), "kind": "contact",
        "subject": "Segunda via", "body": "Preciso da fatura de julho.\nObrigada", **more,
    }  # fmt: skip


async def test_a_message_is_told_by_flag_answered_and_closed(
    office: Office, carla: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    await flag(office.world.ana, "contact")
    form = await carla.get("/contact-messages/new")
    assert str(office.world.customer_id) in form.text
    sent = message(office, phone="(48) 3222-0000")
    answers = [await carla.post("/contact-messages", data=sent) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert await ContactMessage.count() == 1, "sent twice, written once"
    lead = await carla.post("/contact-messages", data=message(office, kind="lead", subject="Mais 3"))
    assert lead.status_code == 303
    await run_jobs()
    assert (await told())["Ana"] == ["Contato recebido"], "the flag for leads is another"
    path = answers[0].headers["location"].partition("?")[0]
    page = await ana.get(path)
    for said in ("Segunda via", "carla@ilha.test", "(48) 3222-0000", "Responder"):
        assert said in page.text, said
    assert "Responder" not in (await carla.get(path)).text
    assert (await ana.post(f"{path}/answers", data={"body": " "})).status_code == 422
    assert (await ana.post(f"{path}/answers", data={"body": "Segue no portal."})).status_code == 303
    await run_jobs()
    assert (await told())["Carla"] == ["Sua mensagem foi respondida"]
    assert "Segue no portal." in (await carla.get(path)).text
    assert (await ana.post(f"{path}/closures")).status_code == 303
    assert (await ana.post(f"{path}/answers", data={"body": "Mais"})).status_code == 409
    assert "Encerrada por Ana" in (await carla.get(path)).text


async def test_the_list_is_filtered_and_faults_are_said(
    office: Office, carla: httpx.AsyncClient, ana: httpx.AsyncClient
) -> None:
    for number in range(3):
        kind = "lead" if number == 1 else "contact"
        await carla.post("/contact-messages", data=message(office, subject=f"Assunto {number}", kind=kind))

    async def ask(**filters: str) -> list[str]:
        page = await ana.get("/contact-messages", params=filters)
        return re.findall(r'class="key"[^>]*>(Assunto \d)<', page.text)

    assert await ask() == ["Assunto 2", "Assunto 1", "Assunto 0"]
    assert await ask(kind="lead") == ["Assunto 1"]
    assert await ask(state="closed") == []
    assert await ask(customer="padaria") == []
    few = await queries_of(ana, "/contact-messages")
    for wrong, said in (
        ({"subject": ""}, "Escreva o assunto"),
        ({"body": " "}, "Escreva a mensagem"),
        ({"phone": "ligue já"}, "telefone"),
    ):
        answer = await carla.post("/contact-messages", data=message(office, **wrong))
        assert (answer.status_code, said in answer.text) == (422, True), wrong
    elsewhere = await carla.post("/contact-messages", data=message(office, customer_id=str(uuid7())))
    assert elsewhere.status_code == 404
    for number in range(7):
        await carla.post("/contact-messages", data=message(office, subject=f"Mais {number}"))
    assert await queries_of(ana, "/contact-messages") == few <= MOST


async def test_nobody_else_reads_what_a_customer_wrote(office: Office, carla: httpx.AsyncClient) -> None:
    sent = await carla.post("/contact-messages", data=message(office))
    path = sent.headers["location"].partition("?")[0]
    for role, source in (
        (Role.CALL_OPENER, office.world.carla),
        (Role.BILLING_OPERATOR, office.world.carla),
        (Role.CALL_OPERATOR, office.world.ana),
    ):
        browser = await office.browser(await office.as_role(source, role))
        assert (await browser.get(path)).status_code == 404, role
        assert (await browser.get("/contact-messages")).status_code == 404, role
