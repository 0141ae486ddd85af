"""Documents, answers, copies and forgetting, as people meet them on the pages."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from offline_sync.ids import uuid7
from server import settings as settings_module
from server.accounts.actor import Role
from server.accounts.tables import Reseller, Session, User
from server.audit.actions import append
from server.database import Database, platform
from server.jobs.loop import run_one
from server.jobs.tables import Job
from server.privacy import erasure, export, letters
from server.privacy.consents import has_consented
from server.privacy.documents import seed_documents
from server.privacy.rules import Kind
from server.privacy.tables import Consent, DataRequest, PolicyDocument, PolicyVersion
from server.service_orders.tables import OrderEvent
from server.web.stores import object_store
from tests.accounts.people import PASSWORD, House, hire, mail_of, open_house
from tests.web.portal import PROGRAM, client, running_portal, settings_for


@pytest.fixture
async def house(database: Database) -> House:
    house = await open_house("Copiadora Ilha")
    with platform():
        async with database.transaction():
            await seed_documents(house.reseller_id, house.name, datetime.now(UTC))
    return house


@pytest.fixture
async def portal_here(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.ASGITransport]:
    """A portal whose worker, which the tests turn by hand, has the same files."""
    settings = settings_for(tmp_path)
    monkeypatch.setattr(settings_module, "current", lambda: settings)
    async with running_portal(settings) as transport:
        yield transport


@pytest.fixture
async def ana(portal_here: httpx.ASGITransport, house: House) -> AsyncIterator[httpx.AsyncClient]:
    await hire(house, "Ana Souza", Role.ADMIN, policies_edition=1)
    async with client(portal_here) as browser:
        await enter(browser, house, "Ana")
        yield browser


@pytest.fixture
async def bia(portal_here: httpx.ASGITransport, house: House) -> AsyncIterator[httpx.AsyncClient]:
    await hire(house, "Bia Lima", Role.CUSTOMER)
    async with client(portal_here) as browser:
        yield browser


async def enter(browser: httpx.AsyncClient, house: House, name: str) -> httpx.Response:
    return await browser.post("/login", data={"email": mail_of(house, name), "password": PASSWORD})


async def work() -> None:
    while await run_one(datetime.now(UTC)):
        pass


async def user_of(name: str) -> dict[str, Any]:
    with platform():
        row = await User.select().where(User.name == name).first()
    assert row is not None
    return row


def versions_in(page: str) -> list[str]:
    return re.findall(r'name="version_id" value="([0-9a-f-]+)"', page)


async def test_at_the_first_login_each_document_is_confirmed_on_its_own(
    bia: httpx.AsyncClient, house: House
) -> None:
    answer = await enter(bia, house, "Bia")
    assert answer.headers["location"].startswith("/consents?next=")
    page = (await bia.get(answer.headers["location"])).text
    versions = versions_in(page)
    assert len(versions) == 3
    # Agora não: the portal is open, and the notice stays.
    assert "documentos de privacidade" in (await bia.get("/profile")).text
    assert (await bia.post("/consents", data={"next": "/profile"})).status_code == 422
    page = (await bia.post("/consents", data={"version_id": versions[0], "next": "/profile"})).text
    assert versions_in(page) == versions[1:]
    answer = await bia.post("/consents", data={"version_id": versions[1:], "next": "/profile"})
    assert answer.headers["location"].startswith("/consents/choices")
    assert "documentos de privacidade" not in (await bia.get("/profile")).text
    with platform():
        kept = await Consent.select()
        texts = {row["id"]: row["sha256"] for row in await PolicyVersion.select()}
    assert len(kept) == 3
    assert all(row["sha256"] == texts[row["version_id"]] and row["is_granted"] for row in kept)
    receipts = (await bia.get("/profile/privacy/receipts.txt")).text
    assert all(row["sha256"] in receipts for row in kept)


async def test_refusing_the_terms_closes_the_pages_and_never_the_sync(
    portal_here: httpx.ASGITransport, house: House
) -> None:
    await hire(house, "Jonas Reis", Role.TECHNICIAN)
    async with client(portal_here) as browser:
        await enter(browser, house, "Jonas")
        answer = await browser.post("/consents", data={"refused": "1"})
        assert answer.headers["location"] == "/consents/refusal"
        assert (await browser.get("/service-orders")).headers["location"] == "/consents/refusal"
        assert "Copiadora Ilha" in (await browser.get("/consents/refusal")).text
        for address in ("/profile/privacy", "/consents"):
            assert (await browser.get(address)).status_code == 200
        assert (await browser.post("/profile/privacy/exports")).status_code == 303
        session = await browser.get("/session", headers={"accept": "application/json"})
        assert session.json()["user"]["has_open_policies"]
        assert (await browser.post("/sync/v1/rescue", content=b"x", headers=PROGRAM)).status_code != 428
        versions = versions_in((await browser.get("/consents")).text)
        await browser.post("/consents", data={"version_id": versions})
        assert (await browser.get("/service-orders")).status_code == 200


async def test_a_choice_costs_nothing_and_can_be_taken_back(bia: httpx.AsyncClient, house: House) -> None:
    await enter(bia, house, "Bia")
    page = (await bia.get("/consents/choices")).text
    assert "Localização" not in page
    with platform():
        marketing = await PolicyDocument.select().where(PolicyDocument.kind == "marketing").first()
    assert marketing is not None
    user_id = (await user_of("Bia Lima"))["id"]
    for said, is_yes in (("yes", True), ("no", False)):
        answer = await bia.post("/consents/choices", data={f"choice-{marketing['id']}": said})
        assert answer.status_code == 303
        with platform():
            assert await has_consented(user_id, house.reseller_id, Kind.MARKETING) is is_yes
    assert (await bia.get("/profile")).status_code == 200


async def test_a_published_text_is_asked_about_and_a_draft_is_not(
    ana: httpx.AsyncClient, bia: httpx.AsyncClient, house: House
) -> None:
    await enter(bia, house, "Bia")
    await bia.post("/consents", data={"version_id": versions_in((await bia.get("/consents")).text)})
    with platform():
        terms = await PolicyDocument.select().where(PolicyDocument.kind == "terms").first()
    assert terms is not None
    address = f"/privacy/documents/{terms['id']}"
    assert (await ana.post(f"{address}/drafts", data={"text": "curto"})).status_code == 422
    file = {"file": ("termos.txt", "# Termos\n\nUm texto novo, com acentuação própria.".encode("cp1252"))}
    assert (await ana.post(f"{address}/drafts", files=file)).status_code == 303
    with platform():
        draft = await PolicyVersion.select().where(PolicyVersion.published_at.is_null()).first()
    assert draft is not None
    assert "acentuação" in draft["text"]
    assert (await bia.get(f"/policies/{draft['id']}")).status_code == 404
    assert (await bia.get("/consents")).status_code == 303
    assert (await ana.post(f"/policies/{draft['id']}/publication")).status_code == 303
    page = (await bia.get("/consents")).text
    assert versions_in(page) == [str(draft["id"])]
    assert (await bia.get(f"/policies/{draft['id']}/text")).text == draft["text"]
    # The same words again would ask everybody for nothing.
    await ana.post(f"{address}/drafts", data={"text": draft["text"].replace("\n", "\r\n")})
    with platform():
        again = await PolicyVersion.select().where(PolicyVersion.published_at.is_null()).first()
        edition = await Reseller.select(Reseller.policies_edition).first()
    assert again is not None
    assert (await ana.post(f"/policies/{again['id']}/publication")).status_code == 409
    assert edition == {"policies_edition": 2}


async def test_a_copy_of_ones_data_needs_the_login_and_expires(
    bia: httpx.AsyncClient, ana: httpx.AsyncClient, portal_here: httpx.ASGITransport, house: House
) -> None:
    await enter(bia, house, "Bia")
    user = await user_of("Bia Lima")
    with platform():
        await append("login.accepted", reseller_id=house.reseller_id, user_id=user["id"], address="1.2.3.4")
    assert (await bia.post("/profile/privacy/exports")).status_code == 303
    assert (await bia.post("/profile/privacy/exports")).status_code == 409
    await work()
    found = re.search(r'href="(/privacy/requests/[0-9a-f-]+/file)"', (await bia.get("/profile/privacy")).text)
    assert found is not None
    content = (await bia.get(found[1])).content
    with zipfile.ZipFile(io.BytesIO(content)) as folder:
        profile = json.loads(folder.read("json/profile.json"))
        audit = json.loads(folder.read("json/audit.json"))
        page = folder.read("index.html").decode()
    assert profile[0]["email"] == mail_of(house, "Bia")
    assert any(entry["address"] == "1.2.3.4" for entry in audit)
    assert "password_hash" not in page
    assert mail_of(house, "Bia") in page
    assert mail_of(house, "Ana") not in content.decode("latin-1") + page
    assert (await ana.get(found[1])).status_code == 404  # the admin neither, who did not ask for it
    async with client(portal_here) as nobody:
        assert (await nobody.get(found[1])).headers["location"].startswith("/login")
    with platform():
        await DataRequest.update({DataRequest.expires_at: datetime.now(UTC) - timedelta(seconds=1)}).where(
            DataRequest.kind == "export"
        )
    assert (await bia.get(found[1])).status_code == 404
    with platform():
        path = await DataRequest.select(DataRequest.file_path).first()
    await export.expire_exports(datetime.now(UTC))
    assert path is not None
    with pytest.raises(FileNotFoundError):
        await object_store(settings_module.current()).get_async(path["file_path"])


async def test_who_asks_is_forgotten_after_an_admin_agreed_and_the_history_keeps_its_facts(
    ana: httpx.AsyncClient, bia: httpx.AsyncClient, house: House
) -> None:
    await hire(house, "Rita Paz", Role.ADMIN)
    await enter(bia, house, "Bia")
    await bia.post("/consents", data={"version_id": versions_in((await bia.get("/consents")).text)})
    user = await user_of("Bia Lima")
    await _let_password_age()
    assert (await bia.post("/profile/privacy/erasures")).status_code == 422
    assert (await bia.post("/profile/privacy/erasures", data={"password": PASSWORD})).status_code == 303
    with platform():
        request = await DataRequest.select().first()
        assert request is not None
        told = [
            await letters.compose_erasure_asked(json.loads(job["payload"]), datetime.now(UTC))
            for job in await Job.select(Job.payload).where(Job.kind == "mail")
            if "erasure_asked" in job["payload"]
        ]
    assert {one.to for one in told if one} == {mail_of(house, "Ana"), mail_of(house, "Rita")}
    assert (request["due_at"] - request["asked_at"]).days == 15
    address = f"/privacy/requests/{request['id']}"
    assert (await bia.post(f"{address}/approval")).status_code == 404
    assert "Bia Lima" in (await ana.get("/privacy/requests")).text
    assert (await ana.post(f"{address}/approval")).status_code == 422  # the password first
    assert (await ana.post(f"{address}/approval", data={"password": PASSWORD})).status_code == 303
    await work()
    assert (await enter(bia, house, "Bia")).status_code == 401
    with platform():
        row = await User.select().where(User.id == user["id"]).first()
        assert row is not None
        assert (row["name"], row["is_active"], row["password_hash"]) == ("Pessoa removida", False, "")
        assert "bia" not in row["email"]
        assert not await Session.exists().where(Session.user_id == user["id"])
        kept = await Consent.select().where(Consent.user_id == user["id"])
    assert {(one["address"], one["user_agent"]) for one in kept} == {("", "")}
    page = (await ana.get(address)).text
    assert "Concluída" in page
    assert "Bia" not in page
    assert (await ana.post(f"{address}/approval")).status_code == 409


async def test_an_admin_may_hold_data_for_a_reason_of_the_law_but_not_decide_for_themselves(
    ana: httpx.AsyncClient, bia: httpx.AsyncClient, house: House
) -> None:
    await enter(bia, house, "Bia")
    await bia.post("/profile/privacy/erasures")
    await ana.post("/profile/privacy/erasures")
    ids = {}
    with platform():
        for row in await DataRequest.select(DataRequest.id, DataRequest.user_id):
            ids[row["user_id"]] = row["id"]
    bias, anas = ids[(await user_of("Bia Lima"))["id"]], ids[(await user_of("Ana Souza"))["id"]]
    assert (await ana.post(f"/privacy/requests/{anas}/approval")).status_code == 409
    assert (await ana.post(f"/privacy/requests/{bias}/refusal", data={"reason": "não"})).status_code == 422
    held = {"hold": "law", "reason": "Notas fiscais de 2026."}
    assert (await ana.post(f"/privacy/requests/{bias}/refusal", data=held)).status_code == 303
    assert "Retida por lei" in (await bia.get("/profile/privacy")).text
    await work()
    assert (await user_of("Bia Lima"))["is_active"]


async def test_every_holding_can_be_read_and_forgotten_on_this_database(
    ana: httpx.AsyncClient, house: House, database: Database
) -> None:
    """A technician has all kinds of data; each statement runs, and what he did keeps standing."""
    technician_id = uuid7()
    jonas = await hire(house, "Jonas Reis", Role.TECHNICIAN, technician_id=technician_id)
    with platform():
        user = await User.objects().get(User.id == jonas)
        assert user is not None
        sections = await export.collect(user)
        async with database.transaction() as tx:
            await erasure.forget(tx, user, datetime.now(UTC))
        left = await OrderEvent.count().where(OrderEvent.user_name == "Jonas Reis")
        others = await User.count().where(User.is_active.eq(True))
    assert {section.name for section in sections} >= {"profile", "positions", "tracks", "visits", "audit"}
    assert all(len(section.columns) == len(row) for section in sections for row in section.rows)
    assert (left, others) == (0, 1)


async def _let_password_age() -> None:
    with platform():
        await Session.update({Session.password_at: datetime.now(UTC) - timedelta(minutes=16)}).where(
            Session.password_at.is_not_null()
        )


async def test_an_admin_who_looks_as_somebody_sees_neither_their_secrets_nor_their_data(
    ana: httpx.AsyncClient, house: House
) -> None:
    bia = await hire(house, "Bia Lima", Role.SERVICE_OPERATOR)
    assert (await ana.post(f"/users/{bia}/viewing")).status_code == 303
    assert "você vê o portal como" in (await ana.get("/service-orders")).text
    for address in ("/profile/second-factor", "/profile/privacy", "/profile/email", "/consents/choices"):
        assert (await ana.get(address)).status_code == 404
