"""What a working day does to a browser: killed while it writes, in two tabs, stopped, full, updated."""

from __future__ import annotations

import hashlib
import io
import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Playwright, Route, expect

from tests.e2e.browsers import Phone, worker_of
from tests.e2e.burst import Burst, disk_of, effects_at, notes_at, open_first_order
from tests.e2e.field_day import select_first_order
from tests.e2e.portal import ROOT, Portal

pytestmark = pytest.mark.timeout(180)

PIECE = 30_000


def test_a_browser_killed_while_it_writes_keeps_all_that_it_called_saved(
    portal: Portal, phone: Phone
) -> None:
    phone.log_in()
    phone.wait_until_synced()
    address = open_first_order(phone)
    chance, burst, cookies = random.Random(7), Burst(), phone.context.cookies()
    for death in range(4):
        burst.listen(phone)
        if death == 0:
            phone.go_offline()
        burst.start(phone.page, f"Morte {death}, nota", 500)
        wanted = len(burst.said) + 3
        while len(burst.said) < wanted:
            phone.page.wait_for_timeout(20)
        phone.page.wait_for_timeout(chance.uniform(0, 60))
        phone.kill()
        phone.go_online_at_next_start()
        start_again(phone, cookies)
        page = phone.page
        page.goto(phone.url + address)
        expect(page.locator("#notes")).to_be_visible()
        disk = disk_of(page)
        assert disk["numbers"] == list(range(disk["last"] - len(disk["numbers"]) + 1, disk["last"] + 1))
    phone.wait_until_synced()
    kept = notes_at(portal, disk_of(phone.page)["client"])
    texts = [text for _, text in kept]
    assert [seq for seq, _ in kept] == list(range(1, len(kept) + 1))
    assert len(texts) == len(set(texts))
    assert set(burst.said) <= set(texts)
    # At most one a death had reached the disk before the screen could say so.
    assert len(texts) <= len(burst.said) + 4
    assert [effects_at(portal, text) for text in texts] == [1] * len(texts)


def start_again(phone: Phone, cookies: list[Any]) -> None:
    """Logged in as before: Chromium writes cookies down only every half minute, a working day is longer."""
    phone.start()
    phone.context.add_cookies(cookies)


def test_two_tabs_that_write_and_sync_at_once_take_turns(portal: Portal, phone: Phone) -> None:
    phone.log_in()
    phone.wait_until_synced()
    address = open_first_order(phone)
    burst = Burst()
    burst.listen(phone)
    second = phone.context.new_page()
    second.goto(phone.url + address)
    expect(second.get_by_role("button", name="Selecionar atendimento")).to_be_visible()
    turns = Turns()
    phone.context.on("request", turns.began)
    phone.context.on("requestfinished", turns.ended)
    phone.context.on("requestfailed", turns.ended)
    for page, name in ((phone.page, "Primeira"), (second, "Segunda")):
        burst.start(page, name, 15)
    for page in (phone.page, second):
        page.wait_for_function("() => window.isWritten", timeout=60_000)
    phone.wait_until_synced()
    kept = notes_at(portal, disk_of(phone.page)["client"])
    assert [seq for seq, _ in kept] == list(range(1, 31))
    for name in ("Primeira", "Segunda"):
        assert [text for _, text in kept if text.startswith(name)] == [f"{name} {i}." for i in range(15)]
    assert {effects_at(portal, text) for _, text in kept} == {1}
    assert turns.most == 1
    assert turns.pages > 1, "only one tab synchronised: there was no race"


class Turns:
    """How many pushes and pulls were under way at the same time, whichever tab they came from."""

    def __init__(self) -> None:
        self._under_way: set[Any] = set()
        self._frames: set[Any] = set()
        self.most = 0

    @property
    def pages(self) -> int:
        return len(self._frames)

    def began(self, request: Any) -> None:
        if request.url.endswith(("/sync/v1/push", "/sync/v1/pull")):
            self._under_way.add(request)
            self._frames.add(None if request.service_worker else request.frame)
            self.most = max(self.most, len(self._under_way))

    def ended(self, request: Any) -> None:
        self._under_way.discard(request)


def test_an_upload_whose_worker_is_stopped_goes_on_from_its_offset(portal: Portal, phone: Phone) -> None:
    pieces = Pieces(stop_at=(2 * PIECE, 4 * PIECE))
    phone.context.route("**/sync/v1/pull", pieces.make_small)
    phone.log_in()
    phone.wait_until_synced()
    select_first_order(phone)
    phone.context.route("**/sync/v1/files**", lambda route: route.abort())
    photo = noise()
    page = phone.page
    page.get_by_role("link", name="Fotos").click()
    page.get_by_label("Escolher foto do aparelho").set_input_files(
        {"name": "medidor.jpg", "mimeType": "image/jpeg", "buffer": photo}
    )
    expect(page.get_by_text("Capturadas: 1")).to_be_visible()
    address = page.url.removeprefix(phone.url)
    (file,) = disk_of(page)["files"]
    assert file["size"] > 5 * PIECE

    cookies = phone.context.cookies()

    # The worker alone sends, as after Background Sync with the app closed, and is stopped in the middle.
    registration = worker_of(phone)
    page.goto("about:blank")
    phone.context.unroute("**/sync/v1/files**")
    phone.context.route("**/sync/v1/files/**", pieces.watch)
    session = phone.context.new_cdp_session(page)
    session.send("ServiceWorker.enable")
    session.send(
        "ServiceWorker.dispatchSyncEvent",
        {"origin": phone.url, "registrationId": registration, "tag": "pws-sync", "lastChance": False},
    )
    pieces.wait_until_held(page, 1)
    session.send("ServiceWorker.stopAllWorkers")
    pieces.let_go()
    assert pieces.sent == [0, PIECE, 2 * PIECE]

    # The app is opened and goes on; now the whole browser dies in the middle of a piece.
    page.goto(phone.url + address)
    pieces.wait_until_held(page, 2)
    phone.kill()
    assert pieces.sent[3:] == [2 * PIECE, 3 * PIECE, 4 * PIECE]

    start_again(phone, cookies)
    phone.context.route("**/sync/v1/pull", pieces.make_small)
    phone.context.route("**/sync/v1/files/**", pieces.watch)
    page = phone.page
    page.goto(phone.url + address)
    expect(page.get_by_text("No portal: 1")).to_be_visible(timeout=60_000)
    phone.wait_until_synced()
    assert 0 not in pieces.sent[1:]
    ((reseller_id, size),) = portal.ask(
        "SELECT reseller_id, size FROM sync_file WHERE sha256 = ?", file["sha256"]
    )
    body = portal.stored(reseller_id, file["sha256"])
    assert size == len(body) == file["size"]
    assert hashlib.sha256(body).hexdigest() == file["sha256"]


class Pieces:
    """Makes the portal advertise small pieces, and holds the piece at each of the offsets, once."""

    def __init__(self, stop_at: tuple[int, ...]) -> None:
        self._stop_at = list(stop_at)
        self._held: list[Route] = []
        self._count = 0
        self.sent: list[int] = []

    def make_small(self, route: Route) -> None:
        try:
            answer = route.fetch()
        except PlaywrightError:  # the browser went while the portal answered
            return
        body = answer.json()
        if "limits" in body:
            body["limits"]["file_chunk_bytes"] = PIECE
        route.fulfill(response=answer, json=body)

    def watch(self, route: Route) -> None:
        if route.request.method != "PATCH":
            return route.continue_()
        offset = int(route.request.headers["upload-offset"])
        self.sent.append(offset)
        if offset in self._stop_at:
            self._stop_at.remove(offset)
            self._held.append(route)
            self._count += 1
            return None
        return route.continue_()

    def wait_until_held(self, page: Page, count: int) -> None:
        for _ in range(3_000):
            if self._count >= count:
                return
            page.wait_for_timeout(10)
        raise AssertionError(f"no piece was held; sent {self.sent}")

    def let_go(self) -> None:
        for route in self._held:
            route.abort()
        self._held.clear()


def noise() -> bytes:
    """A picture that no encoder makes small."""
    picture = Image.frombytes("RGB", (640, 480), random.Random(3).randbytes(640 * 480 * 3))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=95)
    return file.getvalue()


@pytest.fixture
def small_phone(playwright: Playwright, portal: Portal, tmp_path: Path) -> Iterator[Phone]:
    """A phone that has not met the portal yet, so that its space can be limited."""
    phone = Phone(playwright, tmp_path / "small", portal.url)
    phone.start()
    yield phone
    phone.context.close()


def test_a_full_phone_says_so_keeps_what_it_has_and_goes_on_when_there_is_room(
    portal: Portal, small_phone: Phone, results: Path
) -> None:
    phone = small_phone
    space = phone.context.new_cdp_session(phone.page)
    space.send("Storage.overrideQuotaForOrigin", {"origin": phone.url, "quotaSize": 2_600_000})
    page = phone.page
    page.goto(f"{phone.url}/field/")
    phone.log_in()
    phone.wait_until_synced()
    phone.go_offline()
    select_first_order(phone)
    page.get_by_role("link", name="Fotos").click()
    photo, problem = noise(), page.get_by_role("alert").filter(has_text="O aparelho está sem espaço")
    saved = 0
    while not problem.is_visible():
        assert saved < 40, "the quota was never reached"
        choose = page.get_by_label("Escolher foto do aparelho")
        choose.set_input_files(
            [
                {"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": with_mark(photo, saved + n)}
                for n in range(3)
            ]
        )
        expect(problem.or_(page.get_by_text(f"Capturadas: {saved + 3}"))).to_be_visible(timeout=20_000)
        saved += 3
    page.screenshot(path=results / "field-storage-full.png")
    expect(problem.get_by_role("link", name="Sincronizar e liberar espaço")).to_be_visible()

    before = disk_of(page)
    page.reload()
    shown = page.locator("ul img[src^='/field/files/']")
    count = len(before["uids"]) - 1  # the first is the selection of the visit
    assert count > 0
    expect(page.get_by_text(f"Capturadas: {count}")).to_be_visible()
    expect(shown).to_have_count(count)
    assert disk_of(page) == before

    space.send("Storage.overrideQuotaForOrigin", {"origin": phone.url})
    page.get_by_label("Escolher foto do aparelho").set_input_files(
        {"name": "z.jpg", "mimeType": "image/jpeg", "buffer": with_mark(photo, 99)}
    )
    expect(page.get_by_text(f"Capturadas: {count + 1}")).to_be_visible(timeout=20_000)
    phone.go_online()
    phone.wait_until_synced()
    files = portal.ask("SELECT sha256 FROM sync_file WHERE client_id = ?", before["client"])
    assert len(files) == count + 1


def with_mark(photo: bytes, number: int) -> bytes:
    """The same picture with one corner painted, so that each file is its own."""
    picture = Image.open(io.BytesIO(photo))
    picture.paste((number * 5 % 256, number % 256, 90), (0, 0, 32, 32))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=95)
    return file.getvalue()


def test_an_update_that_arrives_with_a_full_queue_takes_over_and_loses_nothing(
    portal: Portal, phone: Phone, tmp_path: Path, results: Path
) -> None:
    phone.log_in()
    phone.wait_until_synced()
    phone.context.route("**/sync/v1/**", lambda route: route.abort())
    address = open_first_order(phone)
    burst = Burst()
    burst.listen(phone)
    burst.start(phone.page, "Antes da versão nova", 6)
    phone.page.wait_for_function("() => window.isWritten")
    page = phone.page
    page.get_by_role("button", name="Selecionar atendimento").click()
    page.get_by_role("link", name="Fotos").click()
    page.get_by_label("Escolher foto do aparelho").set_input_files(
        {"name": "antes.jpg", "mimeType": "image/jpeg", "buffer": noise()}
    )
    expect(page.get_by_text("Capturadas: 1")).to_be_visible()
    before = disk_of(page)
    assert before["waiting"] == 8

    portal.stop()
    portal.start(a_second_release(tmp_path / "release"))
    page.goto(phone.url + address)
    prompt = page.get_by_role("status").filter(has_text="Há uma versão nova do aplicativo.")
    expect(prompt).to_be_visible(timeout=30_000)
    assert page.evaluate("() => document.documentElement.dataset.release") is None
    page.screenshot(path=results / "field-update-ready.png")
    prompt.get_by_role("button", name="Atualizar").click()
    page.wait_for_function("() => document.documentElement.dataset.release === 'second'", timeout=60_000)
    assert disk_of(page) == before
    expect(page.locator("#sync-chip[data-sync-waiting='9']")).to_be_visible()

    phone.context.unroute("**/sync/v1/**")
    page.goto(f"{phone.url}/field/sync")
    page.get_by_role("button", name="Sincronizar agora").click()
    phone.wait_until_synced()
    kept = portal.ask(
        "SELECT uid, status FROM sync_mutation WHERE client_id = ? ORDER BY seq", before["client"]
    )
    assert kept == [(uid, "applied") for uid in before["uids"]]
    assert portal.ask("SELECT sha256 FROM sync_file WHERE client_id = ?", before["client"]) == [
        (before["files"][0]["sha256"],)
    ]


def a_second_release(folder: Path) -> Path:
    """The portal's code with another build of the field app, as a deployment would lay it out."""
    for name in ("server", "offline_sync"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "piccolo_conf.py", folder)
    ignored = shutil.ignore_patterns("node_modules", "dist", "tests")
    shutil.copytree(ROOT / "pwa", folder / "pwa", ignore=ignored)
    os.symlink(ROOT / "pwa/node_modules", folder / "pwa/node_modules")
    page = folder / "pwa/src/shell/page.ts"
    page.write_text(page.read_text() + '\ndocument.documentElement.dataset.release = "second";\n')
    subprocess.run(["node", "build.mjs"], cwd=folder / "pwa", check=True, capture_output=True, timeout=120)
    return folder
