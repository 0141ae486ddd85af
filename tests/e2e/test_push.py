"""A notification's way from the desk to a technician's locked phone, and by a tap into the order."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.e2e.browsers import Phone, worker_of
from tests.e2e.portal import Portal, copy_demo
from tests.push.service import Push, PushService, Subscriber

pytestmark = pytest.mark.timeout(300)

# The browser's own push service is Google's: its place is taken by ours, everything else is the browser.
STUB = """subscribed => {
  const subscription = (key) => ({
    endpoint: subscribed.endpoint,
    options: { applicationServerKey: Uint8Array.from(key).buffer },
    toJSON: () => subscribed,
    unsubscribe: async () => { localStorage.removeItem("key"); return true; },
  });
  const kept = () => JSON.parse(localStorage.getItem("key"));
  const bytes = (text) =>
    Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  PushManager.prototype.getSubscription = async () => kept() && subscription(kept());
  PushManager.prototype.subscribe = async ({ applicationServerKey, userVisibleOnly }) => {
    if (!userVisibleOnly) throw new Error("must be visible");
    localStorage.setItem("key", JSON.stringify(bytes(applicationServerKey)));
    return subscription(kept());
  };
}"""


@pytest.fixture
def service() -> Iterator[PushService]:
    service = PushService()
    yield service
    service.stop()


@pytest.fixture
def portal(demo_folder: Path, tmp_path: Path, service: PushService) -> Iterator[Portal]:
    copy_demo(demo_folder, tmp_path / "data")
    portal = Portal(tmp_path / "data", {"PWS_PUSH_HOSTS": service.host})
    portal.start()
    yield portal
    portal.stop()


@pytest.fixture
def subscriber(service: PushService) -> Subscriber:
    return service.subscriber("jonas")


@pytest.fixture
def phone(playwright: Playwright, portal: Portal, tmp_path: Path, subscriber: Subscriber) -> Iterator[Phone]:
    phone = Phone(playwright, tmp_path / "phone", portal.url)
    phone.start()
    phone.context.grant_permissions(["notifications", "geolocation", "camera"], origin=portal.url)
    phone.context.add_init_script(f"({STUB})({json.dumps(subscriber.json)})")
    phone.page.goto(portal.url + "/field/")
    yield phone
    phone.context.close()


def test_a_dispatch_at_the_desk_shows_on_the_phone_and_a_tap_opens_the_order(
    portal: Portal, phone: Phone, desk: Page, service: PushService, subscriber: Subscriber
) -> None:
    phone.log_in()
    phone.wait_until_synced()
    page = phone.page
    page.get_by_role("link", name="Conta").click()
    page.get_by_label("Receber neste aparelho").check()
    expect(page.get_by_text(re.compile("^Ligadas neste aparelho"))).to_be_visible()
    ((client_id,),) = portal.ask("SELECT client_id FROM push_subscription")
    assert client_id is not None

    page.get_by_role("button", name="Enviar um aviso de teste").click()
    trial = subscriber.read(wait_for(service, 1))
    assert trial["title"] == "Aviso de teste"
    assert show(phone, trial) == ["Aviso de teste"]

    order_address = dispatch_to_jonas(desk)
    told = subscriber.read(wait_for(service, 2))
    assert told["title"].endswith("novo na sua agenda")
    assert told["url"] == order_address.replace("/service-orders/", "/field/orders/")
    assert show(phone, told) == ["Aviso de teste", told["title"]]
    tap(phone, told["title"])
    expect(page.get_by_role("heading", level=1)).to_contain_text(told["title"].partition(":")[0])
    assert page.url == phone.url + told["url"]
    page.wait_for_timeout(300)
    assert portal.ask(
        "SELECT count(*) FROM notification WHERE title = ? AND read_at IS NULL", told["title"]
    ) == [(0,)]

    page.goto(phone.url + "/field/account")
    page.get_by_role("button", name="Sair deste aparelho").click()
    expect(page.get_by_label("E-mail", exact=True)).to_be_visible()
    assert portal.ask("SELECT count(*) FROM push_subscription") == [(0,)]
    # The browser unsubscribes, too, while the login is shown already.
    page.wait_for_function("() => localStorage.getItem('key') === null")


def wait_for(service: PushService, count: int) -> Push:
    deadline = time.monotonic() + 20
    while len(service.pushes) < count:
        assert time.monotonic() < deadline, "no push came"
        time.sleep(0.05)
    return service.pushes[count - 1]


def show(phone: Phone, message: dict[str, Any]) -> list[str]:
    """Hand it to the service worker as the browser does; what the screen shows then."""
    session = phone.context.new_cdp_session(phone.page)
    session.send("ServiceWorker.enable")
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": phone.url, "registrationId": worker_of(phone), "data": json.dumps(message)},
    )
    session.detach()
    titles: list[str] = []
    deadline = time.monotonic() + 20
    while message["title"] not in titles:
        assert time.monotonic() < deadline, titles
        phone.page.wait_for_timeout(50)
        titles = phone.page.evaluate(
            """async () => (await (await navigator.serviceWorker.ready).getNotifications())
                .map((one) => one.title)"""
        )
    return sorted(titles)


def tap(phone: Phone, title: str) -> None:
    """No tool taps on a notification: the worker is told of it as the browser would."""
    (worker,) = phone.context.service_workers
    worker.evaluate(
        """async title => {
            const shown = await registration.getNotifications();
            const notification = shown.find((one) => one.title === title);
            self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
        }""",
        title,
    )


def dispatch_to_jonas(desk: Page) -> str:
    """Camila gives him an order that nobody has; its address."""
    desk.goto("/service-orders?status=A")
    desk.locator("#orders").get_by_text("sem técnico").first.wait_for()
    desk.locator("#orders tbody tr", has_text="sem técnico").first.get_by_role("link").first.click()
    form = desk.locator("#dispatch")
    form.get_by_label("Técnico").select_option(label="Jonas Ferreira")
    form.get_by_role("button", name="Despachar").click()
    expect(desk.locator("#dispatch").get_by_role("heading")).to_have_text("Redespachar")
    return urlsplit(desk.url).path
