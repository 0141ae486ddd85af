"""The reseller's people at their main jobs on a wide screen, and what the others then see."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from server.demo.logins import PASSWORD
from tests.billing.papers import OWN, invoice
from tests.e2e.people import PHONE_SIZE, People, go_by_menu, last_part, open_mail, tab_to
from tests.e2e.portal import Portal

ILHA = "(SELECT id FROM reseller WHERE slug = 'ilha')"
# The orders of Marcelo's customers that wait for a dispatch.
OPENED = (
    "SELECT o.id, o.web_number FROM service_order o JOIN user_customer uc ON uc.customer_id = o.customer_id"
    " JOIN app_user u ON u.id = uc.user_id WHERE u.email = 'cliente@ilha.example' AND o.status = 'A'"
    " AND o.description <> '' ORDER BY o.web_number"
)
pytestmark = pytest.mark.timeout(180)


def test_camila_asks_marcelo_and_sends_jonas_over_a_slow_line(house: Portal, people: People) -> None:
    """Atendimento: the conversation is live at both ends."""
    order_id, _ = house.ask(OPENED)[0]
    marcelo = people.enter("cliente", PHONE_SIZE)
    marcelo.goto(f"/service-orders/{order_id}?tab=triage")
    camila = people.enter("atendimento", is_slow=True)
    camila.goto(f"/service-orders/{order_id}?tab=triage")

    camila.get_by_label("Resposta pronta").select_option(label="Quem recebe")
    expect(camila.get_by_label("Mensagem")).to_have_value(re.compile("Quem recebe o técnico"))
    camila.get_by_role("button", name="Enviar").click()
    expect(marcelo.locator("#order").get_by_text("Quem recebe o técnico no local")).to_be_visible()
    marcelo.get_by_label("Mensagem").fill("A Rosana, até as 18h.")
    marcelo.get_by_role("button", name="Enviar").click()
    expect(camila.locator("#order").get_by_text("A Rosana, até as 18h.")).to_be_visible()
    expect(camila.get_by_text("Aguardando interação")).to_be_visible()

    camila.get_by_role("button", name="Liberar para despacho").click()
    expect(camila.get_by_text("Liberado para despacho", exact=True)).to_be_visible()
    camila.get_by_label("Técnico").select_option(label="Jonas Ferreira")
    camila.get_by_role("button", name="Despachar").click()
    expect(camila.get_by_role("heading", name="Redespachar")).to_be_visible()
    assert dispatched(house, order_id) == ("E", "Jonas Ferreira")
    assert house.ask("SELECT triage_released_at IS NOT NULL FROM service_order WHERE id = ?", order_id) == [
        (1,)
    ]
    expect(marcelo.get_by_role("heading", name="Chamado", level=1).locator("..")).to_contain_text(
        "Despachado"
    )


def test_camila_dispatches_without_script(house: Portal, people: People) -> None:
    order_id, number = house.ask(OPENED)[0]
    page = people.enter("atendimento", script=False)
    go_by_menu(page, "Chamados")
    page.get_by_label("Número web ou ILUX").fill(str(number))
    page.get_by_role("button", name="Filtrar").click()
    page.locator(f"#order-{order_id}").get_by_role("link", name=str(number)).click()
    page.get_by_label("Técnico").select_option(label="Jonas Ferreira")
    page.get_by_role("button", name="Despachar").click()
    expect(page.get_by_role("heading", name="Redespachar")).to_be_visible()
    assert dispatched(house, order_id) == ("E", "Jonas Ferreira")


def test_camila_dispatches_with_the_keyboard_alone(house: Portal, people: People) -> None:
    """From the list's search to the order and its dispatch; the mouse lies still."""
    order_id, number = house.ask(
        f"SELECT id, web_number FROM service_order WHERE status = 'A' AND reseller_id = {ILHA}"
        " ORDER BY web_number LIMIT 1"
    )[0]
    page = people.enter("atendimento")
    page.goto("/service-orders")
    page.keyboard.press("/")
    expect(page.get_by_label("Número web ou ILUX")).to_be_focused()
    page.keyboard.type(str(number))
    expect(page.locator("#orders tbody tr")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"#order-{order_id}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"Chamado {number}", level=1)).to_be_visible()
    tab_to(page, "#technician_id")
    page.keyboard.type("Jonas")
    expect(page.locator("#technician_id option:checked")).to_have_text("Jonas Ferreira")
    tab_to(page, "#dispatch button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Redespachar")).to_be_visible()
    assert dispatched(house, order_id) == ("E", "Jonas Ferreira")


def test_larissa_releases_a_request_without_script_and_marcelo_sees_it(house: Portal, people: People) -> None:
    """Suprimentos."""
    ((request_id, number),) = house.ask(
        "SELECT s.id, s.web_number FROM supply_request s WHERE s.status = 'reviewed'"
        f" AND s.reseller_id = {ILHA} AND s.customer_id IN (SELECT uc.customer_id FROM user_customer uc"
        " JOIN app_user u ON u.id = uc.user_id WHERE u.email = 'cliente@ilha.example') LIMIT 1"
    )
    page = people.enter("suprimentos", script=False)
    go_by_menu(page, "Suprimentos")
    page.locator("#supply-requests").get_by_role("link", name=str(number), exact=True).click()
    page.get_by_label("Status").select_option(label="Liberado")
    page.get_by_label("Transportadora").select_option(label="Rápido Ilha")
    page.get_by_label("Código de rastreio").fill("RI-2026-BR")
    page.get_by_role("button", name="Salvar").click()
    expect(page.get_by_text("RI-2026-BR").first).to_be_visible()
    assert house.ask(
        "SELECT s.status, c.name, s.tracking_code FROM supply_request s"
        " JOIN carrier c ON c.id = s.carrier_id WHERE s.id = ?",
        request_id,
    ) == [("released", "Rápido Ilha", "RI-2026-BR")]

    marcelo = people.enter("cliente", PHONE_SIZE)
    marcelo.goto(f"/supply-requests/{request_id}")
    expect(marcelo.locator("header", has=marcelo.get_by_role("heading", level=1)).last).to_contain_text(
        "Liberado"
    )
    expect(marcelo.get_by_text("RI-2026-BR").first).to_be_visible()


def test_beatriz_keeps_a_filter_and_takes_its_list_home(house: Portal, people: People) -> None:
    """Operador de chamados."""
    page = people.enter("chamados")
    expect(page.get_by_role("navigation", name="Principal")).not_to_contain_text("Suprimentos")
    answer = page.goto("/supply-requests")
    assert answer is not None
    assert answer.status == 404
    page.goto("/service-orders")
    page.locator("label.chip", has_text="Pendente").click()
    expect(page).to_have_url(re.compile("status=P"))
    page.get_by_text("Guardar este filtro").click()
    page.get_by_label("Nome do filtro").fill("Parados")
    page.get_by_role("button", name="Guardar").click()
    page.goto("/service-orders")
    page.get_by_role("link", name="Parados").click()
    expect(page.locator("#orders tbody tr").first).to_be_visible()
    shown = {row.split()[0] for row in page.locator("#orders tbody tr a.key").all_inner_texts()}
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    rows = list(csv.reader(Path(download.value.path()).read_text("utf-8-sig").splitlines(), delimiter=";"))
    place, status = rows[0].index("Nº web"), rows[0].index("Status")
    assert {row[place] for row in rows[1:]} == shown
    assert {row[status] for row in rows[1:]} == {"Pendente"}
    assert house.ask(
        "SELECT f.name, f.query FROM saved_filter f JOIN app_user u ON u.id = f.user_id WHERE u.email = ?",
        "chamados@ilha.example",
    ) == [("Parados", "?status=P")]


def test_fabio_looks_after_what_waits_for_parts_and_sees_nothing_else(house: Portal, people: People) -> None:
    """Logística."""
    page = people.enter("logistica")
    page.goto("/service-orders")
    shown = page.locator("#orders tbody tr .tag > b").all_inner_texts()
    assert shown
    assert set(shown) <= {"L", "S"}
    ((other_id,),) = house.ask(
        f"SELECT id FROM service_order WHERE status = 'E' AND reseller_id = {ILHA} LIMIT 1"
    )
    answer = page.goto(f"/service-orders/{other_id}")
    assert answer is not None
    assert answer.status == 404
    page.goto("/")
    go_by_menu(page, "Peças")
    row = page.locator("#part-requests tbody tr").filter(has=page.get_by_role("button", name="Separar")).first
    part_id = (row.get_attribute("id") or "").removeprefix("part-")
    row.get_by_role("button", name="Separar").click()
    expect(page.locator(f"#part-{part_id}")).to_contain_text("Separada")
    ((status, order_id, number),) = house.ask(
        "SELECT p.status, o.id, o.web_number FROM part_request p JOIN service_order o"
        " ON o.id = p.service_order_id WHERE p.id = ?",
        part_id,
    )
    assert status == "reserved"

    camila = people.enter("atendimento", PHONE_SIZE)
    camila.goto("/part-requests")
    card = camila.locator(f"#part-{part_id}")
    expect(card).to_contain_text("Separada")
    card.get_by_role("link", name=str(number)).click()  # not the card, which leads to the part
    camila.wait_for_url(f"**/service-orders/{order_id}")


def test_helena_invites_a_person_who_then_comes_in(house: Portal, people: People) -> None:
    """Admin: the invitation arrives, and Sônia chooses her own password."""
    page = people.enter("admin")
    page.goto("/users")
    page.get_by_role("link", name="Convidar pessoa").click()
    page.get_by_label("Nome", exact=True).fill("Sônia Prates")
    page.get_by_label("E-mail de entrada").fill("sonia@ilha.example")
    page.get_by_label("Perfil", exact=True).select_option(label="Operador de chamados")
    page.get_by_label("Ilha Office São José").check()
    page.get_by_role("button", name="Enviar convite").click()
    expect(page.get_by_text("Convite enviado")).to_be_visible()

    sonia = people.visit()
    open_mail(sonia, "sonia@ilha.example", "Escolher minha senha")
    sonia.get_by_label("Nova senha").fill(PASSWORD + "-de-sonia")
    sonia.get_by_role("button", name="Entrar no portal").click()
    expect(sonia.get_by_role("navigation", name="Principal")).to_contain_text("Chamados")
    ((companies,),) = house.ask(
        "SELECT group_concat(c.trade_name) FROM user_company uc JOIN company c ON c.id = uc.company_id"
        " JOIN app_user u ON u.id = uc.user_id WHERE u.email = 'sonia@ilha.example'"
    )
    assert companies == "Ilha Office São José"
    page.goto("/users?q=Prates")
    expect(page.get_by_role("row", name="Sônia Prates")).to_contain_text("ativo")


def test_helenas_choice_of_defects_is_what_marcelo_may_choose(house: Portal, people: People) -> None:
    """Admin: what the customer's form lists."""
    ((equipment_id,),) = house.ask(
        "SELECT e.id FROM equipment e JOIN user_customer uc ON uc.customer_id = e.customer_id"
        " JOIN app_user u ON u.id = uc.user_id WHERE u.email = 'cliente@ilha.example'"
        " AND e.contract_id IS NOT NULL LIMIT 1"
    )
    marcelo = people.enter("cliente", PHONE_SIZE, script=False)
    helena = people.enter("admin")
    for is_listed in (False, True):
        helena.goto("/defects?tab=with_contract")
        helena.get_by_label("Ruído anormal").set_checked(is_listed)
        helena.get_by_role("button", name="Salvar a lista").click()
        expect(helena.get_by_text("Vale para os próximos chamados")).to_be_visible()
        marcelo.goto(f"/equipment/{equipment_id}/service-orders/new")
        names = marcelo.get_by_label("Defeito").locator("option").all_inner_texts()
        assert ("Ruído anormal" in names) is is_listed
        assert "Não liga" in names


def test_a_bill_goes_from_helena_to_roberto_through_his_mail(house: Portal, people: People) -> None:
    """Admin and faturamento: of two files the one that lies is refused; the other reaches who pays."""
    helena = people.enter("admin")
    go_by_menu(helena, "Faturamento")
    helena.get_by_role("link", name="Importar arquivos").click()
    helena.get_by_label("Nome ou CNPJ").fill("Maré Alta")
    helena.get_by_role("button", name="Procurar").click()
    helena.get_by_role("region", name="Encontrados").get_by_role("link", name=re.compile("Maré Alta")).click()
    helena.get_by_label("Observação").fill("Fatura de novembro")
    bill = invoice(f"Fatura de novembro. Emitente {OWN}.")
    helena.get_by_label("Arquivos PDF").set_input_files(
        [
            {"name": "fatura.pdf", "mimeType": "application/pdf", "buffer": bill},
            {"name": "boleto.pdf", "mimeType": "application/pdf", "buffer": b"MZ" + bill},
        ]
    )
    helena.get_by_label("Enviar e-mail").check()
    helena.get_by_label("mesmo que mostrem outro CNPJ").check()
    helena.get_by_role("button", name="Salvar").click()
    expect(helena.get_by_text("Arquivos importados com sucesso: 1. Arquivos com erro: 1.")).to_be_visible()
    expect(helena.get_by_role("listitem").filter(has_text="boleto.pdf")).to_contain_text("não é um PDF")
    batch_id = last_part(helena)

    roberto = people.visit(PHONE_SIZE)
    open_mail(roberto, "faturamento@ilha.example", "Abrir no portal")
    roberto.get_by_label("E-mail", exact=True).fill("faturamento@ilha.example")
    roberto.get_by_label("Senha", exact=True).fill(PASSWORD)
    roberto.get_by_role("button", name="Entrar").click()
    roberto.wait_for_url(f"**/billing/{batch_id}")
    with roberto.expect_download() as download:
        roberto.get_by_role("link", name="fatura.pdf").click()
    assert Path(download.value.path()).read_bytes() == bill
    assert bill.startswith(b"%PDF-")
    expect(roberto.get_by_role("navigation", name="Principal")).not_to_contain_text("Chamados")
    expect(helena.get_by_text("aberto pelo cliente 1 vez")).to_be_visible()  # without a reload
    assert house.ask(
        "SELECT o.user_name FROM billing_opening o JOIN billing_file f ON f.id = o.billing_file_id"
        " WHERE f.billing_batch_id = ?",
        batch_id,
    ) == [("Roberto Klein",)]


def dispatched(house: Portal, order_id: str) -> tuple[str, str]:
    ((status, name),) = house.ask(
        "SELECT o.status, t.name FROM service_order o LEFT JOIN technician t ON t.id = o.technician_id"
        " WHERE o.id = ?",
        order_id,
    )
    return status, name
