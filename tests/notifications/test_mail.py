"""By mail: readable, with links and a way out, and exactly once as far as SMTP lets anybody know."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from server import settings as settings_module
from server.accounts.tables import Brand
from server.database import Database, platform
from server.notifications import channels, parcels, unsubscribing
from server.notifications.events import Event
from server.notifications.mail import MailChannel
from server.notifications.postman import Postman
from server.notifications.tables import (
    Notification,
    NotificationDispatch,
    NotificationEvent,
    NotificationPreference,
    UndeliverableAddress,
)
from server.settings import Settings
from tests.notifications.channel import dispatches, run_jobs
from tests.notifications.mail_server import MailServer, mail_server
from tests.notifications.test_fan_out import tell
from tests.notifications.test_postman import LATER, completed, deliver, states
from tests.service_orders.world import World
from tests.web.portal import ORIGIN, settings_for


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def settings(server: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Mail goes to that server; nothing else is a channel."""
    ours = settings_for(
        tmp_path, smtp_url=server.url, mail_from="Portal <portal@revenda.test>", mail_group_seconds=0
    )
    monkeypatch.setattr(settings_module, "current", lambda: ours)
    before = dict(channels.CHANNELS)
    channels.CHANNELS.clear()
    channels.register(MailChannel())
    yield ours
    channels.CHANNELS.clear()
    channels.CHANNELS.update(before)


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


async def test_a_mail_says_what_happened_links_to_it_and_shows_the_way_out(
    world: World, server: MailServer, settings: Settings
) -> None:
    await completed(world)
    with platform():
        await Brand(reseller_id=world.reseller_id, primary_color="#7a3b10").save()
    await deliver(Postman())
    (mail,) = server.received
    assert (mail["To"], mail["Auto-Submitted"]) == ("carla@ilha.test", "auto-generated")
    assert str(mail["Subject"]).endswith(": concluído")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for kind in ("plain", "html"):
        text = body(mail, kind)
        assert "Escola Sol" in text
        assert re.search(rf"{ORIGIN}/service-orders/[0-9a-f-]{{36}}", text)
        assert f"{ORIGIN}/profile/notifications" in text
    assert "#7a3b10" in body(mail, "html")
    assert "#0b4f5c" not in body(mail, "html")


async def test_three_changes_are_one_mail_and_one_connection_serves_the_next(
    world: World, server: MailServer, settings: Settings
) -> None:
    await completed(world, times=3)
    postman = Postman()
    await deliver(postman)
    assert str(server.received[0]["Subject"]) == "3 avisos de chamados"
    await tell(world, Event.ORDER_COMPLETED, await world.open_order())
    await run_jobs()
    await deliver(postman)
    assert (len(server.received), server.connections) == (2, 1)
    await channels.CHANNELS["mail"].rest()


async def test_a_server_that_is_down_loses_nothing(
    world: World, server: MailServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await completed(world)
    away = settings_for(Path(settings.data_dir), smtp_url="smtp://127.0.0.1:9", mail_group_seconds=0)
    monkeypatch.setattr(settings_module, "current", lambda: away)
    postman = Postman()
    await deliver(postman)
    assert await states() == ["waiting"]
    monkeypatch.setattr(settings_module, "current", lambda: settings)
    await deliver(postman, timedelta(seconds=10))
    assert (await states(), len(server.received)) == (["sent"], 1)


async def test_an_address_refused_three_times_is_marked_and_the_admin_told(
    world: World, server: MailServer, settings: Settings
) -> None:
    server.answers["rcpt"] = "550 5.1.1 no such user"
    postman = Postman()
    for _ in range(3):
        await completed(world)
        await deliver(postman)
    rows = await dispatches()
    assert {(row["state"], row["bounced_at"] is None) for row in rows} == {("dead", False)}
    with platform():
        address = await UndeliverableAddress.select().first()
        told = await NotificationEvent.select(NotificationEvent.kind).output(as_list=True)
    assert address is not None
    assert (address["failures"], address["marked_at"] is None) == (3, False)
    assert "address_refused" in told
    await completed(world)
    assert (await states())[-1] == "withheld"


@pytest.mark.parametrize(
    ("step", "answer", "state"),
    [("rcpt", "450 4.2.2 full", "waiting"), ("data", "451 later", "waiting"), ("data", "554 spam", "dead")],
)
async def test_what_the_server_says_decides_whether_it_is_tried_again(
    world: World, server: MailServer, settings: Settings, step: str, answer: str, state: str
) -> None:
    server.answers[step] = answer
    await completed(world)
    await deliver(Postman())
    assert await states() == [state]
    with platform():
        assert not await UndeliverableAddress.exists()


async def test_a_connection_cut_before_the_reply_repeats_once_under_the_same_message_id(
    world: World, server: MailServer, settings: Settings
) -> None:
    server.answers["kept"] = "cut"
    await completed(world)
    for turn in range(4):
        await deliver(Postman(), LATER * turn)
    assert (len(server.received), len(set(server.ids))) == (2, 1)
    assert await states() == ["dead"]


class Killed(BaseException):
    """The process is gone: nothing after this runs."""


@pytest.mark.parametrize(
    ("step", "mails"), [("claimed", 1), ("connected", 1), ("touched", 1), ("handed over", 2)]
)
async def test_a_worker_killed_at_any_step_leaves_each_recipient_one_mail_or_one_repeat(
    world: World,
    server: MailServer,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    mails: int,
) -> None:
    await completed(world)

    async def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        if step == "claimed":
            patch.setattr(MailChannel, "send", killed)
        elif step == "connected":
            patch.setattr(parcels, "_touch", killed)
        elif step == "touched":
            patch.setattr("aiosmtplib.SMTP.data", killed)
        else:
            patch.setattr("server.notifications.postman.finish", killed)
        with pytest.raises(Killed):
            await deliver(Postman())
    await channels.CHANNELS["mail"].rest()
    again = Postman()
    assert not await deliver(again), "the lease holds it"
    await deliver(again, LATER)
    assert not await deliver(again, LATER * 9)
    assert (len(server.received), len(set(server.ids))) == (mails, 1)
    assert await states() == ["sent"]


async def test_kill_9_between_the_steps_of_a_mail_loses_and_trebles_nothing(
    world: World,
    server: MailServer,
    settings: Settings,
    database: Database,
    database_url: str,
    tmp_path: Path,
) -> None:
    """Real workers, killed by the server as soon as it hears of the mail, then as soon as it has it."""
    await completed(world)
    deadly = ["data", "kept"]  # one each
    worker: list[asyncio.subprocess.Process] = []

    def kill(step: str) -> None:
        if len(worker) <= len(deadly) and step == deadly[len(worker) - 1]:
            os.kill(worker[-1].pid, signal.SIGKILL)

    server.at = kill
    environ = {
        "PATH": os.environ["PATH"],
        "PWS_DATABASE_URL": database_url,
        "PWS_DATA_DIR": str(tmp_path),
        "PWS_SMTP_URL": server.url,
    }
    for _ in range(3):
        program = [sys.executable, "-m", "server.cli", "worker"]
        worker.append(
            await asyncio.create_subprocess_exec(*program, env=environ, stderr=asyncio.subprocess.DEVNULL)
        )
        await _until_it_ends(worker[-1])
        with platform():
            await NotificationDispatch.update(
                {NotificationDispatch.leased_until: datetime.now(UTC) - timedelta(seconds=1)}
            ).where(NotificationDispatch.state == "sending")
    assert [process.returncode for process in worker[:2]] == [-signal.SIGKILL] * 2
    assert len(set(server.ids)) == 1
    assert len(server.received) == 2, (
        "it leaves once more after the first kill, and is left to a person after"
    )
    assert await states() == ["dead"]


async def _until_it_ends(worker: asyncio.subprocess.Process) -> None:
    """Until it is killed, or nothing is left for it to do."""
    for _ in range(600):
        if worker.returncode is not None:
            return
        if not {"waiting", "sending"} & set(await states()):
            break
        await asyncio.sleep(0.1)
    worker.terminate()
    await worker.wait()


async def test_the_link_ends_these_mails_without_a_login_and_a_forged_one_does_nothing(
    world: World, server: MailServer, settings: Settings
) -> None:
    await completed(world)
    await deliver(Postman())
    link = str(server.received[0]["List-Unsubscribe"]).strip("<>")
    token = link.partition("token=")[2]
    wanted = unsubscribing.read(token, settings)
    assert wanted is not None
    assert (wanted.user_id, wanted.names) == (world.carla.user_id, ["Conclusão de chamado"])
    assert unsubscribing.read(token[:-2] + "AA", settings) is None
    assert unsubscribing.read("x", settings) is None
    await unsubscribing.unsubscribe(wanted)
    await unsubscribing.unsubscribe(wanted)
    with platform():
        chosen = await NotificationPreference.select(NotificationPreference.mail, NotificationPreference.push)
    assert chosen == [{"mail": False, "push": False}]
    await tell(world, Event.ORDER_COMPLETED, await world.open_order())
    await run_jobs()
    assert await states() == ["sent"], "no second dispatch"
    with platform():
        assert await Notification.count().where(Notification.user_id == world.carla.user_id) >= 2
