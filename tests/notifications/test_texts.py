"""A reseller says notices in own words: what may stand in them, and that a mail says just that, escaped."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from server.accounts.tables import User
from server.database import platform
from server.notifications.channels import Line
from server.notifications.events import Event
from server.notifications.letters import Addressee, compose
from server.notifications.postman import Postman
from server.notifications.tables import Notification, NotificationText
from server.notifications.texts import actions, queries
from server.notifications.texts.rules import (
    EDITABLE,
    Words,
    default_words,
    faults,
    placeholders_of,
    said,
    sample_facts,
)
from server.notifications.wording import text_of
from server.settings import Settings, current
from tests.desk.counting import counted_queries
from tests.master_data.office import admin_of, refused, trail
from tests.notifications.channel import enrol, enrol_all, run_jobs
from tests.notifications.mail_server import MailServer
from tests.notifications.test_fan_out import clear, tell
from tests.notifications.test_mail import body, server, settings  # noqa: F401  fixtures
from tests.notifications.test_postman import deliver
from tests.service_orders.world import World

NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)
OWN = Words(
    "Pronto: {numero}",
    "{cliente}, seu chamado {numero} terminou",
    "Oi, {nome}!\nA {revenda} agradece.",
    "Dúvidas? <b>3222-4455</b>",
)


@pytest.mark.parametrize("event", EDITABLE)
def test_the_portals_own_words_are_the_ones_that_the_editor_begins_with(event: Event) -> None:
    words = default_words(event)
    assert faults(event, words) == {}
    facts = sample_facts(event)
    assert said(words, facts).title == text_of(event, facts, "UTC").title


def test_an_unknown_placeholder_is_refused_with_those_that_there_are() -> None:
    found = faults(Event.ORDER_COMPLETED, replace(OWN, subject="{senha}", closing="chaves {{cliente}}"))
    assert found.keys() == {"subject", "closing"}
    assert "{senha} não existe aqui" in found["subject"]
    assert all(one.written in found["subject"] for one in placeholders_of(Event.ORDER_COMPLETED))
    assert "{tecnico}" not in found["subject"], "of this event nobody knows the technician"


def test_a_lock_screen_names_nobody() -> None:
    found = faults(Event.ORDER_COMPLETED, replace(OWN, title="{cliente}: concluído"))
    assert "{cliente} não existe aqui. Campos possíveis: {numero}." in found["title"]
    assert faults(Event.ORDER_COMPLETED, replace(OWN, title="")) == {"title": "Escreva este texto."}


def test_what_a_customer_wrote_is_never_looked_at_again() -> None:
    words = Words("{numero}", "{descricao}", "{descricao.__class__} {0}", "{descricao}")
    filled = said(words, {"number": 7, "description": "{nome} {revenda}\r\nBcc: x@y.z", "recipient": "Ana"})
    assert filled.subject == "{nome} {revenda} Bcc: x@y.z", "one line: a header ends where it should"
    assert filled.opening == "", "no attribute, no index"
    assert filled.closing == "{nome} {revenda}\nBcc: x@y.z"


async def test_a_mail_says_the_resellers_words_and_keeps_link_footer_and_way_out(
    world: World,
    server: MailServer,  # noqa: F811
    settings: Settings,  # noqa: F811
) -> None:
    await actions.write_text(admin_of(world), Event.ORDER_COMPLETED, OWN, number=0, now=NOW)
    order_id = await world.open_order()
    await enrol(world.carla)
    await clear()
    await tell(world, Event.ORDER_COMPLETED, order_id)
    await run_jobs()
    await deliver(Postman())
    (mail,) = server.received
    number = (await world.order(order_id))["web_number"]
    assert str(mail["Subject"]) == f"Escola Sol, seu chamado {number} terminou"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain, html = body(mail, "plain").replace("\r\n", "\n"), body(mail, "html")
    assert "Oi, Carla!\nA Revenda ilha agradece." in plain
    assert "Dúvidas? <b>3222-4455</b>" in plain
    assert "Dúvidas? &lt;b&gt;3222-4455&lt;/b&gt;" in html
    assert "<b>3222" not in html
    assert "Não receber mais por e-mail" in html
    assert f"/service-orders/{order_id}" in html
    with platform():
        titles = {row["title"] for row in await Notification.select(Notification.title)}
    assert titles == {f"Pronto: {number}"}


async def test_own_words_are_looked_up_once_for_all_whom_an_event_tells(world: World) -> None:
    await enrol_all(world)
    order_id = await world.open_order()
    await clear()
    await tell(world, Event.ORDER_OPENED, order_id)
    with counted_queries() as few:
        await run_jobs()
    with platform():
        for number in range(6):
            user = User(
                reseller_id=world.reseller_id, email=f"a{number}@x.test", name=f"A{number}", role="admin",
                mails='["order_opened"]',
            )  # fmt: skip
            await user.save()
    await clear()
    await tell(world, Event.ORDER_OPENED, order_id)
    with counted_queries() as many:
        await run_jobs()
    looks = [sql for sql in many if "notification_text" in sql]
    assert len(looks) == 1
    assert len(many) == len(few)


async def test_each_writing_is_a_version_and_the_portals_words_come_back(world: World) -> None:
    bruna = admin_of(world)
    event = Event.ORDER_COMPLETED
    await actions.write_text(bruna, event, OWN, number=0, now=NOW)
    await actions.write_text(bruna, event, OWN, number=1, now=NOW)
    async with refused("text_overtaken"):
        await actions.write_text(bruna, event, replace(OWN, title="Outro"), number=0, now=NOW)
    await actions.reset_text(bruna, event, now=NOW)
    await actions.reset_text(bruna, event, now=NOW)
    versions = await queries.list_texts(bruna, event)
    assert [(one.number, one.is_default) for one in versions] == [(2, True), (1, False)]
    assert versions[1].words == OWN
    assert (await queries.newest_texts(bruna))[event.value].number == 2
    assert [action for action, _ in await trail()] == [
        "notification_text.written",
        "notification_text.reset",
    ]
    async with refused("not_found"):
        await actions.write_text(world.ana, event, OWN, number=2, now=NOW)
    async with refused("not_found"):
        await actions.write_text(bruna, Event.TRIAL, OWN, number=0, now=NOW)
    async with refused("invalid", "subject"):
        await actions.write_text(bruna, event, replace(OWN, subject="{x}"), number=2, now=NOW)
    assert await NotificationText.count() == 2


def test_several_in_one_mail_keep_the_portals_subject_and_say_the_end_once() -> None:
    lines = [
        Line(
            uuid4(), uuid4(), "order_completed", f"Pronto: {number}", "Corpo", "/x", "", NOW, None,
            f"Assunto {number}", f"Abertura {number}", "Até logo",
        )
        for number in (1, 2)
    ]  # fmt: skip
    letter = compose("carla@ilha.test", Addressee(uuid4(), "Carla", "Ilha"), lines, current())
    assert letter.subject == "2 avisos do portal"
    assert "Olá, Carla." in letter.text
    assert "Abertura" not in letter.text
    assert letter.text.count("Até logo") == letter.html.count("Até logo") == 1
