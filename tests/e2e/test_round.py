"""The round: a driver delivers without a network; desk, customer and proof agree with what was recorded."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.e2e.browsers import DESK_SIZE, LOCALE, Phone, log_in_at_desk
from tests.e2e.danfe import film_bar_code
from tests.e2e.looks import Looks
from tests.e2e.portal import Portal

pytestmark = pytest.mark.timeout(240)
UNDO_SECONDS = 10


@pytest.fixture
def phone(playwright: Playwright, portal: Portal, tmp_path: Path) -> Iterator[Phone]:
    """Diego's phone, opened for the first time; its camera sees the DANFE of his first invoice."""
    film = tmp_path / "danfe.y4m"
    film_bar_code(key_of(portal, pending(portal)[0]), film)
    flag = f"--use-file-for-fake-video-capture={film}"
    phone = Phone(playwright, tmp_path / "phone", portal.url, flag)
    phone.open()
    yield phone
    phone.context.close()


def test_diego_delivers_a_round_offline_and_everybody_reads_the_same(
    portal: Portal, phone: Phone, desk: Page, desk_browser: Browser, results: Path
) -> None:
    looks = Looks(results)
    phone.log_in("entregador@ilha.example", first="Pendentes")
    phone.wait_until_synced()
    invoices = pending(portal)
    assert len(invoices) >= 6
    put_in_order_by_hand(phone.page, looks)
    first, second, third, failed, partial, undone = invoices[:6]
    phone.go_offline()
    phone.page.reload()
    looks.at(phone.page, "field-deliveries")

    scan(phone.page, first, wrong=key_of(portal, second)[:43] + "x")
    looks.at(phone.page, "field-delivery")
    deliver(phone.page, "Marina Becker", with_proof=True)
    looks.at(phone.page, "field-delivery-undo")
    for number, receiver in ((second, "Caio Prado"), (third, "Lia Alves")):
        open_invoice(phone, number)
        deliver(phone.page, receiver)
    open_invoice(phone, failed)
    fail(phone.page)
    for path in ("confirmation", "failure"):
        phone.page.goto(f"{phone.url}/field/deliveries/{id_of(portal, partial)}/{path}")
        looks.at(phone.page, f"field-{path}")
    phone.page.goto(f"{phone.url}/field/deliveries/access-key")
    looks.at(phone.page, "field-access-key")
    open_invoice(phone, partial)
    deliver(phone.page, "Rui Costa", left_out="Faltou 1 volume")
    open_invoice(phone, undone)
    deliver(phone.page, "Engano")
    phone.page.get_by_role("button", name="Desfazer").click()
    expect(phone.page.get_by_role("link", name="Entreguei")).to_be_visible()
    # Closed before the ten seconds are over: what was held must go all the same.
    phone.context.close()

    time.sleep(UNDO_SECONDS)
    page = phone.open()
    ended = page.locator("section", has=page.get_by_role("heading", name=re.compile("Encerradas")))
    for number in (first, second, third):
        expect(ended.get_by_text(f"NF {number}", exact=True)).to_be_visible()
    expect(page.get_by_text("no aparelho").first).to_be_visible()
    phone.go_online()
    phone.wait_until_synced()

    assert recorded(portal) == sorted(
        [
            (first, "delivered", "Marina Becker", 1),
            (second, "delivered", "Caio Prado", 1),
            (third, "delivered", "Lia Alves", 1),
            (failed, "not_delivered", "", 0),
            (partial, "partial", "Rui Costa", 0),
        ]
    )
    assert {number for number in invoices if number not in pending(portal)} == {first, second, third}
    invoice_id = id_of(portal, first)
    the_phone_says_so(phone, invoice_id)
    proof_hash = hashed(portal, first)
    the_desk_shows_it(desk, invoice_id, proof_hash)
    the_list_says_so(desk, {first: "Entregue", failed: "Não entregue", partial: "Entregue em parte"})
    looks.at(desk, "desk-deliveries")
    desk.goto(f"/deliveries/{invoice_id}")
    looks.at(desk, "desk-delivery")
    the_customer_reads_its_proof(desk_browser, portal, invoice_id, proof_hash)
    assert looks.faults == []


def pending(portal: Portal) -> list[str]:
    """Numbers of what the driver still has to deliver, the biggest customer's first one first."""
    rows = portal.ask(
        "SELECT i.number FROM invoice i JOIN carrier c ON c.id = i.carrier_id JOIN reseller r"
        " ON r.id = i.reseller_id WHERE r.slug = 'ilha' AND c.name = 'Entrega própria'"
        " AND i.delivery_status = 'pending' ORDER BY i.number"
    )
    return [number for (number,) in rows]


def put_in_order_by_hand(page: Page, looks: Looks) -> None:
    """The third is dragged to the top, then one goes down by its button; the order stays."""
    page.get_by_role("button", name="Minha rota").click()
    handles = page.locator("[data-sortable-handle]")
    expect(handles.nth(2)).to_be_visible()
    first, second, third = listed(page)[:3]
    looks.at(page, "field-route")
    start, end = handles.nth(2).bounding_box(), handles.nth(0).bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 20, start["y"] + 20)
    page.mouse.down()
    # A hand is slower than a machine is: each rest lets a busy browser draw where the card went.
    for distance in (60, 20, -20):
        page.mouse.move(end["x"] + 20, end["y"] + distance, steps=12)
        page.wait_for_timeout(200)
    page.mouse.up()
    expect(page.locator("[data-sortable-item] .font-semibold").first).to_have_text(third)
    assert listed(page)[:3] == [third, first, second]
    page.get_by_role("button", name=f"Descer {third}").click()
    expect(page.locator("[data-sortable-item] .font-semibold").first).to_have_text(first)
    page.reload()
    assert listed(page)[:3] == [first, third, second]
    page.get_by_role("button", name="Por distância").click()
    expect(handles).to_have_count(0)


def listed(page: Page) -> list[str]:
    return page.locator("[data-sortable-item] .font-semibold").all_inner_texts()


def recorded(portal: Portal) -> list[tuple[Any, ...]]:
    return sorted(
        portal.ask(
            "SELECT i.number, d.outcome, d.receiver_name, d.is_primary FROM delivery d"
            " JOIN invoice i ON i.id = d.invoice_id WHERE d.client_id IS NOT NULL"
        )
    )


def id_of(portal: Portal, number: str) -> str:
    ((invoice_id,),) = portal.ask(
        "SELECT i.id FROM invoice i JOIN reseller r ON r.id = i.reseller_id"
        " WHERE r.slug = 'ilha' AND i.number = ?",
        number,
    )
    return str(invoice_id)


def hashed(portal: Portal, number: str) -> str:
    """The worker takes the hash soon after the file."""
    for _ in range(100):
        ((found,),) = portal.ask(
            "SELECT d.proof_hash FROM delivery d JOIN invoice i ON i.id = d.invoice_id"
            " WHERE d.client_id IS NOT NULL AND i.number = ?",
            number,
        )
        if found:
            assert re.fullmatch(r"[A-Za-z0-9+/]{27}=", found)
            return str(found)
        time.sleep(0.1)
    raise AssertionError("no hash of the proof")


def open_invoice(phone: Phone, number: str) -> None:
    phone.page.goto(f"{phone.url}/field/")
    phone.page.get_by_role("link").filter(has_text=f"NF {number}").click()
    expect(phone.page.get_by_role("heading", level=1)).to_have_text(f"NF {number}")


def key_of(portal: Portal, number: str) -> str:
    ((key,),) = portal.ask(
        "SELECT i.access_key FROM invoice i JOIN reseller r ON r.id = i.reseller_id"
        " WHERE r.slug = 'ilha' AND i.number = ?",
        number,
    )
    return str(key)


def scan(page: Page, number: str, wrong: str) -> None:
    """A key that was typed wrong is refused; the bar code leads to its invoice."""
    page.get_by_role("link", name="Ler DANFE").click()
    page.get_by_label("Chave de acesso").fill(wrong)
    page.get_by_role("button", name="Procurar nota").click()
    expect(page.get_by_role("alert")).to_contain_text("44 números")
    page.get_by_role("button", name="Ler código de barras").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"NF {number}", timeout=15_000)
    expect(page.get_by_role("dialog")).to_have_count(0)


def deliver(page: Page, receiver: str, *, with_proof: bool = False, left_out: str = "") -> None:
    page.get_by_role("link", name="Entreguei").click()
    page.get_by_label("Nome de quem recebeu").fill(receiver)
    if left_out:
        page.get_by_text("Só uma parte", exact=True).click()
        page.get_by_label("Observação").fill(left_out)
    if with_proof:
        page.get_by_label("Documento").fill("529.982.247-25")
        draw(page)
        take_photo(page)
        expect(page.get_by_label("Nome de quem recebeu")).to_have_value(receiver)
    page.get_by_role("button", name="Confirmar entrega").click()
    expect(page.get_by_role("button", name="Desfazer")).to_be_visible()


def draw(page: Page) -> None:
    pad = page.locator("canvas[data-pad]")
    pad.scroll_into_view_if_needed()
    box: Any = pad.bounding_box()
    page.wait_for_timeout(400)
    page.mouse.move(box["x"] + 40, box["y"] + box["height"] * 0.7)
    page.mouse.down()
    for step in range(1, 12):
        rise = 0.25 if step % 2 else 0.7
        page.mouse.move(box["x"] + 40 + step * 12, box["y"] + box["height"] * rise, steps=3)
    page.mouse.up()
    expect(page.locator("#draft-state")).to_contain_text("Rascunho salvo")


def take_photo(page: Page) -> None:
    page.get_by_role("button", name="Abrir câmera").click()
    camera = page.get_by_role("dialog", name="Câmera")
    page.wait_for_function("() => document.querySelector('dialog video')?.videoWidth > 0")
    camera.get_by_role("button", name="Tirar foto").click()
    expect(camera.get_by_role("status")).to_contain_text("(1)", timeout=15_000)
    camera.get_by_role("button", name="Pronto").click()
    expect(page.get_by_role("img", name="Foto 1")).to_be_visible()


def fail(page: Page) -> None:
    page.get_by_role("link", name="Não entregue").click()
    page.get_by_role("button", name="Registrar não entregue").click()
    expect(page.get_by_role("alert")).to_contain_text("Diga por que não foi entregue")
    page.get_by_text("Recebedor não encontrado").click()
    page.get_by_label("Observação").fill("Portão fechado")
    page.get_by_role("button", name="Registrar não entregue").click()
    expect(page.get_by_role("button", name="Desfazer")).to_be_visible()


def the_phone_says_so(phone: Phone, invoice_id: str) -> None:
    phone.page.goto(f"{phone.url}/field/deliveries/{invoice_id}")
    expect(phone.page.get_by_text("no portal").first).to_be_visible()
    expect(phone.page.get_by_text("2 de 2 no portal")).to_be_visible(timeout=30_000)


def the_desk_shows_it(desk: Page, invoice_id: str, proof_hash: str) -> None:
    desk.goto(f"/deliveries/{invoice_id}")
    for said in ("Marina Becker", "529.982.247-25", "-27.580000, -48.533500", proof_hash):
        expect(desk.get_by_text(said).first).to_be_visible()
    signature = desk.get_by_role("img", name="Assinatura de Marina Becker")
    expect(signature).to_be_visible()
    assert signature.evaluate("image => image.naturalWidth") > 100
    assert desk.locator("ul.photos img").count() == 1


def the_list_says_so(desk: Page, states: dict[str, str]) -> None:
    desk.goto("/deliveries")
    desk.get_by_text("Mapa desta página").click()
    expect(desk.locator("#places path.leaflet-interactive").first).to_be_visible()
    for number, state in states.items():
        row = desk.get_by_role("row").filter(has=desk.get_by_role("link", name=f"NF {number}", exact=True))
        expect(row).to_contain_text(state)


def the_customer_reads_its_proof(browser: Browser, portal: Portal, invoice_id: str, proof_hash: str) -> None:
    context = browser.new_context(viewport=DESK_SIZE, base_url=portal.url, **LOCALE)
    page = context.new_page()
    log_in_at_desk(page, portal.url, "cliente@ilha.example")
    page.goto(f"/deliveries/{invoice_id}")
    for said in ("Marina Becker", proof_hash):
        expect(page.get_by_text(said).first).to_be_visible()
    answer = page.request.get(f"/deliveries/{invoice_id}/proof.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    pdf = answer.body()
    assert pdf.startswith(b"%PDF-")
    assert b"Comprovante de entrega NF" in pdf
    assert pdf.count(b"/Subtype /Image") + pdf.count(b"/Subtype/Image") >= 2
    context.close()
