"""The customer's people at their main jobs: on a phone with a poor network, and without any script."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.e2e.people import PHONE_SIZE, People, go_by_menu, last_part
from tests.e2e.portal import Portal

ORDER = re.compile(r"/service-orders/[0-9a-f-]{36}(\?opened=1)?$")
REQUEST = re.compile(r"/supply-requests/[0-9a-f-]{36}$")
pytestmark = pytest.mark.timeout(180)


def test_marcelo_serves_himself_on_a_slow_phone(house: Portal, people: People) -> None:
    """Opens a call with a photo, asks for toner, takes his bill, says how a visit was."""
    page = people.enter("cliente", PHONE_SIZE, is_slow=True)

    go_by_menu(page, "Chamados")
    page.get_by_role("link", name="Abrir chamado").click()
    serial = free_machine(house)
    page.get_by_role("searchbox", name="Procurar").fill(serial[:-1])
    found_place(page, serial).click()
    expect(page.get_by_text("Atendimento previsto até")).to_be_visible()
    page.get_by_label("Defeito").select_option(label="Erro no visor")
    photo = noisy_photo()
    page.get_by_label("Escolher arquivos").set_input_files(
        {"name": "visor.jpg", "mimeType": "image/jpeg", "buffer": photo}
    )
    progress = page.get_by_role("progressbar", name="Enviando visor.jpg")
    expect(progress).to_be_visible()
    page.get_by_label("O que está acontecendo?").fill("O visor mostra 50.4 e a máquina apita.")
    page.wait_for_function("() => document.querySelector('[data-uploading] progress')?.position > 0")
    page.get_by_role("button", name="Abrir chamado").click()  # before the photo is up: the form waits for it
    page.wait_for_url(ORDER)
    expect(page.get_by_text("Guarde este número")).to_be_visible()
    ((order_id, status, due_at),) = house.ask(
        "SELECT id, status, due_at FROM service_order WHERE description = ?",
        "O visor mostra 50.4 e a máquina apita.",
    )
    assert last_part(page) == order_id
    assert status == "A"
    assert datetime.fromisoformat(due_at) > datetime.now(UTC)
    ((name, size),) = house.ask("SELECT name, size FROM attachment WHERE service_order_id = ?", order_id)
    assert (name, size > 50_000) == ("visor.jpg", True)

    go_by_menu(page, "Suprimentos")
    page.get_by_role("link", name="Solicitar suprimentos").click()
    page.get_by_label("Série, patrimônio, modelo ou departamento").fill(serial[:-1])
    page.get_by_role("region", name="Encontrados").get_by_role("link", name=re.compile(serial)).click()
    ask_for_toner(page, "2")
    page.get_by_role("button", name="Solicitar").click()
    confirm_if_warned(page)
    page.wait_for_url(REQUEST)
    assert house.ask(
        "SELECT s.status, i.quantity, e.serial_number FROM supply_request s JOIN equipment e"
        " ON e.id = s.equipment_id JOIN supply_request_item i ON i.supply_request_id = s.id WHERE s.id = ?",
        last_part(page),
    ) == [("pending", 2, serial)]

    go_by_menu(page, "Faturamento")
    bill = page.locator("#billing").get_by_role("link", name=re.compile("Demonstrativo")).first
    with page.expect_download() as download:
        bill.click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    assert house.ask("SELECT count(*) FROM billing_opening WHERE user_name = 'Marcelo Fontana'") == [(1,)]

    page.goto("/")
    page.get_by_role("link", name="como foi? Avaliar").first.click()
    page.get_by_text("Ótimo").click()
    page.get_by_label("Quer contar algo?").fill("Veio rápido, mesmo com a ponte parada.")
    page.get_by_role("button", name="Enviar avaliação").click()
    page.wait_for_url(ORDER)

    camila = people.enter("atendimento")
    camila.goto("/ratings")
    expect(camila.get_by_text("Veio rápido, mesmo com a ponte parada.")).to_be_visible()
    camila.goto(f"/service-orders/{order_id}?tab=attachments")
    expect(camila.get_by_role("img", name="visor.jpg")).to_be_visible()


def test_marcelo_needs_no_script(house: Portal, people: People) -> None:
    """Opens a call with a photo, takes it back with a reason, asks for supplies, says how a visit was."""
    page = people.enter("cliente", PHONE_SIZE, script=False)
    go_by_menu(page, "Chamados")
    page.get_by_role("link", name="Abrir chamado").click()
    serial = free_machine(house)
    page.get_by_role("searchbox", name="Procurar").fill(serial)
    page.get_by_role("button", name="Procurar").click()
    found_place(page, serial).click()
    page.get_by_role("button", name="Abrir chamado").click()
    expect(page.get_by_role("heading", name="Abrir chamado")).to_be_visible()  # the browser asks for words
    page.get_by_label("O que está acontecendo?").fill("Sai tudo borrado, sem rede nem script.")
    page.get_by_label("Escolher arquivos").set_input_files(
        {"name": "folha.jpg", "mimeType": "image/jpeg", "buffer": noisy_photo(60)}
    )
    page.get_by_role("button", name="Abrir chamado").click()
    page.wait_for_url(ORDER)
    order_id = last_part(page)
    assert house.ask("SELECT name FROM attachment WHERE service_order_id = ?", order_id) == [("folha.jpg",)]

    page.get_by_text("Cancelar o chamado").first.click()
    page.get_by_label("Motivo").fill("Era a bandeja mal fechada")
    page.get_by_role("button", name="Cancelar o chamado").click()
    expect(page.get_by_text("Cancelado: Era a bandeja mal fechada")).to_be_visible()
    assert house.ask("SELECT status, cancel_reason FROM service_order WHERE id = ?", order_id) == [
        ("C", "Era a bandeja mal fechada")
    ]

    go_by_menu(page, "Suprimentos")
    page.get_by_role("link", name="Solicitar suprimentos").click()
    page.get_by_label("Série, patrimônio, modelo ou departamento").fill(serial)
    page.get_by_role("button", name="Procurar").click()
    page.get_by_role("region", name="Encontrados").get_by_role("link", name=re.compile(serial)).click()
    page.get_by_role("button", name="Solicitar").click()  # nothing chosen: the form comes back and says so
    expect(page.get_by_role("alert")).to_be_visible()
    ask_for_toner(page, "1")
    page.get_by_role("button", name="Solicitar").click()
    confirm_if_warned(page)
    page.wait_for_url(REQUEST)
    request_id = last_part(page)

    page.goto("/home")
    page.get_by_role("link", name="como foi? Avaliar").first.click()
    page.get_by_role("button", name="Enviar avaliação").click()
    expect(page.get_by_role("heading", name="Como foi o atendimento?")).to_be_visible()
    page.get_by_text("Ruim").click()
    page.get_by_role("button", name="Enviar avaliação").click()
    page.wait_for_url(ORDER)
    assert house.ask("SELECT grade FROM rating WHERE service_order_id = ?", last_part(page)) == [("bad",)]

    larissa = people.enter("suprimentos")
    larissa.goto(f"/supply-requests/{request_id}")
    expect(larissa.get_by_text(serial).first).to_be_visible()
    camila = people.enter("atendimento")
    camila.goto("/service-orders?status=C")
    expect(camila.locator(f"#order-{order_id}")).to_contain_text("Cancelado")


def test_tatiane_opens_and_follows_a_call_and_knows_nothing_of_supplies(
    house: Portal, people: People
) -> None:
    """Abertura de chamados, without script; Camila asks back at the desk."""
    page = people.enter("abertura", PHONE_SIZE, script=False)
    expect(page.get_by_role("navigation", name="Principal")).to_contain_text("Chamados")
    expect(page.get_by_role("navigation", name="Principal")).not_to_contain_text("Suprimentos")
    for address in ("/supply-requests", "/supply-requests/new", "/billing", "/users"):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 404, address
    page.goto("/service-orders/new")
    serial = free_machine(house)
    page.get_by_role("searchbox", name="Procurar").fill(serial)
    page.get_by_role("button", name="Procurar").click()
    found_place(page, serial).click()
    page.get_by_label("O que está acontecendo?").fill("A impressora da recepção não puxa papel.")
    page.get_by_label("Quem procurar no local").fill("Tatiane, na recepção")
    page.get_by_role("button", name="Abrir chamado").click()
    page.wait_for_url(ORDER)
    order_id = last_part(page)

    camila = people.enter("atendimento")
    camila.goto(f"/service-orders/{order_id}?tab=triage")
    expect(camila.get_by_role("heading", name="Chamado", level=1)).to_be_visible()
    camila.get_by_label("Mensagem").fill("Qual das duas bandejas?")
    camila.get_by_role("button", name="Enviar").click()
    expect(camila.get_by_text("Aguardando resposta")).to_be_visible()

    page.goto("/home")
    page.get_by_role("link", name="a revenda perguntou: responder").click()
    expect(page.get_by_text("Qual das duas bandejas?")).to_be_visible()
    page.get_by_label("Mensagem").fill("A de baixo.")
    page.get_by_role("button", name="Enviar").click()
    expect(page.get_by_text("A de baixo.")).to_be_visible()
    assert house.ask(
        "SELECT author_side, body FROM triage_message WHERE service_order_id = ? ORDER BY created_at",
        order_id,
    ) == [("desk", "Qual das duas bandejas?"), ("customer", "A de baixo.")]
    expect(camila.locator("#order").get_by_text("A de baixo.")).to_be_visible()  # without a reload


def free_machine(house: Portal) -> str:
    """A machine of the customer of all three, under contract and without an open call."""
    rows = house.ask(
        "SELECT e.serial_number FROM equipment e JOIN user_customer uc ON uc.customer_id = e.customer_id"
        " JOIN app_user u ON u.id = uc.user_id WHERE u.email = 'abertura@ilha.example'"
        " AND e.contract_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM service_order o"
        " WHERE o.equipment_id = e.id AND o.status NOT IN ('O', 'T', 'C')) ORDER BY e.serial_number"
    )
    return str(rows[0][0])


def found_place(page: Page, serial: str) -> Locator:
    found = page.get_by_role("region", name="Resultado").get_by_role("listitem").filter(has_text=serial)
    return found.locator("a.key")


def ask_for_toner(page: Page, quantity: str) -> None:
    page.get_by_role("region", name="Suprimentos deste modelo").get_by_role("spinbutton").first.fill(quantity)


def confirm_if_warned(page: Page) -> None:
    """Asked for lately: the portal wants to be sure."""
    warned = page.get_by_label("Quero pedir assim mesmo")
    done = page.get_by_role("heading", name=re.compile(r"^Solicitação \d"))
    expect(warned.or_(done)).to_be_visible()
    if warned.is_visible():
        warned.check()
        page.get_by_role("button", name="Solicitar").click()


def noisy_photo(side: int = 260) -> bytes:
    """A JPEG that does not compress, so that a slow network has something to carry."""
    out = BytesIO()
    Image.effect_noise((side, side), 120).convert("RGB").save(out, "JPEG", quality=95)
    return out.getvalue()
