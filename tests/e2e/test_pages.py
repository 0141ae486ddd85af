"""Every page of the matrix, as axe sees it, at both widths; `PWS_PICTURES=1` keeps a picture of each."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from itertools import groupby
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from server.accounts.tokens import hash_of
from tests.e2e.browsers import DESK_SIZE
from tests.e2e.looks import Looks
from tests.e2e.people import PHONE_SIZE, People
from tests.e2e.portal import Portal
from tests.web.addresses import INSIDE
from tests.web.screens import SCREENS, Screen

pytestmark = pytest.mark.timeout(400)

TOKEN = "of-a-mail"
_MARCELOS = (
    "(SELECT uc.customer_id FROM user_customer uc JOIN app_user u ON u.id = uc.user_id"
    " WHERE u.email = 'cliente@ilha.example')"
)
# The reseller's row that shows the most, by the name in the matrix' address.
ROWS = {
    "order_id": "SELECT v.service_order_id FROM visit v JOIN discrepancy d ON d.visit_id = v.id"
    " JOIN sync_track t ON t.id = v.id WHERE v.{own} ORDER BY d.accepted_at IS NULL DESC, v.id LIMIT 1",
    "visit_id": "SELECT v.id FROM visit v JOIN discrepancy d ON d.visit_id = v.id"
    " JOIN sync_track t ON t.id = v.id WHERE v.{own} ORDER BY d.accepted_at IS NULL DESC, v.id LIMIT 1",
    "customer_id": "SELECT customer_id FROM position_proposal WHERE {own} ORDER BY id LIMIT 1",
    "equipment_id": "SELECT m.equipment_id FROM meter_reading m JOIN equipment e ON e.id = m.equipment_id"
    " WHERE m.{own} AND e.is_color = 1 GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
    "contact_message_id": "SELECT id FROM contact_message WHERE {own} AND state = 'answered' LIMIT 1",
    "user_id": "SELECT id FROM app_user WHERE {own} AND name = 'Camila Nunes'",
    "document_id": "SELECT id FROM policy_document WHERE {own} AND kind = 'privacy'",
    "version_id": "SELECT id FROM policy_version WHERE {own} AND published_at IS NOT NULL LIMIT 1",
    "request_id": "SELECT id FROM data_request WHERE {own} ORDER BY id LIMIT 1",
    "template_id": "SELECT id FROM checklist_template WHERE {own} AND name = 'Manutenção preventiva'",
}
# Where the customer's people see another one.
CUSTOMERS_ROWS = {
    "equipment_id": f"SELECT id FROM equipment WHERE customer_id IN {_MARCELOS}"
    " AND contract_id IS NOT NULL LIMIT 1",
    "contract_id": f"SELECT id FROM contract WHERE customer_id IN {_MARCELOS} LIMIT 1",
    "order_id": f"SELECT o.id FROM service_order o JOIN visit v ON v.service_order_id = o.id"
    f" WHERE o.status = 'O' AND o.customer_id IN {_MARCELOS} ORDER BY v.ended_at DESC LIMIT 1",
}


def test_every_page_passes_axe_and_fits_a_phone(house: Portal, people: People, results: Path) -> None:
    looks, wide = Looks(results), []
    make_links_known(house)
    for login, screens in groupby(SCREENS, key=lambda screen: screen.login):
        page = people.enter(login) if login else people.visit()
        for screen in screens:
            answer = page.goto(address_of(screen, house, page))
            assert answer is not None
            assert answer.status == screen.status, screen
            page.set_viewport_size(PHONE_SIZE)
            if page.evaluate("() => document.documentElement.scrollWidth > innerWidth"):
                wide.append(screen.name)
            page.set_viewport_size(DESK_SIZE)
            looks.at(
                page,
                screen.name,
                is_whole="map" not in screen.path,
                keeps="PWS_PICTURES" in os.environ,
            )
    assert not looks.faults, "\n".join(looks.faults)
    assert wide == []


def address_of(screen: Screen, house: Portal, page: Page) -> str:
    path = INSIDE.get(screen.path, screen.path).replace("/nobodys", "/ilha").replace("/none", f"/{TOKEN}")
    whole = f"{path}?{screen.query}" if screen.query else path
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: row(found[1], screen.login, house, page), whole)


def row(name: str, login: str, house: Portal, page: Page) -> str:
    if name == "mail_id":
        page.goto("/demo/mailbox")
        newest = page.locator("main ul a").first
        expect(newest).to_be_visible()
        return str(newest.get_attribute("href")).rpartition("/")[2]
    asked = CUSTOMERS_ROWS.get(name) if login == "cliente" else None
    asked = (
        asked
        or ROWS.get(name)
        or f"SELECT id FROM {name.removesuffix('_id')} WHERE {{own}} ORDER BY id LIMIT 1"
    )
    return str(
        house.ask(asked.replace("{own}", "reseller_id = (SELECT id FROM reseller WHERE slug = 'ilha')"))[0][0]
    )


def make_links_known(house: Portal) -> None:
    """Only their hashes are in the database: the demo's newest links get a token that this test knows."""
    with closing(sqlite3.connect(house.folder / "pws.sqlite", timeout=10)) as database, database:
        for table in ("reading_request", "approach_link"):
            database.execute(
                f"UPDATE {table} SET token_hash = ? WHERE id = (SELECT max(id) FROM {table})",
                (hash_of(TOKEN),),
            )
