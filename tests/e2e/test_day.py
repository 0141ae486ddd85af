"""The day: an order served completely without a network; the desk sees it once, whole and verified."""

from __future__ import annotations

import hashlib
import io
import json

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.browsers import Phone
from tests.e2e.field_day import (
    DIAGNOSIS,
    SLOTS,
    conclude,
    fill_form,
    finish_work,
    select_first_order,
    sign,
    start_work,
    take_photos,
    travel,
)
from tests.e2e.portal import Portal

pytestmark = pytest.mark.timeout(300)

TIMELINE = [
    "selected", "travel_started", "arrived", "work_started", "work_finished", "form_filled", "completed",
]  # fmt: skip
# Selecting is an intent: refused when the order is no longer the technician's. What follows are facts.
FACTS = TIMELINE[1:]


def test_jonas_serves_an_order_offline_and_the_desk_sees_it_once(
    portal: Portal, phone: Phone, desk: Page
) -> None:
    phone.log_in()
    phone.wait_until_synced()
    phone.go_offline()
    portal.kill()
    phone.page.reload()
    number = select_first_order(phone)
    visit_address = phone.page.url.removeprefix(phone.url)
    travel(phone, way_to(portal, number), seconds_between=10.5)
    phone.kill()

    page = phone.open(visit_address)
    start_work(page)
    take_photos(page)
    phone.kill()

    page = phone.open(visit_address)
    finish_work(page)
    fill_form(page)
    phone.kill()

    page = phone.open(visit_address)
    sign(page)
    phone.kill()

    page = phone.open(visit_address)
    conclude(page)
    expect(page.get_by_text("no aparelho").first).to_be_visible()
    phone.kill()

    portal.start()
    phone.go_online_at_next_start()
    page = phone.open(visit_address)
    phone.wait_until_synced()
    expect(page.get_by_text("3 fotos, no portal")).to_be_visible(timeout=30_000)

    visit_id = the_visit_recorded_once(portal, number, TIMELINE)
    assert portal.ask(
        "SELECT status FROM service_order WHERE web_number = ? AND reseller_id = ("
        "SELECT id FROM reseller WHERE slug = 'ilha')",
        number,
    ) == [("O",)]
    every_file_is_stored_as_it_was_named(portal, visit_id)
    the_distance_was_measured(portal, visit_id)
    the_desk_shows_it(desk, portal, visit_id)
    the_report_is_a_pdf_with_its_pictures(desk, visit_id)


def test_the_desk_cancels_while_jonas_serves_and_nothing_is_lost(
    portal: Portal, phone: Phone, desk: Page
) -> None:
    phone.log_in()
    phone.wait_until_synced()
    phone.go_offline()
    number = select_first_order(phone)
    cancel_at_desk(desk, portal, number)
    serve(phone, portal, number)
    on_the_map = desk.context.new_page()
    on_the_map.goto("/technicians/map")
    jonas = on_the_map.locator("#technicians li").filter(has_text="Jonas Ferreira")
    expect(jonas).to_contain_text("Sem posição")
    phone.go_online()
    phone.wait_until_reconciled()
    expect(jonas).to_contain_text("Última posição")
    on_the_map.close()

    visit_id = the_visit_recorded_once(portal, number, FACTS)
    assert order_of(portal, number)[0] == "C"
    assert open_discrepancies(portal, visit_id) == ["order_cancelled"]
    every_file_is_stored_as_it_was_named(portal, visit_id)
    desk.goto(f"/visits/{visit_id}")
    expect(desk.get_by_text("Atendido depois do cancelamento").first).to_be_visible()
    accept_the_discrepancy(desk, "Cliente confirma que a visita aconteceu.")
    assert open_discrepancies(portal, visit_id) == []


def test_the_desk_gives_the_order_to_another_while_jonas_serves_and_nothing_is_lost(
    portal: Portal, phone: Phone, desk: Page
) -> None:
    phone.log_in()
    phone.wait_until_synced()
    phone.go_offline()
    number = select_first_order(phone)
    other = dispatch_to_another(desk, portal, number)
    serve(phone, portal, number)
    phone.go_online()
    phone.wait_until_reconciled()

    visit_id = the_visit_recorded_once(portal, number, FACTS)
    status, technician = order_of(portal, number)
    assert status == "O"
    assert technician == other
    assert open_discrepancies(portal, visit_id) == ["order_reassigned"]
    every_file_is_stored_as_it_was_named(portal, visit_id)
    desk.goto(f"/visits/{visit_id}")
    expect(desk.get_by_text("Atendido por outro técnico").first).to_be_visible()
    expect(desk.get_by_text(DIAGNOSIS)).to_be_visible()


def serve(phone: Phone, portal: Portal, number: str) -> None:
    """The whole visit without a break."""
    travel(phone, way_to(portal, number)[-1:], seconds_between=1)
    start_work(phone.page)
    take_photos(phone.page)
    finish_work(phone.page)
    fill_form(phone.page)
    sign(phone.page)
    conclude(phone.page)


def way_to(portal: Portal, number: str) -> list[tuple[float, float]]:
    """Four positions towards the customer's door."""
    ((latitude, longitude),) = portal.ask(
        "SELECT c.latitude, c.longitude FROM service_order o JOIN customer c ON c.id = o.customer_id"
        " JOIN reseller r ON r.id = o.reseller_id WHERE r.slug = 'ilha' AND o.web_number = ?",
        number,
    )
    return [(latitude - step * 0.0009, longitude) for step in (3, 2, 1, 0)]


def order_of(portal: Portal, number: str) -> tuple[str, str]:
    """Its status, and whom it is dispatched to."""
    ((status, technician),) = portal.ask(
        "SELECT o.status, t.name FROM service_order o JOIN technician t ON t.id = o.technician_id"
        " JOIN reseller r ON r.id = o.reseller_id WHERE r.slug = 'ilha' AND o.web_number = ?",
        number,
    )
    return status, technician


def the_visit_recorded_once(portal: Portal, number: str, timeline: list[str]) -> str:
    """One visit with each fact once, in order; its id."""
    visits = portal.ask(
        "SELECT v.id, v.state, v.outcome, v.diagnosis FROM visit v JOIN service_order o"
        " ON o.id = v.service_order_id JOIN reseller r ON r.id = o.reseller_id"
        " WHERE r.slug = 'ilha' AND o.web_number = ?",
        number,
    )
    assert [row[1:] for row in visits] == [("completed", "done", DIAGNOSIS)]
    visit_id: str = visits[0][0]
    kinds = portal.ask("SELECT kind FROM visit_event WHERE visit_id = ? ORDER BY client_seq", visit_id)
    assert [kind for (kind,) in kinds] == timeline
    for table, count in (("part_usage", 1), ("signature", 1), ("meter_reading", 1)):
        assert portal.ask(f"SELECT count(*) FROM {table} WHERE visit_id = ?", visit_id) == [(count,)], table
    return visit_id


def every_file_is_stored_as_it_was_named(portal: Portal, visit_id: str) -> None:
    files = portal.ask(
        "SELECT reseller_id, sha256, size, file_at IS NOT NULL FROM photo WHERE visit_id = ?"
        " UNION ALL SELECT reseller_id, sha256, size, file_at IS NOT NULL FROM signature WHERE visit_id = ?",
        visit_id, visit_id,
    )  # fmt: skip
    assert len(files) == len(SLOTS) + 1
    for reseller_id, sha256, size, is_there in files:
        body = portal.stored(reseller_id, sha256)
        assert is_there
        assert len(body) == size
        assert hashlib.sha256(body).hexdigest() == sha256
        Image.open(io.BytesIO(body)).verify()


def the_distance_was_measured(portal: Portal, visit_id: str) -> None:
    chunks = portal.ask("SELECT fixes FROM sync_track_chunk WHERE stream = ? ORDER BY n", visit_id)
    fixes = [fix for (text,) in chunks for fix in json.loads(text)]
    assert len(fixes) >= 3
    ((distance, method),) = portal.ask(
        "SELECT distance_km, distance_method FROM visit WHERE id = ?", visit_id
    )
    assert method in {"gps", "gps_gaps"}
    assert 0.2 < distance < 12


def open_discrepancies(portal: Portal, visit_id: str) -> list[str]:
    found = portal.ask(
        "SELECT kind FROM discrepancy WHERE visit_id = ? AND accepted_at IS NULL ORDER BY kind", visit_id
    )
    return [kind for (kind,) in found]


def the_desk_shows_it(desk: Page, portal: Portal, visit_id: str) -> None:
    desk.goto(f"/visits/{visit_id}")
    expect(desk.get_by_text("Jonas Ferreira").first).to_be_visible()
    expect(desk.get_by_text(DIAGNOSIS)).to_be_visible()
    expect(desk.get_by_text("Marina Becker").first).to_be_visible()
    expect(desk.get_by_text("confere", exact=False).first).to_be_visible()
    expect(desk.locator("#visit .photos img")).to_have_count(len(SLOTS))
    for picture in desk.locator("#visit .photos img, #visit img.signature").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("image => image.naturalWidth") > 0
    expect(desk.locator("#discrepancies-title")).to_have_count(0)


def the_report_is_a_pdf_with_its_pictures(desk: Page, visit_id: str) -> None:
    answer = desk.request.get(f"/visits/{visit_id}/report.pdf")
    assert answer.ok
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")
    assert answer.body().count(b"/Subtype /Image") + answer.body().count(b"/Subtype/Image") >= len(SLOTS)


def cancel_at_desk(desk: Page, portal: Portal, number: str) -> None:
    desk.goto(f"/service-orders/{order_id(portal, number)}")
    desk.get_by_text("Cancelar o chamado").first.click()
    desk.get_by_label("Motivo").fill("Cliente resolveu por telefone.")
    desk.get_by_role("button", name="Cancelar o chamado").click()
    expect(desk.locator("#order")).to_contain_text("Cancelado")


def dispatch_to_another(desk: Page, portal: Portal, number: str) -> str:
    """Give it to the first technician of the list who is not Jonas; the name."""
    desk.goto(f"/service-orders/{order_id(portal, number)}")
    select = desk.locator("#dispatch select[name=technician_id]")
    names = [
        name
        for name in select.locator("option").all_inner_texts()
        if name not in {"Escolha…", "Jonas Ferreira"}
    ]
    select.select_option(label=names[0])
    desk.locator("#dispatch").get_by_role("button", name="Despachar").click()
    expect(desk.locator("#order")).to_contain_text(names[0])
    return names[0]


def accept_the_discrepancy(desk: Page, note: str) -> None:
    desk.get_by_label("O que foi decidido").fill(note)
    desk.get_by_role("button", name="Aceitar").click()
    expect(desk.get_by_text(note)).to_be_visible()


def order_id(portal: Portal, number: str) -> str:
    ((found,),) = portal.ask(
        "SELECT o.id FROM service_order o JOIN reseller r ON r.id = o.reseller_id"
        " WHERE r.slug = 'ilha' AND o.web_number = ?",
        number,
    )
    return str(found)
