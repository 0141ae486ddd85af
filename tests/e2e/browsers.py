"""Two real browsers: a technician's phone that keeps its data, and a desk."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, expect
from playwright.sync_api import Error as PlaywrightError

from server.demo.logins import PASSWORD

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
]  # fmt: skip
LOCALE: dict[str, Any] = {"locale": "pt-BR", "timezone_id": "America/Sao_Paulo"}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "permissions": ["geolocation", "camera"],
}
DESK_SIZE = {"width": 1280, "height": 800}
Position = tuple[float, float]


class Phone:
    """A persistent Chromium at 390×844: `kill` and `open` again find the same data."""

    def __init__(self, playwright: Playwright, folder: Path, url: str, *flags: str) -> None:
        """`flags` are Chromium's, beside those of every test."""
        self._playwright = playwright
        self._flags = [*FLAGS, *flags]
        self._folder = folder
        self._position: Position = (-27.5800, -48.5335)
        self._is_offline = False
        self.url = url
        self.context: BrowserContext
        self.page: Page

    def open(self, path: str = "/field/") -> Page:
        """Start the browser, as a tap on the icon would."""
        self.start()
        self.page.goto(self.url + path)
        return self.page

    def start(self) -> None:
        """The browser alone: it has not met the portal yet."""
        self.context = self._playwright.chromium.launch_persistent_context(
            str(self._folder),
            executable_path=CHROMIUM,
            args=self._flags,
            geolocation={"latitude": self._position[0], "longitude": self._position[1], "accuracy": 8},
            **LOCALE,
            **PHONE,
        )
        self.context.set_default_timeout(20_000)
        self.context.set_offline(self._is_offline)
        self.page = self.context.pages[0]

    def kill(self) -> None:
        """The system ended the app: no event, no goodbye."""
        mark = f"--user-data-dir={self._folder}"
        for process in Path("/proc").iterdir():
            if process.name.isdigit() and mark in _arguments(process):
                with suppress(ProcessLookupError):  # a child that went with its parent
                    os.kill(int(process.name), signal.SIGKILL)
        with suppress(PlaywrightError):  # it has noticed already
            self.context.close()

    def go_offline(self) -> None:
        self._is_offline = True
        self.context.set_offline(True)

    def go_online(self) -> None:
        self._is_offline = False
        self.context.set_offline(False)

    def go_online_at_next_start(self) -> None:
        self._is_offline = False

    def move_to(self, position: Position) -> None:
        self._position = position
        self.context.set_geolocation({"latitude": position[0], "longitude": position[1], "accuracy": 8})

    def log_in(self, email: str = "tecnico@ilha.example", first: str = "Próximos") -> None:
        """`first` is the heading of what this person sees first."""
        self.page.get_by_label("E-mail", exact=True).fill(email)
        self.page.get_by_label("Senha", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Entrar").click()
        expect(self.page.get_by_role("heading", name=first)).to_be_visible(timeout=20_000)
        self.wait_until_controlled()

    def wait_until_controlled(self) -> None:
        """The worker stands: from here on the app opens without a network."""
        self.page.wait_for_function("() => navigator.serviceWorker.controller !== null", timeout=20_000)

    def wait_until_synced(self) -> None:
        """Nothing waits any more, and the portal was heard."""
        chip = self.page.locator("#sync-chip[data-sync-waiting='0'][data-sync-mode='idle']")
        expect(chip).to_be_visible(timeout=60_000)

    def wait_until_reconciled(self) -> None:
        """Everything was sent; what the portal flagged may still be told."""
        expect(self.page.locator("#sync-chip[data-sync-waiting='0']")).to_be_visible(timeout=60_000)

    def cdp(self, method: str, **parameters: Any) -> Any:
        return self.context.new_cdp_session(self.page).send(method, parameters)


def worker_of(phone: Phone) -> str:
    """The registration's number, which CDP wants."""
    session = phone.context.new_cdp_session(phone.page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    while not found:
        phone.page.wait_for_timeout(20)
    session.detach()
    return found[0]


def log_in_at_desk(page: Page, url: str, email: str = "atendimento@ilha.example") -> None:
    page.goto(f"{url}/login")
    page.get_by_label("E-mail", exact=True).fill(email)
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    page.wait_for_url(lambda address: "/login" not in address)


def _arguments(process: Path) -> list[str]:
    try:
        return (process / "cmdline").read_text(errors="replace").split("\0")
    except OSError:
        return []
