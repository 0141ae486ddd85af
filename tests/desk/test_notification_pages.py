"""What the admin sees of what was sent; the way out of a mail; the demo's mailbox."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import httpx

from piccolo_conf import DB
from server import settings as settings_module
from server.accounts.actor import Role
from server.database import platform
from server.mail.mailbox import KEEP, folder, has_mailbox
from server.notifications import channels, unsubscribing
from server.notifications.actions import announce
from server.notifications.events import Event
from server.notifications.mail import MailChannel
from server.notifications.postman import Postman
from server.notifications.subjects import Subject
from server.notifications.tables import NotificationDispatch, NotificationPreference
from tests.desk.office import Office
from tests.desk.test_query_counts import MOST, queries_of
from tests.notifications.channel import dispatches, enrol, run_jobs
from tests.web.portal import client


async def tell_carla(office: Office, times: int = 1) -> None:
    """Mail for Carla, through the demo's own server, which the running portal has open."""
    world = office.world
    await enrol(world.carla)
    channels.CHANNELS.setdefault("mail", MailChannel())
    for _ in range(times):
        order_id = await world.open_order()
        async with DB.transaction():
            await announce(
                Event.ORDER_COMPLETED,
                Subject.SERVICE_ORDER,
                order_id,
                reseller_id=world.reseller_id,
                company_id=world.company_id,
                customer_id=world.customer_id,
            )
    await run_jobs()


async def post() -> None:
    with platform():
        await NotificationDispatch.update({NotificationDispatch.due_at: datetime.now(UTC)}, force=True)
    while await Postman().deliver_one(datetime.now(UTC)):
        pass
    await channels.CHANNELS["mail"].rest()


async def test_the_admin_sees_what_died_and_has_it_tried_again(office: Office) -> None:
    await tell_carla(office)
    with platform():
        await NotificationDispatch.update(
            {NotificationDispatch.state: "dead", NotificationDispatch.last_error: "550 caixa cheia"},
            force=True,
        )
    async with await office.admin("Rita") as rita:
        page = (await rita.get("/notifications/dispatches?state=dead&person=carla")).text
        assert "550 caixa cheia" in page
        assert "1 envio falhou" in page
        assert "550 caixa" not in (await rita.get("/notifications/dispatches?channel=push")).text
        (row,) = await dispatches()
        answer = await rita.post(f"/notifications/dispatches/{row['id']}/repetitions")
        assert answer.status_code == 303
        assert [one["state"] for one in await dispatches()] == ["waiting"]
        with platform():
            await NotificationDispatch.update({NotificationDispatch.state: "dead"}, force=True)
        await rita.post("/notifications/dispatches/repetitions?channel=push")
        assert [one["state"] for one in await dispatches()] == ["dead"], "not what the filter does not show"
        await rita.post("/notifications/dispatches/repetitions?channel=mail")
        assert [one["state"] for one in await dispatches()] == ["waiting"]


async def test_the_list_asks_the_same_of_one_row_and_of_ten(office: Office) -> None:
    await tell_carla(office)
    async with await office.admin("Rita") as rita:
        few = await queries_of(rita, "/notifications/dispatches")
        await tell_carla(office, times=9)
        assert await queries_of(rita, "/notifications/dispatches") == few <= MOST


async def test_a_newcomer_reads_the_mail_in_the_demos_mailbox_and_goes_on_from_it(office: Office) -> None:
    await tell_carla(office)
    await post()
    async with client(office.transport) as visitor:
        index = (await visitor.get("/demo/mailbox?to=CARLA")).text
        path = re.search(r"/demo/mailbox/[0-9a-f-]{36}", index)
        assert path is not None
        shown = await visitor.get(path[0])
        assert "frame-src 'self'" in shown.headers["content-security-policy"]
        html = await visitor.get(f"{path[0]}/html")
        policy = html.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "sandbox" in policy
        assert "allow-scripts" not in policy
        link = re.search(r'href="[^"]*(/service-orders/[^"]+)"', html.text)
        assert link is not None
        refused = await visitor.get(link[1], headers={"accept": "text/html"})
        assert refused.headers["location"].startswith("/login?next=%2Fservice-orders%2F"), "and then goes on"
        assert (await visitor.get("/demo/mailbox?to=ninguem")).status_code == 200


async def test_the_mailbox_is_bounded_and_only_the_demos(office: Office) -> None:
    place = folder(office.settings)
    place.mkdir(parents=True)
    for number in range(KEEP + 5):
        (place / f"0{number:06}.eml").write_text("Subject: velho\n")
    await tell_carla(office)
    await post()
    assert len(list(place.glob("*.eml"))) == KEEP
    assert has_mailbox(office.settings)
    assert not has_mailbox(replace(office.settings, environment="production"))
    assert not has_mailbox(replace(office.settings, smtp_url="smtp://mail.example"))


async def test_a_mail_program_ends_a_subscription_by_a_bare_post(office: Office) -> None:
    carla, settings = office.world.carla, office.settings
    link = unsubscribing.link_for(carla.user_id, [Event.ORDER_COMPLETED], settings)
    path = link.removeprefix(settings.base_url)
    async with httpx.AsyncClient(transport=office.transport, base_url=settings.base_url) as program:
        page = await program.get(path)
        assert "Conclusão de chamado" in page.text
        with platform():
            assert not await NotificationPreference.exists(), "looking changes nothing"
        answer = await program.post(path, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert (await program.post(path[:-3] + "AAA")).status_code == 404
    with platform():
        chosen = await NotificationPreference.select(NotificationPreference.kind, NotificationPreference.mail)
    assert chosen == [{"kind": "order_completed", "mail": False}]


async def test_nobody_but_the_admin_sees_the_dispatches(office: Office, ana: httpx.AsyncClient) -> None:
    assert office.world.ana.role is Role.SERVICE_OPERATOR
    assert (await ana.get("/notifications/dispatches")).status_code == 404
    assert settings_module.current().smtp_url == ""
