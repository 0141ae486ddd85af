"""What a technician does, in the words of the screens."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.browsers import Phone, Position

SLOTS = ("Antes", "Contador", "Depois")
DIAGNOSIS = "Película do fusor rasgada."
RESOLUTION = "Trocada a película do fusor; 100 páginas sem atolar."


def select_first_order(phone: Phone) -> str:
    """Open the first order of the agenda and select it; its web number."""
    page = phone.page
    upcoming = page.locator("section", has=page.get_by_role("heading", name="Próximos"))
    upcoming.get_by_role("link").first.click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("Chamado")
    number = heading.inner_text().split()[-1]
    page.get_by_role("button", name="Selecionar atendimento").click()
    expect(page.get_by_role("button", name="Iniciar viagem")).to_be_visible()
    return number


def travel(phone: Phone, way: list[Position], seconds_between: float) -> None:
    page = phone.page
    page.get_by_role("button", name="Iniciar viagem").click()
    expect(page.get_by_role("button", name="Cheguei no cliente")).to_be_visible()
    for position in way:
        phone.move_to(position)
        time.sleep(seconds_between)
    page.get_by_role("button", name="Cheguei no cliente").click()
    expect(page.get_by_role("button", name="Iniciar atendimento")).to_be_visible()


def start_work(page: Page) -> None:
    page.get_by_role("button", name="Iniciar atendimento").click()
    expect(page.get_by_role("button", name="Encerrar atendimento")).to_be_visible()


def take_photos(page: Page) -> None:
    """One of each kind with the camera inside the page."""
    page.get_by_role("link", name="Fotos").click()
    page.get_by_role("button", name="Abrir câmera").click()
    camera = page.get_by_role("dialog", name="Câmera")
    page.wait_for_function("() => document.querySelector('dialog video')?.videoWidth > 0")
    for count, slot in enumerate(SLOTS, start=1):
        camera.get_by_role("button", name=slot, exact=True).click()
        camera.get_by_role("button", name="Tirar foto").click()
        expect(camera.get_by_role("status")).to_contain_text(f"({count})", timeout=15_000)
    camera.get_by_role("button", name="Pronto").click()
    expect(page.get_by_text(f"Capturadas: {len(SLOTS)}")).to_be_visible()
    page.get_by_role("link", name="Voltar para o atendimento").click()


def finish_work(page: Page) -> None:
    page.get_by_role("button", name="Encerrar atendimento").click()
    expect(page.get_by_role("link", name="Preencher formulário")).to_be_visible()


def fill_form(page: Page, *, pages_since_last: int = 150) -> None:
    """Done, with a reading a little above the last one and one part used."""
    page.get_by_role("link", name="Preencher formulário").click()
    page.get_by_text("Resolvido, sem nenhuma pendência").click()
    page.get_by_label("Laudo").fill(DIAGNOSIS)
    page.get_by_label("Solução").fill(RESOLUTION)
    for field in page.locator("input[name^='reading.']").all():
        hint = page.locator(f"#{field.get_attribute('aria-describedby').split()[0]}").inner_text()  # type: ignore[union-attr]
        last = int(hint.removeprefix("Última: ").split(" ")[0].replace(".", ""))
        field.fill(str(last + pages_since_last))
    answer_checklist(page)
    page.get_by_label("Peças utilizadas: peça 1").fill("Película do fusor")
    page.get_by_label("Peças utilizadas: quantidade 1").fill("1")
    page.get_by_role("button", name="Formulário preenchido").click()
    confirm_doubtful_readings(page)


def answer_checklist(page: Page) -> None:
    for choices in page.locator("fieldset:has(input[type=radio][name^='checklist.'])").all():
        choices.locator("label").first.click()
    for select in page.locator("select[name^='checklist.']").all():
        select.select_option(index=1)
    for text in page.locator("input[name^='checklist.']:not([type=radio])").all():
        text.fill("80")


def confirm_doubtful_readings(page: Page) -> None:
    """A value that looks wrong is asked about once: *conferi no visor*."""
    accepted, doubts = (
        page.get_by_role("link", name="Colher assinatura"),
        page.locator("input[name^='confirm.']"),
    )
    expect(accepted.or_(doubts.first)).to_be_visible()
    if doubts.count():
        for box in doubts.all():
            box.check()
        page.get_by_role("button", name="Formulário preenchido").click()
    expect(accepted).to_be_visible()


def sign(page: Page) -> None:
    page.get_by_role("link", name="Colher assinatura").click()
    page.get_by_label("Nome de quem assina").fill("Marina Becker")
    page.get_by_label("Documento").fill("529.982.247-25")
    pad = page.locator("canvas[data-pad]")
    pad.scroll_into_view_if_needed()
    box: Any = pad.bounding_box()
    page.wait_for_timeout(500)
    for stroke in range(2):
        page.mouse.move(box["x"] + 40 + 90 * stroke, box["y"] + box["height"] * 0.7)
        page.mouse.down()
        for step in range(1, 12):
            rise = 0.25 if step % 2 else 0.7
            page.mouse.move(box["x"] + 40 + 90 * stroke + step * 8, box["y"] + box["height"] * rise, steps=3)
        page.mouse.up()
    page.get_by_role("button", name="Salvar assinatura").click()
    expect(page.get_by_role("button", name="Concluir atendimento")).to_be_visible()


def conclude(page: Page) -> None:
    page.get_by_role("button", name="Concluir atendimento").click()
    expect(page.get_by_role("link", name="Próximo chamado")).to_be_visible()
