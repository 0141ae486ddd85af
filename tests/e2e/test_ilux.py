"""ILUX, bridge, portal, desk and phone, all real: an order goes from the counter to a basement and back."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from ilux_bridge.demo.books import CLOCKS, open_books
from ilux_bridge.demo.clerk import Clerk
from ilux_bridge.demo.office import Office
from tests.e2e.browsers import DESK_SIZE, LOCALE, Phone, log_in_at_desk
from tests.e2e.field_day import (
    DIAGNOSIS,
    RESOLUTION,
    SLOTS,
    conclude,
    fill_form,
    finish_work,
    sign,
    start_work,
    take_photos,
    travel,
)
from tests.e2e.portal import ROOT, Portal, copy_demo, environment
from tests.e2e.test_round import UNDO_SECONDS, deliver, fail, open_invoice

pytestmark = pytest.mark.timeout(240)

JONAS = 1  # the first technician, here and there
SECONDS = 20  # a change takes about one


@pytest.fixture(scope="module")
def portal(demo_folder: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    folder = tmp_path_factory.mktemp("ilux") / "data"
    copy_demo(demo_folder, folder)  # type: ignore[arg-type]
    portal = Portal(folder)
    yield portal
    portal.stop()


@pytest.fixture(scope="module")
def office(portal: Portal) -> Iterator[Office]:
    """The reseller's server room, in which the first load is over."""
    office = Office(portal.folder / "office", portal.url)
    try:
        office.open(partial(open_books, portal.folder / "pws.sqlite"))
        made = subprocess.run(
            [sys.executable, "-m", "server.cli", "bridge-account", "ilha"],
            cwd=ROOT, env=environment(portal.folder), check=True, capture_output=True, text=True,
        )  # fmt: skip
        portal.start()
        office.bridge(made.stdout.split()[-1])
        yield office
    finally:
        office.close()


@pytest.fixture(scope="module")
def clerk(office: Office) -> Iterator[Clerk]:
    with closing(office.clerk()) as connection:
        yield Clerk(connection)


@pytest.fixture(scope="module")
def phone(
    playwright: Playwright, office: Office, portal: Portal, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Phone]:
    """Jonas's, with his day on it."""
    phone = Phone(playwright, tmp_path_factory.mktemp("phone"), portal.url)
    phone.open()
    phone.log_in()
    phone.wait_until_synced()
    yield phone
    phone.context.close()


@pytest.fixture(scope="module")
def desk(desk_browser: Browser, office: Office, portal: Portal) -> Iterator[Page]:
    context = desk_browser.new_context(viewport=DESK_SIZE, base_url=portal.url, **LOCALE)
    context.set_default_timeout(20_000)
    page = context.new_page()
    log_in_at_desk(page, portal.url)
    yield page
    context.close()


def until(true: Callable[[], bool], office: Office) -> None:
    deadline = time.monotonic() + SECONDS
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(office.log()[-3000:])
        time.sleep(0.1)


def test_the_first_load_found_everybody_and_doubled_nobody(portal: Portal, office: Office) -> None:
    linked = (
        "SELECT count(*) FROM ilux_link l JOIN reseller r ON r.id = l.reseller_id AND r.slug = 'ilha'"
        " WHERE l.entity = ? AND l.retired_at IS NULL"
    )
    entities = "company customer technician carrier equipment part defect contract invoice"
    for entity in entities.split():
        here = portal.ask(
            f"SELECT count(*) FROM {entity} t JOIN reseller r ON r.id = t.reseller_id AND r.slug = 'ilha'"
        )
        assert portal.ask(linked, entity) == here, entity
    assert portal.ask("SELECT entity, key, code FROM ilux_refusal") == []
    told = portal.ask("SELECT before, after FROM order_event WHERE source = 'ilux'")
    assert all(set(json.loads(after)) == {"ilux_number"} for _, after in told), (
        "new to the portal is a number"
    )


def last_reading(clerk: Clerk) -> tuple[datetime, int]:
    """Of machine 3."""
    with clerk.connection.reading() as work:
        sql = (
            "SELECT DT_LEITURA, CONTADOR_PB FROM LEITURAS WHERE COD_EQUIPAMENTO = 3 ORDER BY DT_LEITURA DESC"
        )
        return next(work.fetch(sql))


def test_an_order_of_ilux_is_served_in_a_basement_and_ends_in_ilux(
    portal: Portal, office: Office, clerk: Clerk, phone: Phone, desk: Page
) -> None:
    number = clerk.open_order("Cheiro de queimado – “urgente”", machine=3, technician=JONAS)
    order_id, web_number = order_of(portal, office, number)

    page = phone.page
    card = page.get_by_role("link").filter(has_text=f"nº {web_number}")
    expect(card).to_be_visible(timeout=SECONDS * 1000)
    phone.go_offline()
    card.click()
    expect(page.get_by_text("Cheiro de queimado – “urgente”")).to_be_visible()
    expect(page.get_by_text(str(number))).to_be_visible()
    page.get_by_role("button", name="Selecionar atendimento").click()
    travel(phone, [door_of(portal, order_id)], seconds_between=1)
    start_work(page)
    take_photos(page)
    finish_work(page)
    fill_form(page)
    sign(page)
    before = now_in_ilux().replace(microsecond=0)
    conclude(page)
    concluded_by = now_in_ilux()
    assert page.locator("[data-receipt=device]").count()
    assert clerk.look_up(number, "STATUS") == ("E",), "nothing has left the phone"

    time.sleep(2)  # what ILUX notes is when it happened, not when it arrived
    phone.go_online()
    until(lambda: clerk.look_up(number, "STATUS") == ("O",), office)
    diagnosis, resolution, mono, closed_at = clerk.look_up(
        number, "LAUDO", "SOLUCAO", "CONTADOR_PB", "DT_FECHAMENTO"
    )
    assert (diagnosis, resolution) == (DIAGNOSIS, RESOLUTION)
    assert before <= closed_at <= concluded_by
    # Readings travel as messages of their own, behind the order's.
    until(lambda: last_reading(clerk)[1] == mono, office)
    read_at, _ = last_reading(clerk)
    assert before - timedelta(minutes=1) <= read_at <= concluded_by

    expect(page.locator("[data-receipt=ilux]").first).to_be_visible(timeout=SECONDS * 1000)
    expect(page.get_by_text("no ILUX").first).to_be_visible()
    expect(page.get_by_text(f"{len(SLOTS)} fotos, no portal")).to_be_visible(timeout=30_000)
    desk.goto(f"/service-orders/{order_id}?tab=attachments")
    expect(desk.get_by_role("heading", level=1)).to_contain_text(f"Chamado {web_number} / {number}")
    expect(desk.locator("#order .photos img")).to_have_count(len(SLOTS))
    assert portal.ask("SELECT status FROM ilux_message WHERE status <> 'applied'") == []
    told = [
        ("opened", "ilux", {"status"}),
        ("status", "field", {"status", "pending_reason"}),
        ("status", "field", {"status", "pending_reason"}),
        ("edited", "ilux", {"diagnosis", "resolution"}),
    ]
    # Of what came back from ILUX only its books' own words are news; they come with its next cycle.
    until(lambda: len(history(portal, order_id)) >= len(told), office)
    assert history(portal, order_id) == told


def test_a_call_opened_in_the_field_is_numbered_by_ilux_and_follows_its_clerk(
    portal: Portal, office: Office, clerk: Clerk, phone: Phone, desk: Page
) -> None:
    page = phone.page
    page.goto(f"{phone.url}/field/orders/new")
    phone.go_offline()
    page.get_by_label("Cliente").select_option(index=1)
    page.get_by_label("Descrição do problema").fill("Bandeja 2 quebrada – “não fecha”")
    page.get_by_role("button", name="Abrir chamado").click()
    expect(page.get_by_text("Bandeja 2 quebrada").first).to_be_visible()
    phone.go_online()

    sql = "SELECT id, web_number, ilux_number FROM service_order WHERE description LIKE 'Bandeja 2 quebrada%'"
    until(lambda: bool(portal.ask(sql)) and portal.ask(sql)[0][2] is not None, office)
    ((order_id, web_number, number),) = portal.ask(sql)
    assert clerk.look_up(number, "STATUS", "RELATO", "ID_WEB") == (
        "A", "Bandeja 2 quebrada – “não fecha”", order_id,
    )  # fmt: skip
    desk.goto(f"/service-orders/{order_id}")
    heading = desk.get_by_role("heading", level=1)
    expect(heading).to_contain_text(f"Chamado {web_number} / {number}")

    page.goto(f"{phone.url}/field/")
    clerk.dispatch(number, JONAS)
    expect(desk.locator("#order header")).to_contain_text("Despachado", timeout=SECONDS * 1000)
    card = page.get_by_role("link").filter(has_text=f"nº {web_number}")
    expect(card).to_be_visible(timeout=SECONDS * 1000)
    clerk.set_status(number, "P")
    expect(desk.locator("#order header")).to_contain_text("Pendente", timeout=SECONDS * 1000)
    expect(card).to_contain_text("Pendente", timeout=SECONDS * 1000)
    card.click()
    expect(page.get_by_text(number)).to_be_visible()

    dispatch_at_desk(desk, "Rafael Silveira")
    until(lambda: clerk.look_up(number, "COD_TECNICO") == (2,), office)


def test_an_invoice_of_ilux_is_delivered_without_a_network_and_ilux_knows_to_whom(
    portal: Portal, office: Office, clerk: Clerk, desk: Page, playwright: Playwright, tmp_path: Path
) -> None:
    carrier, customer = (
        int(key)
        for (key,) in portal.ask(
            "SELECT l.key FROM ilux_link l JOIN carrier c ON c.id = l.row_id WHERE c.name = 'Entrega própria'"
            " UNION ALL SELECT * FROM (SELECT key FROM ilux_link WHERE entity = 'customer' LIMIT 1)"
        )
    )
    issued = [clerk.issue_invoice(customer, carrier) for _ in range(4)]
    delivered, failed, in_part, cancelled = issued
    invoices = "SELECT id FROM invoice WHERE number = ?"
    until(lambda: all(portal.ask(invoices, str(one)) for one in issued), office)
    phone = Phone(playwright, tmp_path / "driver", portal.url)
    try:
        phone.open()
        phone.log_in("entregador@ilha.example", first="Pendentes")
        phone.wait_until_synced()
        phone.go_offline()
        open_invoice(phone, str(delivered))
        deliver(phone.page, "Conceição Araújo")
        open_invoice(phone, str(failed))
        fail(phone.page)
        open_invoice(phone, str(in_part))
        deliver(phone.page, "Rui Costa", left_out="Faltou um toner ciano")
        open_invoice(phone, str(cancelled))
        deliver(phone.page, "Vanda Reis")
        phone.page.wait_for_timeout(1000 * UNDO_SECONDS)
        delivery = "SIT_ENTREGA", "RECEBEDOR"
        assert clerk.look_up_invoice(delivered, *delivery) == ("P", None), "nothing has left the phone"
        clerk.cancel_invoice(cancelled)
        until(
            lambda: portal.ask("SELECT 1 FROM invoice WHERE number = ? AND NOT is_active", cancelled), office
        )

        before = now_in_ilux() - timedelta(minutes=2)
        phone.go_online()
        until(lambda: clerk.look_up_invoice(delivered, *delivery) == ("E", "Conceição Araújo"), office)
        ((at,),) = [clerk.look_up_invoice(delivered, "DT_ENTREGA")]
        assert before <= at <= now_in_ilux()
        phone.wait_until_reconciled()
        phone.page.goto(f"{phone.url}/field/deliveries/{portal.ask(invoices, str(delivered))[0][0]}")
        expect(phone.page.get_by_text("no ILUX").first).to_be_visible(timeout=SECONDS * 1000)
    finally:
        phone.context.close()

    # What is still to bring is to bring for ILUX, too: its books know no half.
    for open_still in (failed, in_part, cancelled):
        assert clerk.look_up_invoice(open_still, *delivery) == ("P", None)
    found = "SELECT d.outcome FROM delivery d JOIN invoice i ON i.id = d.invoice_id WHERE i.number = ?"
    assert portal.ask(found, str(failed)) == [("not_delivered",)]
    assert portal.ask(found, str(in_part)) == [("partial",)]
    assert portal.ask(found, str(cancelled)) == [("delivered",)], "what Diego did is kept, and told"
    desk.goto(f"/deliveries/{portal.ask(invoices, str(cancelled))[0][0]}")
    expect(desk.get_by_text("Vanda Reis").first).to_be_visible()


def dispatch_at_desk(desk: Page, name: str) -> None:
    form = desk.locator("#dispatch")
    form.locator("select[name=technician_id]").select_option(label=name)
    form.get_by_role("button", name="Despachar").click()
    expect(desk.locator("#order")).to_contain_text(name)


def history(portal: Portal, order_id: str) -> list[tuple[str, str, set[str]]]:
    """Kind, source and the changed columns; two kilometres in a second are looked at elsewhere."""
    lines = portal.ask(
        "SELECT kind, source, after FROM order_event WHERE service_order_id = ? AND kind <> 'discrepancy'"
        " ORDER BY recorded_at, id",
        order_id,
    )
    return [(kind, source, set(json.loads(after))) for kind, source, after in lines]


def order_of(portal: Portal, office: Office, number: int) -> tuple[str, int]:
    """The portal's id and number, once the order is there."""
    sql = "SELECT id, web_number FROM service_order WHERE ilux_number = ?"
    until(lambda: portal.ask(sql, str(number)) != [], office)
    ((order_id, web_number),) = portal.ask(sql, str(number))
    return order_id, web_number


def door_of(portal: Portal, order_id: str) -> tuple[float, float]:
    ((latitude, longitude),) = portal.ask(
        "SELECT c.latitude, c.longitude FROM service_order o JOIN customer c ON c.id = o.customer_id"
        " WHERE o.id = ?",
        order_id,
    )
    return latitude, longitude


def now_in_ilux() -> datetime:
    return datetime.now(CLOCKS).replace(tzinfo=None)
