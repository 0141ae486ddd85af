"""Bruna writes a checklist, publishes it and looks back; what Tiago answered shows with its photos."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest

from server.checklists.questions import read_items, stored_items
from server.checklists.rules import ChecklistItem
from server.printing.document import Letterhead
from server.service_orders.tables import ChecklistTemplate, ChecklistVersion
from server.visits.queries import get_visit
from server.visits.report.compose import compose
from server.visits.tables import Photo, Visit
from tests.desk.office import Office
from tests.desk.test_query_counts import MOST, queries_of

QUESTION = {"q1.label": "Vazando?", "q1.kind": "yes_no", "q1.bad": "yes", "q1.photo": "when_bad"}


@pytest.fixture
async def bruna(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    async with await office.admin("Bruna") as browser:
        yield browser


async def begun(bruna: httpx.AsyncClient, **scope: str) -> str:
    """The address of a new checklist."""
    answer = await bruna.post("/checklists", data={"name": "Toner", **scope})
    assert answer.status_code == 303
    return answer.headers["location"]


async def press(
    bruna: httpx.AsyncClient, address: str, do: str, fields: Mapping[str, object] = QUESTION
) -> httpx.Response:
    revision = re.search(r'name="revision" value="(\d+)"', (await bruna.get(address)).text)
    assert revision
    return await bruna.post(
        f"{address}/draft", data={"order": ["q1"], "revision": revision[1], "do": do, **fields}
    )


async def test_a_draft_is_kept_whatever_it_lacks_and_published_once_it_is_whole(
    office: Office, bruna: httpx.AsyncClient
) -> None:
    address = await begun(bruna)
    faulty = await press(bruna, address, "publish", {**QUESTION, "q1.label": ""})
    assert faulty.status_code == 422
    assert "Escreva a pergunta" in faulty.text
    page = await bruna.get(address)
    assert "nunca publicado" in page.text
    assert 'value="when_bad" selected' in page.text, "the faulty draft is there"
    assert (await press(bruna, address, "publish")).status_code == 303
    version = await ChecklistVersion.select().where(ChecklistVersion.name == "Toner").first()
    assert version is not None
    assert read_items(version["items"]) == [
        ChecklistItem("q1", "Vazando?", "yes_no", False, [], bad=["yes"], photo="when_bad")
    ]
    order = await office.world.order(await office.world.open_order())
    assert order["checklist_version_id"] == version["id"]


async def test_buttons_add_move_and_remove_without_script(bruna: httpx.AsyncClient) -> None:
    address = await begun(bruna)
    added = await press(bruna, address, "add")
    assert added.status_code == 303
    keys = re.findall(r'name="order" value="(\w+)"', (await bruna.get(address)).text)
    assert len(keys) == 2
    assert added.headers["location"].endswith(f"#{keys[1]}")
    await press(bruna, address, f"up:{keys[1]}", {**QUESTION, "order": keys})
    assert re.findall(r'name="order" value="(\w+)"', (await bruna.get(address)).text) == keys[::-1]
    await press(bruna, address, "remove:q1", {**QUESTION, "order": keys})
    assert re.findall(r'name="order" value="(\w+)"', (await bruna.get(address)).text) == keys[1:]


async def test_two_who_write_at_once_see_each_other(bruna: httpx.AsyncClient) -> None:
    address = await begun(bruna)
    await press(bruna, address, "save")
    late = await bruna.post(
        f"{address}/draft",
        data={**QUESTION, "order": "q1", "q1.label": "Minha", "revision": "0", "do": "save"},
    )
    assert late.status_code == 422
    assert "Outra pessoa salvou" in late.text
    assert 'value="Minha"' in late.text
    assert 'name="revision" value="1"' in late.text


async def test_an_old_version_is_readable_and_says_what_the_next_one_changed(
    bruna: httpx.AsyncClient,
) -> None:
    address = await begun(bruna)
    await press(bruna, address, "publish")
    await press(bruna, address, "save", {**QUESTION, "q1.label": "Há vazamento?"})
    assert "Vazando? → Há vazamento?" in (await bruna.get(address)).text, "the draft beside what is in use"
    await press(bruna, address, "publish", {**QUESTION, "q1.label": "Há vazamento?"})
    assert "Vazando?" in (await bruna.get(f"{address}/versions/1")).text
    second = (await bruna.get(f"{address}/versions/2")).text
    assert "<del>Vazando?</del>" in second
    assert (await bruna.get(f"{address}/versions/3")).status_code == 404
    assert await queries_of(bruna, f"{address}/versions/2") <= MOST
    assert await queries_of(bruna, address) <= MOST
    few = await queries_of(bruna, "/checklists")
    for _ in range(5):
        await begun(bruna)
    assert await queries_of(bruna, "/checklists") == few <= MOST


async def test_what_is_archived_takes_no_draft_and_comes_back(bruna: httpx.AsyncClient) -> None:
    address = await begun(bruna)
    await press(bruna, address, "save")
    assert (await bruna.post(f"{address}/retirement")).status_code == 303
    assert address not in (await bruna.get("/checklists")).text
    assert address in (await bruna.get("/checklists?archived=true")).text
    late = await bruna.post(f"{address}/draft", data={"order": "q1", "revision": "1", "do": "save"})
    assert late.status_code == 409
    await bruna.post(f"{address}/retirement/removal")
    await bruna.post(f"{address}/draft/removal")
    row = await ChecklistTemplate.select().where(ChecklistTemplate.id == UUID(address[-36:])).first()
    assert row is not None
    assert row["draft"] is None
    assert (await bruna.post("/checklists", data={"name": ""})).status_code == 422


async def test_the_preview_tells_the_phone_what_is_typed_and_saves_nothing(bruna: httpx.AsyncClient) -> None:
    address = await begun(bruna)
    shown = await bruna.post(f"{address}/preview", data={**QUESTION, "order": "q1", "q1.label": '"><b>'})
    assert "&#34;&gt;&lt;b&gt;" in shown.text.replace("\\", "")
    assert "<b>" not in shown.text
    assert "rascunho" not in (await bruna.get(address)).text.split("Nome e alcance")[0].split("<h1>")[1][:300]


async def test_an_answer_shows_its_photo_on_the_page_and_in_the_report(
    office: Office, ana: httpx.AsyncClient
) -> None:
    visit = await office.visit(photos=1)
    items = [
        ChecklistItem("leak", "Vazando?", "yes_no", True, [], bad=["yes"], photo="when_bad"),
        ChecklistItem("volts", "Tensão", "number", True, [], unit="V", maximum=230, photo="when_bad"),
    ]
    version = ChecklistVersion(
        reseller_id=office.world.reseller_id,
        template_id=(await ChecklistTemplate.select().first() or {})["id"],
        name="Toner",
        number=2,
        items=stored_items(items),
        published_at=datetime.now(UTC),
    )
    await version.save()
    await Visit.update(
        {
            Visit.checklist_version_id: version.id,
            Visit.checklist_answers: '{"leak": true, "volts": 240}',
        }
    ).where(Visit.id == visit.id)
    photo_id = await office.add_photo(visit.id, "")
    await Photo.update({Photo.question_key: "leak"}).where(Photo.id == photo_id)
    page = (await ana.get(f"/visits/{visit.id}")).text
    answers = page.split('class="answers"')[1].split("</dl>")[0]
    assert f"/photos/{photo_id}?size=small" in answers.split("Tensão")[0]
    assert "240 V" in answers
    assert "sem a foto pedida" in answers.split("Tensão")[1]
    detail = await get_visit(office.world.ana, visit.id)
    report = compose(
        detail,
        Letterhead("Ilha", (), "#000000"),
        {photo.id: f"{photo.id}.jpg" for photo in detail.photos},
        has_signature_file=False,
        now=datetime.now(UTC),
        timezone="UTC",
        with_remarks=True,
    )
    assert report.checklist[0].files == (f"{photo_id}.jpg",)
    assert [picture.file for picture in report.pictures] != report.checklist[0].files
    assert len(report.pictures) == 1
    assert (await ana.get(f"/visits/{visit.id}/report.pdf")).content.startswith(b"%PDF")


async def test_whoever_is_not_the_admin_finds_no_editor(office: Office, ana: httpx.AsyncClient) -> None:
    assert (await ana.get("/checklists")).status_code == 404
    nina = await office.browser(await office.as_role(replace(office.world.ana), office.world.ana.role))
    assert (await nina.post("/checklists", data={"name": "Nossa"})).status_code == 404
