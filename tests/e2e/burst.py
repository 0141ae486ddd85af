"""A person who writes as fast as the screen answers, and what the phone's disk and the portal hold of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.browsers import Phone
from tests.e2e.portal import Portal

# Each note is told to the test only after the screen shows it: that is what "Salvo" means to a person.
WRITE = """async ([prefix, count]) => {
  const shown = (text) => document.querySelector("#notes")?.innerText.split("\\n").includes(text);
  for (let i = 0; i < count; i++) {
    const text = `${prefix} ${i}.`;
    const form = document.querySelector("#notes form");
    form.closest("details").open = true;
    form.elements.body.value = text;
    form.requestSubmit();
    while (!shown(text)) await new Promise((resolve) => setTimeout(resolve, 2));
    await window.said(text);
  }
}"""
DISK = """async (names) => {
  const [{ name }] = (await indexedDB.databases()).filter(({ name }) => /^pws-[0-9a-f]{8}-/.test(name));
  const db = await new Promise((resolve, reject) => {
    const opening = indexedDB.open(name);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const answer = (request) => new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result);
  });
  const tx = db.transaction(["outbox", "meta", "files"]);
  const [outbox, last, client, files] = await Promise.all([
    answer(tx.objectStore("outbox").getAll()),
    answer(tx.objectStore("meta").get("last_seq")),
    answer(tx.objectStore("meta").get("client_id")),
    answer(tx.objectStore("files").getAll()),
  ]);
  db.close();
  return {
    numbers: outbox.map(({ seq }) => seq),
    uids: outbox.map(({ mutation }) => mutation.uid),
    waiting: outbox.filter(({ state }) => state === "waiting").length,
    last: last ?? 0,
    client,
    files: files.map(({ sha256, state, offset, size }) => ({ sha256, state, offset, size })),
  };
}"""


@dataclass
class Burst:
    """Collects what the screen has called saved."""

    said: list[str] = field(default_factory=list)

    def listen(self, phone: Phone) -> None:
        phone.context.expose_binding("said", lambda _, text: self.said.append(text))

    def start(self, page: Page, prefix: str, count: int) -> None:
        """Returns at once; the page goes on writing."""
        begin = "window.isWritten = false; write(order).then(() => { window.isWritten = true; });"
        page.evaluate(f"(order) => {{ const write = {WRITE}; {begin} }}", [prefix, count])


def open_first_order(phone: Phone) -> str:
    """The address of an order of the agenda that is open on the screen now."""
    phone.page.get_by_role("link").filter(has_text="nº").first.click()
    expect(phone.page.get_by_role("button", name="Selecionar atendimento")).to_be_visible()
    return phone.page.url.removeprefix(phone.url)


def disk_of(page: Page) -> Any:
    return page.evaluate(DISK)


def notes_at(portal: Portal, client_id: str) -> list[tuple[int, str]]:
    """Number and text of each note that the portal keeps of an installation, as its audit trail has it."""
    found = portal.ask(
        "SELECT m.seq, json_extract(m.received_json, '$.args.body') FROM sync_mutation m"
        " WHERE m.client_id = ? AND m.name = 'add_note' ORDER BY m.seq",
        client_id,
    )
    return [(seq, text) for seq, text in found]


def effects_at(portal: Portal, text: str) -> int:
    """How often a note stands in the history of its order."""
    ((count,),) = portal.ask("SELECT count(*) FROM order_event WHERE kind = 'note' AND note = ?", text)
    return int(count)
