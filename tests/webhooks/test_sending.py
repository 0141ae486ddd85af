"""What happens reaches the receiver: signed, once unless nobody knows, and again while it does not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from piccolo_conf import DB
from server.accounts.actor import Role
from server.accounts.tables import Company, User
from server.accounts.totp import seal
from server.database import platform
from server.jobs.tables import Job
from server.notifications.tables import Notification, NotificationEvent
from server.service_orders import actions
from server.web.outward import OutsideResolver
from server.webhooks.deliveries import LEASE, claim, note, purge_deliveries
from server.webhooks.kinds import WebhookKind
from server.webhooks.rules import Answer
from server.webhooks.signing import new_secret
from server.webhooks.spreading import spread
from server.webhooks.tables import WebhookDelivery, WebhookEndpoint
from tests.service_orders.world import found_reseller
from tests.webhooks.conftest import Post


async def test_an_opened_call_arrives_signed_with_its_row(post: Post) -> None:
    order_id = await post.world.open_order()
    await post.work()
    assert await post.deliver() == 1
    (received,) = post.receiver.received
    told = Webhook(post.secret).verify(received.body, dict(received.headers))
    assert told["type"] == "service_order.opened"
    assert datetime.fromisoformat(told["timestamp"]).tzinfo is not None
    assert told["data"]["id"] == str(order_id)
    assert told["data"]["url"].endswith(f"/api/v1/service-orders/{order_id}")
    assert told["data"]["object"]["description"] == "Atola papel"
    (row,) = await post.rows()
    assert (row["state"], row["last_status"], row["attempts"]) == ("sent", 204, 1)
    assert str(row["id"]) == received.id


async def test_what_did_not_happen_is_not_told(post: Post) -> None:
    with pytest.raises(LookupError):
        async with DB.transaction():
            await post.world.open_order()
            raise LookupError
    await post.work()
    assert await post.rows() == []


async def test_each_endpoint_gets_the_kinds_that_it_chose(post: Post) -> None:
    await post.change({WebhookEndpoint.kinds: json.dumps([WebhookKind.ORDER_CANCELLED.value])})
    await post.endpoint(post.receiver.url, [WebhookKind.ORDER_OPENED])
    order_id = await post.world.open_order()
    await actions.cancel(post.world.ana, order_id, "Engano", now=datetime.now(UTC))
    await post.work()
    assert [row["kind"] for row in await post.rows()] == ["service_order.opened", "service_order.cancelled"]


async def test_the_job_twice_makes_no_second_delivery(post: Post) -> None:
    await post.world.open_order()
    await post.work()
    event = await NotificationEvent.select(NotificationEvent.id).first()
    assert event is not None
    assert await spread(event["id"], post.world.reseller_id, datetime.now(UTC)) == 0
    assert len(await post.rows()) == 1


@pytest.mark.parametrize("why", ["another company", "no admin any more", "inactive", "another reseller"])
async def test_nothing_leaves_for_who_may_not_see_it(why: str, post: Post) -> None:
    if why == "another company":
        with platform():
            branch = Company(reseller_id=post.world.reseller_id, name="F", trade_name="F", cnpj="1")
            await branch.save()
        await post.change({WebhookEndpoint.company_ids: json.dumps([str(branch.id)])})
    if why == "no admin any more":
        await User.update({User.role: Role.CALL_OPERATOR.value}).where(User.id == post.rui_id)
    if why == "inactive":
        await post.change({WebhookEndpoint.is_active: False})
    world = post.world if why != "another reseller" else await found_reseller("outra")
    await world.open_order()
    await post.work()
    assert await post.rows() == []
    if why == "inactive":
        assert not await Job.exists().where(Job.kind == "webhooks")


async def test_after_a_rotation_two_secrets_sign_for_a_day(post: Post) -> None:
    now, new = datetime.now(UTC), new_secret()
    await post.change(
        {
            WebhookEndpoint.old_secret: seal(post.secret, post.settings.secret),
            WebhookEndpoint.secret: seal(new, post.settings.secret),
            WebhookEndpoint.old_secret_until: now + timedelta(hours=24),
        }
    )
    await post.world.open_order()
    await post.work()
    await post.deliver()
    both = post.receiver.received[0]
    for secret in (post.secret, new):
        Webhook(secret).verify(both.body, dict(both.headers))
    await post.change({WebhookEndpoint.old_secret_until: now})
    await post.world.open_order()
    await post.work()
    await post.deliver()
    later = post.receiver.received[1]
    Webhook(new).verify(later.body, dict(later.headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(post.secret).verify(later.body, dict(later.headers))


async def test_what_is_refused_comes_back_with_the_same_id_and_bytes(post: Post) -> None:
    post.receiver.statuses, post.receiver.headers = [500, 302], {"Location": post.receiver.url}
    await post.world.open_order()
    await post.work()
    now = datetime.now(UTC)
    assert await post.deliver(now) == 1
    assert await post.deliver(now + timedelta(seconds=1)) == 0
    (row,) = await post.rows()
    assert (row["state"], row["last_status"]) == ("waiting", 500)
    assert (await post.state())["failing_since"] is not None
    assert await post.deliver(now + timedelta(seconds=30)) == 1
    assert [row["last_status"] for row in await post.rows()] == [302], "nobody is led elsewhere"
    assert await post.deliver(now + timedelta(minutes=30)) == 1
    assert len({(one.id, one.body) for one in post.receiver.received}) == 1
    assert len(post.receiver.received) == 3
    assert (await post.state())["failing_since"] is None
    assert [row["state"] for row in await post.rows()] == ["sent"]


async def test_retry_after_is_heeded(post: Post) -> None:
    post.receiver.statuses, post.receiver.headers = [429], {"Retry-After": "3600"}
    await post.world.open_order()
    await post.work()
    now = datetime.now(UTC)
    await post.deliver(now)
    (row,) = await post.rows()
    assert timedelta(minutes=59) < row["due_at"] - now < timedelta(minutes=62)


async def test_a_410_ends_it_and_the_admin_is_told(post: Post) -> None:
    post.receiver.statuses = [410]
    await post.world.open_order()
    await post.world.open_order()
    await post.work()
    assert await post.deliver() == 1
    assert not (await post.state())["is_active"]
    assert {row["state"] for row in await post.rows()} == {"dead"}
    await post.work()
    told = await Notification.select(Notification.title).where(Notification.user_id == post.rui_id)
    assert "Webhook desativado" in [row["title"] for row in told]
    await post.world.open_order()
    await post.work()
    assert len(await post.rows()) == 2


async def test_five_days_of_failure_end_it_too(post: Post) -> None:
    now = datetime.now(UTC)
    post.receiver.statuses = [500, 500]
    await post.change({WebhookEndpoint.failing_since: now - timedelta(days=4, hours=23)})
    await post.world.open_order()
    await post.work()
    await post.deliver(now)
    assert (await post.state())["is_active"]
    await post.change({WebhookEndpoint.failing_since: now - timedelta(days=5)})
    await post.deliver(now + timedelta(minutes=10))
    assert not (await post.state())["is_active"]


async def test_a_name_that_leads_into_the_house_is_not_called(post: Post) -> None:
    """The check is where the connection is made, whatever the form believed."""
    port = post.receiver.host.partition(":")[2]
    resolver = OutsideResolver({post.receiver.host})
    with pytest.raises(OSError, match="rede interna"):
        await resolver.resolve("localhost", int(port))
    assert await resolver.resolve("127.0.0.1", int(port))
    await post.world.open_order()
    await post.work()
    post.settings = replace(post.settings, webhook_hosts="")  # a number needs no name to be looked up
    for url in (post.receiver.url, f"http://127.0.0.2:{port}/hook", f"http://[::ffff:127.0.0.1]:{port}/hook"):
        await post.change({WebhookEndpoint.url: url, WebhookEndpoint.paused_until: None})
        await post.deliver(datetime.now(UTC) + timedelta(hours=1))
    assert post.receiver.received == []
    (row,) = await post.rows()
    assert row["last_error"]


async def test_what_was_sent_a_month_ago_is_forgotten(post: Post) -> None:
    for _ in range(2):
        await post.world.open_order()
    await post.work()
    assert await post.deliver() == 2
    first, second = await post.rows()
    old = datetime.now(UTC) - timedelta(days=31)
    await WebhookDelivery.update({WebhookDelivery.ended_at: old}).where(WebhookDelivery.id == first["id"])
    await purge_deliveries(datetime.now(UTC))
    assert [row["id"] for row in await post.rows()] == [second["id"]]


async def test_whoever_lost_the_lease_writes_nothing(post: Post) -> None:
    await post.world.open_order()
    await post.work()
    now = datetime.now(UTC)
    with platform():
        first = await claim(now)
        assert await claim(now) is None
        second = await claim(now + LEASE)
    assert first is not None
    assert second is not None
    assert first.id == second.id
    assert await note(first, Answer(200), now, 0.5) is None
    assert await note(second, Answer(200), now, 0.5) == "sent"


async def test_one_endpoint_has_one_delivery_under_way(post: Post) -> None:
    other = await post.endpoint(post.receiver.url, [WebhookKind.ORDER_OPENED])
    for _ in range(2):
        await post.world.open_order()
    await post.work()
    now = datetime.now(UTC)
    claimed: list[UUID] = []
    with platform():
        while (one := await claim(now)) is not None:
            claimed.append(one.endpoint_id)
    assert sorted(claimed) == sorted([post.endpoint_id, other])
