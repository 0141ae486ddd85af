"""Every screen, seen by axe and kept as a picture; the sizes that a slow network feels."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsers import Phone, log_in_at_desk
from tests.e2e.field_day import (
    conclude,
    fill_form,
    finish_work,
    select_first_order,
    sign,
    start_work,
    take_photos,
    travel,
)
from tests.e2e.looks import Looks
from tests.e2e.portal import ROOT, Portal

pytestmark = pytest.mark.timeout(300)


def test_every_field_screen_passes_axe(phone: Phone, results: Path) -> None:
    looks, page = Looks(results), phone.page
    looks.at(page, "field-login")
    phone.log_in()
    phone.wait_until_synced()
    looks.at(page, "field-today")
    page.get_by_role("link").filter(has_text="nº").first.click()
    expect(page.get_by_role("button", name="Selecionar atendimento")).to_be_visible()
    looks.at(page, "field-order")
    for address, name in (("parts", "field-part-request"),):
        page.goto(f"{page.url}/{address}")
        looks.at(page, name)
    page.goto(f"{phone.url}/field/orders/new")
    looks.at(page, "field-new-order")
    page.goto(f"{phone.url}/field/account")
    looks.at(page, "field-account")
    page.goto(f"{phone.url}/field/account/notices")
    expect(page.get_by_role("link", name="novo na sua agenda").first).to_be_visible()
    looks.at(page, "field-notices")
    page.goto(f"{phone.url}/field/nowhere")
    looks.at(page, "field-not-found")
    page.goto(f"{phone.url}/field/")
    select_first_order(phone)
    looks.at(page, "field-visit-selected")
    page.get_by_role("button", name="Iniciar viagem").click()
    expect(page.get_by_role("button", name="Cheguei no cliente")).to_be_visible()
    looks.at(page, "field-visit-travelling")
    page.get_by_role("button", name="Cheguei no cliente").click()
    start_work(page)
    take_photos(page)
    page.get_by_role("link", name="Fotos").click()
    expect(page.get_by_text("Capturadas: 3")).to_be_visible()
    looks.at(page, "field-photos")
    page.get_by_role("link", name="Voltar para o atendimento").click()
    finish_work(page)
    page.get_by_role("link", name="Preencher formulário").click()
    expect(page.get_by_label("Laudo")).to_be_visible()
    looks.at(page, "field-form")
    page.get_by_role("link", name="Voltar para o atendimento").click()
    fill_form(page)
    looks.at(page, "field-visit-form-filled")
    page.get_by_role("link", name="Colher assinatura").click()
    expect(page.locator("canvas[data-pad]")).to_be_visible()
    looks.at(page, "field-signature")
    page.get_by_role("link", name="Voltar para o atendimento").click()
    sign(page)
    phone.go_offline()
    conclude(page)
    looks.at(page, "field-visit-completed-offline")
    page.goto(f"{phone.url}/field/sync")
    expect(page.get_by_role("heading", name="Sincronização")).to_be_visible()
    page.get_by_role("button", name="Testar modo avião").click()
    expect(page.get_by_role("heading", name="Testar modo avião")).to_be_visible()
    looks.at(page, "field-sync-offline")
    page.goto(f"{phone.url}/field/account")
    page.get_by_role("button", name="Sair deste aparelho").click()
    expect(page.get_by_text("Ainda há trabalho que não foi enviado")).to_be_visible()
    looks.at(page, "field-leaving-with-unsent-work")
    assert looks.faults == []


def test_every_desk_screen_passes_axe(portal: Portal, desk: Page, results: Path) -> None:
    looks = Looks(results)
    ((order_id,),) = portal.ask(
        "SELECT v.service_order_id FROM visit v JOIN discrepancy d ON d.visit_id = v.id"
        " JOIN reseller r ON r.id = v.reseller_id WHERE r.slug = 'ilha' ORDER BY v.id LIMIT 1"
    )
    desk.goto("/nowhere")
    looks.at(desk, "desk-not-found")
    plan_on_the_agenda(desk, looks)
    trouble_the_bridge(portal)
    desk.goto("/synchronization")
    looks.at(desk, "desk-synchronization")
    for tab in ("triage", "history", "attachments"):
        desk.goto(f"/service-orders/{order_id}?tab={tab}")
        looks.at(desk, f"desk-order-{tab}")
    desk.goto("/service-orders?number=nothing-like-this")
    looks.at(desk, "desk-orders-empty")
    desk.context.clear_cookies()
    log_in_at_desk(desk, portal.url, "admin@ilha.example")
    desk.goto("/checklists")
    desk.get_by_role("link", name="Manutenção preventiva").click()
    expect(desk.locator("#phone").get_by_text("Plaqueta de patrimônio")).to_be_visible()
    looks.at(desk, "desk-checklist")
    press_beside_links(desk)
    refuse_a_reading(desk, looks)
    desk.context.clear_cookies()
    log_in_at_desk(desk, portal.url, "suprimentos@ilha.example")
    looks.at(desk, "desk-home")
    desk.get_by_text("Conta de Larissa Goulart").click(force=True)
    looks.at(desk, "desk-menu")
    desk.locator("#bell > summary").click()
    looks.at(desk, "desk-bell")
    assert looks.faults == []


def plan_on_the_agenda(desk: Page, looks: Looks) -> None:
    """One order is dragged to somebody's day, the next one goes by keyboard, and comes back."""
    desk.goto("/agenda?view=week")
    notice, voice = desk.locator("#notices"), desk.locator("#agenda-voice")
    waiting = desk.locator(".agenda-waiting [data-job]")
    number = waiting.first.get_attribute("data-number")
    row = desk.locator(".agenda-table tbody tr").first
    waiting.first.locator("[data-grip]").hover()
    desk.mouse.down()
    row.locator("td").nth(1).hover(position={"x": 30, "y": 12})
    desk.mouse.up()
    expect(notice).to_contain_text(f"Chamado {number} despachado para")
    expect(row.locator("td").nth(1).locator(f'[data-number="{number}"]')).to_be_visible()
    number = waiting.first.get_attribute("data-number")
    waiting.first.locator("[data-grip]").focus()
    for key in ("Enter", "ArrowRight", "ArrowRight"):
        desk.keyboard.press(key)
    expect(voice).to_contain_text(row.locator("td").nth(1).get_attribute("data-label") or "?")
    looks.at(desk, "desk-agenda-carried")
    desk.keyboard.press("Enter")
    expect(notice).to_contain_text(f"Chamado {number} despachado para")
    expect(desk.locator(f'[data-number="{number}"] [data-grip]')).to_be_focused()
    for key in ("Enter", "ArrowLeft", "ArrowLeft", "Enter"):
        desk.keyboard.press(key)
    expect(notice).to_contain_text(f"Chamado {number} voltou para a lista a despachar")
    desk.get_by_role("link", name=f"Despachar o chamado {number}").click()
    expect(desk.get_by_role("dialog")).to_be_visible()
    looks.at(desk, "desk-agenda-form")


def press_beside_links(desk: Page) -> None:
    """A line that is a link as a whole has buttons of its own: they, too, can be pressed."""
    desk.goto("/part-requests")
    step = desk.get_by_role("button", name="Separar").first
    part = step.locator("xpath=ancestor::tr").get_attribute("id")
    step.click()
    expect(desk.locator(f"#{part}")).to_contain_text("Separada")
    desk.goto("/reading-schedules")
    desk.get_by_label("Pedir", exact=True).first.check()
    desk.get_by_role("button", name="Salvar").first.click()
    expect(desk.get_by_label("Pedir", exact=True).first).to_be_checked()


def refuse_a_reading(desk: Page, looks: Looks) -> None:
    """What a customer sees behind the link of the month's readings when a counter runs backwards."""
    desk.goto("/reading-requests?state=partial")
    desk.locator("table a.key").first.click()
    link = desk.get_by_label("Link do cliente").input_value()
    desk.goto(link)
    desk.locator("input[name^=mono-]").first.fill("1")
    desk.get_by_role("button", name="Salvar leituras").click()
    expect(desk.get_by_text("É menor que a última leitura")).to_be_visible()
    looks.at(desk, "customer-readings")


def trouble_the_bridge(portal: Portal) -> None:
    """A bridge that is late, with a large base, errors, a dead letter, and writes that ILUX did not take."""
    ((reseller_id, order_id),) = portal.ask(
        "SELECT r.id, o.id FROM reseller r JOIN service_order o ON o.reseller_id = r.id"
        " WHERE r.slug = 'ilha' LIMIT 1"
    )
    user_id, then = str(uuid4()), "2026-03-02 11:00:00+00:00"
    written = {"entity": "service_order", "row_id": order_id, "created_at": then}
    rows = (
        ("app_user", {"id": user_id, "email": user_id, "name": "Ponte ILUX", "role": "bridge",
                      "created_at": then}),
        ("bridge_status", {"user_id": user_id, "queue": 1200, "oldest_at": then, "last_cycle_at": then,
                           "errors": '["Firebird parado"]', "version": "1.0", "firebird": "3.0.11",
                           "base_bytes": 1_200_000_000, "heard_at": then,
                           "upkeep": f'{{"is_planned":true,"is_copy_planned":true,"problem":"Falta espaço",'
                                     f'"backup_at":"{then}","backup_bytes":9,"free_bytes":9}}'}),
        ("ilux_refusal", {"entity": "equipment", "key": "501", "code": "unknown_reference",
                          "field": "customer", "wants_entity": "customer", "wants_key": "7",
                          "refused_at": then, "data": '{"customer":"7","serial_number":"U63885"}'}),
        ("ilux_message", {**written, "write": "status", "status": "conflict", "reason": "Estava em L.",
                          "answered_at": then}),
        ("ilux_message", {**written, "write": "opened", "status": "open", "waits_for_id": order_id}),
    )  # fmt: skip
    with closing(sqlite3.connect(portal.folder / "pws.sqlite", timeout=10)) as database, database:
        for table, columns in rows:
            row = {"id": str(uuid4()), "reseller_id": reseller_id, **columns}
            marks = ", ".join("?" for _ in row)
            database.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


def test_the_desk_reads_on_a_phone(portal: Portal, desk: Page, results: Path) -> None:
    looks = Looks(results)
    ((visit_id, order_id),) = portal.ask(
        "SELECT id, service_order_id FROM visit WHERE state = 'completed' ORDER BY id DESC LIMIT 1"
    )
    desk.set_viewport_size({"width": 390, "height": 844})
    trouble_the_bridge(portal)
    for address, name in (
        ("/synchronization", "desk-synchronization-phone"),
        ("/service-orders", "desk-orders-phone"),
        (f"/service-orders/{order_id}", "desk-order-phone"),
        ("/visits", "desk-visits-phone"),
        (f"/visits/{visit_id}", "desk-visit-phone"),
        ("/quarantine", "desk-quarantine-phone"),
        ("/profile", "desk-profile-phone"),
        ("/profile/devices", "desk-devices-phone"),
        ("/notifications", "desk-notifications-phone"),
        ("/profile/notifications", "desk-notification-preferences-phone"),
    ):
        desk.goto(address)
        looks.at(desk, name)
        assert desk.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), name
    assert looks.faults == []


def test_travel_survives_a_rotation_of_the_phone(phone: Phone, portal: Portal) -> None:
    """The step that is shown stays the step that is possible, whichever way the phone is held."""
    phone.log_in()
    select_first_order(phone)
    phone.page.set_viewport_size({"width": 844, "height": 390})
    travel(phone, [], 0)
    phone.page.set_viewport_size({"width": 390, "height": 844})
    expect(phone.page.get_by_role("button", name="Iniciar atendimento")).to_be_visible()


def test_the_shell_is_light(portal: Portal) -> None:
    """What a phone loads to show its first screen, as it travels: brotli."""
    shell = (ROOT / "pwa/dist/field/index.html").read_text()
    scripts = _with_imports(re.findall(r'src="/assets/([^"]+\.js)"', shell))
    styles = re.findall(r'href="/assets/([^"]+\.css)"', shell)
    assert 0 < sum(_travelling_size(portal, name) for name in scripts) <= 60 * 1024
    assert 0 < sum(_travelling_size(portal, name) for name in styles) <= 15 * 1024


def _with_imports(scripts: list[str]) -> set[str]:
    """These and what they import at once; what is imported later does not hold up the first screen."""
    known: set[str] = set()
    while scripts:
        name = scripts.pop()
        if name not in known:
            known.add(name)
            source = (ROOT / "pwa/dist/assets" / name).read_text()
            scripts += re.findall(r'(?:from|import)"\./([^"]+\.js)"', source)
    return known


def _travelling_size(portal: Portal, name: str) -> int:
    asked = Request(f"{portal.url}/assets/{name}", headers={"Accept-Encoding": "br"})
    with urlopen(asked, timeout=20) as answer:
        assert answer.headers["content-encoding"] == "br"
        return len(answer.read())
