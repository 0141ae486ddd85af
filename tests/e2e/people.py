"""People at work in one portal: each in a browser context of their own, as slow or bare as theirs is."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from tests.e2e.browsers import DESK_SIZE, LOCALE, log_in_at_desk
from tests.e2e.portal import Portal

PHONE_SIZE = {"width": 390, "height": 844}
# A poor mobile network: each answer begins late and then trickles.
LATENCY_MS, BYTES_A_SECOND = 400, 50_000


class People:
    """Who logged in once stays so; every `enter` is another window of theirs."""

    def __init__(self, browser: Browser, portal: Portal) -> None:
        self._browser = browser
        self._portal = portal
        self._sessions: dict[str, StorageState] = {}
        self._contexts: list[BrowserContext] = []

    def enter(
        self, local: str, size: dict[str, int] = DESK_SIZE, *, script: bool = True, is_slow: bool = False
    ) -> Page:
        """Their first page; `local` is the login's part before the @."""
        known = self._sessions.get(local)
        page = self.visit(size, script=script, session=known)
        if known is None:
            log_in_at_desk(page, self._portal.url, f"{local}@ilha.example")
            self._sessions[local] = page.context.storage_state()
        else:
            page.goto("/")
        if is_slow:
            slow_down(page)
        return page

    def visit(
        self, size: dict[str, int] = DESK_SIZE, *, script: bool = True, session: StorageState | None = None
    ) -> Page:
        """A window in which nobody has logged in, unless a session is given."""
        given: dict[str, Any] = {"storage_state": session} if session else {}
        context = self._browser.new_context(
            viewport=size, base_url=self._portal.url, java_script_enabled=script, **LOCALE, **given
        )
        context.set_default_timeout(20_000)
        self._contexts.append(context)
        return context.new_page()

    def leave(self) -> None:
        for context in self._contexts:
            context.close()
        self._contexts.clear()


def slow_down(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )


def go_by_menu(page: Page, label: str) -> None:
    page.get_by_role("navigation", name="Principal").get_by_role("link", name=label, exact=True).click()


def last_part(page: Page) -> str:
    """The id that a page's address ends with."""
    return page.url.partition("?")[0].rpartition("/")[2]


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """By the Tab key alone, as far as it takes."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.locator(selector).evaluate_all("(found) => found.includes(document.activeElement)"):
            return
    raise AssertionError(f"Tab never reached {selector}")


def open_mail(page: Page, to: str, button: str) -> None:
    """The newest mail to this address, as soon as it is there, and its button in it."""
    page.goto(f"/demo/mailbox?to={to}")
    mail = page.locator("main ul a").first
    for _ in range(60):
        if mail.is_visible():
            break
        page.wait_for_timeout(250)
        page.reload()
    mail.click()
    page.frame_locator("iframe").get_by_role("link", name=button).click()
