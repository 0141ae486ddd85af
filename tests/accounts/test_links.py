"""Invitation and reset: one link, once, soon, by real mail, and never a word about who has an account."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller

from server import settings as settings_module
from server.accounts import letters  # noqa: F401 - registers the letters
from server.accounts.actor import Role
from server.accounts.links import Purpose, make_link
from server.accounts.tables import OneTimeLink, User
from server.database import Database, platform
from server.jobs.loop import run_one
from server.jobs.tables import Job
from server.mail import jobs as mail_jobs
from server.settings import Settings
from tests.accounts.people import PASSWORD, House, hire, mail_of, open_house
from tests.web.portal import ORIGIN, settings_for

NEW = "tartaruga-no-telhado-novo"


class Mailbox:
    """A real SMTP server's deliveries; `refuse` makes it answer so."""

    def __init__(self) -> None:
        self.received: list[Message] = []
        self.refuse: str | None = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, to: str, options: Any) -> str:
        if self.refuse is not None:
            return self.refuse
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.received.append(message_from_bytes(envelope.content))
        return "250 OK"

    def link(self) -> str:
        text = next(part for part in self.received[-1].walk() if part.get_content_type() == "text/plain")
        payload = text.get_payload(decode=True)
        assert isinstance(payload, bytes)
        found = re.search(re.escape(ORIGIN) + r"(\S+)", payload.decode())
        assert found is not None
        return found[1]


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings = settings_for(
        tmp_path, smtp_url=f"smtp://127.0.0.1:{port}", mail_from="Portal <portal@revenda.test>"
    )

    def ours() -> Settings:
        return settings

    monkeypatch.setattr(settings_module, "current", ours)
    yield box
    controller.stop()


@pytest.fixture
async def house(database: Database) -> House:
    return await open_house("Copiadora Ilha")


async def post_everything() -> None:
    while await run_one(datetime.now(UTC) + timedelta(seconds=1)):
        pass


async def test_ana_invites_bia_who_chooses_her_own_password(
    visitor: httpx.AsyncClient, portal: httpx.ASGITransport, house: House, mailbox: Mailbox
) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    await visitor.post("/login", data={"email": mail_of(house, "Ana"), "password": PASSWORD})
    form = {
        "name": "Bia Lima",
        "email": "Bia@X.test",
        "role": "call_operator",
        "company_ids": str(house.company_id),
    }
    assert (await visitor.post("/users", data=form)).status_code == 303
    await post_everything()
    letter = mailbox.received[0]
    assert letter["To"] == "bia@x.test"
    assert "Copiadora Ilha" in str(letter["Subject"])
    assert {part.get_content_type() for part in letter.walk()} >= {"text/plain", "text/html"}

    visitor.cookies.clear()
    page = await visitor.get(mailbox.link())
    assert "Boas-vindas, Bia" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert (await visitor.get(mailbox.link())).status_code == 200  # looking uses nothing up
    token = mailbox.link().partition("token=")[2]
    answer = await visitor.post("/password/choose", data={"token": token, "password": NEW})
    assert (answer.status_code, answer.headers["location"]) == (303, "/home")
    assert (await visitor.get("/session", headers={"accept": "application/json"})).json()["user"][
        "name"
    ] == "Bia Lima"
    assert (await visitor.post("/password/choose", data={"token": token, "password": NEW})).status_code == 410


async def test_the_database_never_holds_the_token(
    visitor: httpx.AsyncClient, house: House, mailbox: Mailbox
) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    await visitor.post("/password/forgotten", data={"email": mail_of(house, "Ana")})
    await post_everything()
    token = mailbox.link().partition("token=")[2]
    with platform():
        jobs = await Job.select(Job.payload, Job.last_error)
        hashes = await OneTimeLink.select(OneTimeLink.token_hash)
    assert token not in str(jobs)
    assert token not in str(hashes)


async def test_a_reset_ends_every_session_and_the_old_password(
    visitor: httpx.AsyncClient, house: House, mailbox: Mailbox
) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    await visitor.post("/login", data={"email": mail_of(house, "Ana"), "password": PASSWORD})
    stolen = visitor.cookies["session"]
    await visitor.post("/password/forgotten", data={"email": mail_of(house, "Ana")})
    await post_everything()
    visitor.cookies.clear()
    token = mailbox.link().partition("token=")[2]
    assert (await visitor.post("/password/choose", data={"token": token, "password": NEW})).status_code == 303
    visitor.cookies.clear()
    bearer = {"authorization": f"Bearer {stolen}", "accept": "application/json"}
    assert (await visitor.get("/session", headers=bearer)).status_code == 401
    login = {"email": mail_of(house, "Ana"), "password": PASSWORD}
    assert (await visitor.post("/login", data=login)).status_code == 401
    assert (await visitor.post("/login", data=login | {"password": NEW})).status_code == 303


async def test_known_and_unknown_mails_get_the_same_page(
    visitor: httpx.AsyncClient, house: House, mailbox: Mailbox
) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    known = await visitor.post("/password/forgotten", data={"email": mail_of(house, "Ana")})
    unknown = await visitor.post("/password/forgotten", data={"email": "eva@copiadorailha.test"})
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace(mail_of(house, "Ana"), "?") == unknown.text.replace(
        "eva@copiadorailha.test", "?"
    )
    await post_everything()
    assert [letter["To"] for letter in mailbox.received] == [mail_of(house, "Ana")]


async def test_a_newer_link_ends_the_older_one(visitor: httpx.AsyncClient, house: House) -> None:
    user_id = await hire(house, "Ana Souza", Role.ADMIN)
    now = datetime.now(UTC)
    with platform():
        first = await make_link(user_id, house.reseller_id, Purpose.RESET, now, ORIGIN)
        second = await make_link(user_id, house.reseller_id, Purpose.RESET, now, ORIGIN)
    assert (await visitor.get(first)).status_code == 410
    assert (await visitor.get(second)).status_code == 200


@pytest.mark.parametrize(
    ("purpose", "age"),
    [(Purpose.RESET, timedelta(minutes=30)), (Purpose.INVITATION, timedelta(days=7))],
)
async def test_a_link_lives_as_long_as_its_letter_says(
    visitor: httpx.AsyncClient, house: House, purpose: Purpose, age: timedelta
) -> None:
    user_id = await hire(house, "Ana Souza", Role.ADMIN)
    now = datetime.now(UTC)
    with platform():
        fresh = await make_link(user_id, house.reseller_id, purpose, now - age + timedelta(minutes=1), ORIGIN)
    assert (await visitor.get(fresh)).status_code == 200
    with platform():
        stale = await make_link(user_id, house.reseller_id, purpose, now - age - timedelta(seconds=1), ORIGIN)
    page = await visitor.get(stale)
    assert page.status_code == 410
    assert "Este link não vale mais" in page.text


async def test_a_weak_password_keeps_the_link_good(visitor: httpx.AsyncClient, house: House) -> None:
    user_id = await hire(house, "Ana Souza", Role.ADMIN)
    with platform():
        link = await make_link(user_id, house.reseller_id, Purpose.RESET, datetime.now(UTC), ORIGIN)
    token = link.partition("token=")[2]
    page = await visitor.post("/password/choose", data={"token": token, "password": "senha123"})
    assert page.status_code == 422
    assert "pelo menos 12 caracteres" in page.text
    assert (await visitor.post("/password/choose", data={"token": token, "password": NEW})).status_code == 303


async def test_a_deactivated_persons_link_is_worth_nothing(visitor: httpx.AsyncClient, house: House) -> None:
    user_id = await hire(house, "Ana Souza", Role.ADMIN)
    with platform():
        link = await make_link(user_id, house.reseller_id, Purpose.RESET, datetime.now(UTC), ORIGIN)
        await User.update({User.is_active: False}).where(User.id == user_id)
    assert (await visitor.get(link)).status_code == 410


async def test_asking_again_and_again_is_limited(visitor: httpx.AsyncClient, house: House) -> None:
    for _ in range(3):
        assert (await visitor.post("/password/forgotten", data={"email": "a@x.test"})).status_code == 200
    page = await visitor.post("/password/forgotten", data={"email": "a@x.test"})
    assert page.status_code == 429
    assert (await visitor.post("/password/forgotten", data={"email": "b@x.test"})).status_code == 200


async def test_a_mail_server_that_is_down_loses_no_letter(
    visitor: httpx.AsyncClient, house: House, mailbox: Mailbox
) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    mailbox.refuse = "451 try again later"
    await visitor.post("/password/forgotten", data={"email": mail_of(house, "Ana")})
    await post_everything()
    assert mailbox.received == []
    mailbox.refuse = None
    assert await run_one(datetime.now(UTC) + timedelta(seconds=10))
    assert len(mailbox.received) == 1


async def test_an_address_that_does_not_exist_is_given_up(
    visitor: httpx.AsyncClient, house: House, mailbox: Mailbox
) -> None:
    await hire(house, "Ana Souza", Role.ADMIN)
    mailbox.refuse = "550 no such mailbox"
    await visitor.post("/password/forgotten", data={"email": mail_of(house, "Ana")})
    await post_everything()
    with platform():
        job = await Job.select(Job.state, Job.last_error).where(Job.kind == "mail").first()
    assert job == {"state": "dead", "last_error": "the mail server refuses it: 550 no such mailbox"}


async def test_without_a_mail_server_the_link_is_told_on_the_console(
    visitor: httpx.AsyncClient,
    house: House,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(settings_module, "current", lambda: settings_for(tmp_path))
    monkeypatch.setattr(mail_jobs, "server_url", lambda settings: "")
    monkeypatch.setattr(mail_jobs.log, "info", lambda event, **facts: told.append({"event": event, **facts}))
    await hire(house, "Ana Souza", Role.ADMIN)
    await visitor.post("/password/forgotten", data={"email": mail_of(house, "Ana")})
    await post_everything()
    assert told[0]["event"] == "mail_without_server"
    assert told[0]["link"].startswith(ORIGIN + "/password/choose?token=")
