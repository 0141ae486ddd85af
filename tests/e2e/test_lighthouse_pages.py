"""What Lighthouse says of pages behind the login: how well they are made. It measures no speed here."""

from __future__ import annotations

import json
import os
import subprocess
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from server.demo.logins import PASSWORD
from tests.e2e.browsers import CHROMIUM, FLAGS
from tests.e2e.portal import ROOT, Portal

pytestmark = pytest.mark.timeout(300)

ROWS = {
    "equipment": "SELECT e.id FROM equipment e JOIN user_customer uc ON uc.customer_id = e.customer_id"
    " JOIN app_user u ON u.id = uc.user_id WHERE u.email = 'cliente@ilha.example' LIMIT 1",
}
PAGES = (
    ("cliente", "home", "/home"),
    ("cliente", "opening", "/equipment/{equipment}/service-orders/new"),
    ("cliente", "supplies", "/supply-requests/new?equipment_id={equipment}"),
    ("cliente", "billing", "/billing"),
    ("atendimento", "orders", "/service-orders"),
    ("atendimento", "agenda", "/agenda"),
    ("admin", "reports", "/reports?report=technician"),
)


def test_the_pages_behind_the_login_are_well_made(portal: Portal, results: Path) -> None:
    own = "reseller_id = (SELECT id FROM reseller WHERE slug = 'ilha')"
    rows = {name: portal.ask(sql.replace("{own}", own))[0][0] for name, sql in ROWS.items()}
    cookies = {login: logged_in(portal, f"{login}@ilha.example") for login in {page[0] for page in PAGES}}
    asked = [
        {"name": name, "url": portal.url + address.format(**rows), "cookie": cookies[login]}
        for login, name, address in PAGES
    ]
    ran = subprocess.run(
        ["node", "tests/lighthouse.mjs"],
        input=json.dumps({"pages": asked, "folder": str(results), "flags": ["--headless=new", *FLAGS[:8]]}),
        cwd=ROOT / "pwa", env=os.environ | {"CHROME_PATH": CHROMIUM}, capture_output=True, text=True,
        timeout=200,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    found: dict[str, Any] = json.loads(ran.stdout)
    assert {name: one["landed"] for name, one in found.items()} == {
        name: address.format(**rows).partition("?")[0] for _, name, address in PAGES
    }
    assert {
        name: one for name, one in found.items() if min(one["accessibility"], one["practices"]) < 100
    } == {}


def logged_in(portal: Portal, email: str) -> str:
    """The session, as a browser would send it."""
    connection = HTTPConnection("127.0.0.1", portal.port, timeout=20)
    body = urlencode({"email": email, "password": PASSWORD})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": portal.url}
    connection.request("POST", "/login", body, headers)
    answer = connection.getresponse()
    assert answer.status == 200
    given = [value.partition(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
    connection.close()
    return next(cookie for cookie in given if cookie.startswith("session="))
