"""Browser tests: a real portal, a real phone, a real desk. Run apart: `pytest tests/e2e`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.e2e.browsers import CHROMIUM, DESK_SIZE, FLAGS, LOCALE, Phone, log_in_at_desk
from tests.e2e.people import People
from tests.e2e.portal import ROOT, Portal, copy_demo, forget_ratings, make_demo

RESULTS = ROOT / "test-results"
expect.set_options(timeout=20_000)  # other tests run beside these


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "data"
    folder.mkdir()
    make_demo(folder)
    return folder


@pytest.fixture
def portal(demo_folder: Path, tmp_path: Path) -> Iterator[Portal]:
    """A portal of this test's own, running."""
    copy_demo(demo_folder, tmp_path / "data")
    portal = Portal(tmp_path / "data")
    portal.start()
    yield portal
    portal.stop()


@pytest.fixture
def phone(playwright: Playwright, portal: Portal, tmp_path: Path) -> Iterator[Phone]:
    """Jonas's phone, opened for the first time."""
    phone = Phone(playwright, tmp_path / "phone", portal.url)
    phone.open()
    yield phone
    phone.context.close()


@pytest.fixture(scope="session")
def desk_browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def desk(desk_browser: Browser, portal: Portal) -> Iterator[Page]:
    """Camila at the desk, logged in."""
    context = desk_browser.new_context(viewport=DESK_SIZE, base_url=portal.url, **LOCALE)
    context.set_default_timeout(20_000)
    page = context.new_page()
    log_in_at_desk(page, portal.url)
    yield page
    context.close()


@pytest.fixture(scope="session")
def house(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """One portal for all profiles: what one person does there, the others find."""
    folder = tmp_path_factory.mktemp("house") / "data"
    copy_demo(demo_folder, folder)
    forget_ratings(folder)
    # What is sent is read by another at once: mails are not collected first.
    house = Portal(folder, {"PWS_MAIL_GROUP_SECONDS": "0"})
    house.start()
    yield house
    house.stop()


@pytest.fixture
def people(desk_browser: Browser, house: Portal) -> Iterator[People]:
    people = People(desk_browser, house)
    yield people
    people.leave()


@pytest.fixture(scope="session")
def results() -> Path:
    """Where screenshots go."""
    RESULTS.mkdir(exist_ok=True)
    return RESULTS
