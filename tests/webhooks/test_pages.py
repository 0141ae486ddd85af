"""The admin's pages: an address is checked, its secret shown once, and what failed is sent again."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from server.accounts.actor import Role
from server.accounts.sessions import begin_session
from server.accounts.tables import Session, User
from server.audit.tables import AuditEntry
from server.database import platform
from server.webhooks.tables import WebhookDelivery, WebhookEndpoint
from tests.desk.counting import counted_queries
from tests.web.portal import client, running_portal
from tests.webhooks.conftest import Post

MOST_QUERIES = 12


@pytest.fixture
async def rui(post: Post) -> AsyncIterator[httpx.AsyncClient]:
    async with running_portal(post.settings) as transport, client(transport) as browser:
        with platform():
            _, token = await begin_session(
                post.rui_id,
                post.world.reseller_id,
                now=datetime.now(UTC),
                settings=post.settings,
                address="",
                user_agent="",
                password_at=datetime.now(UTC),
            )
        browser.cookies.set("session", token)
        yield browser


def wanted(post: Post, **changes: Any) -> dict[str, Any]:
    return {"url": post.receiver.url, "kinds": ["service_order.opened"], "description": "ERP"} | changes


async def test_an_address_is_added_tested_and_given_another_secret(
    post: Post, rui: httpx.AsyncClient
) -> None:
    await WebhookEndpoint.delete(force=True)
    made = await rui.post("/webhooks", data=wanted(post))
    (secret,) = set(re.findall(r"whsec_[\w+/=]{44}", made.text))
    endpoint = await WebhookEndpoint.objects().first()
    assert endpoint is not None
    assert secret not in str(endpoint.to_dict())
    here = f"/webhooks/{endpoint.id}"
    assert "Enviar teste" in (await rui.get(here)).text
    await rui.post(f"{here}/tests")
    await post.deliver()
    (received,) = post.receiver.received
    assert Webhook(secret).verify(received.body, dict(received.headers))["type"] == "webhook.test"
    page = (await rui.get(here)).text
    assert "Entregue" in page
    assert received.id in page
    (other,) = set(re.findall(r"whsec_[\w+/=]{44}", (await rui.post(f"{here}/secrets")).text))
    assert other != secret
    await rui.post(f"{here}/tests")
    await post.deliver()
    for key in (secret, other):
        Webhook(key).verify(post.receiver.received[1].body, dict(post.receiver.received[1].headers))
    with platform():
        acts = await AuditEntry.select(AuditEntry.action, AuditEntry.facts)
    assert [act["action"] for act in acts] == ["webhook_endpoint.added", "webhook_endpoint.secret_rotated"]
    assert secret not in str(acts)


@pytest.mark.parametrize(
    "changes", [{"url": "http://127.0.0.1:1/"}, {"url": "x"}, {"kinds": []}, {"kinds": ["all"]}], ids=str
)
async def test_a_form_with_a_fault_adds_nothing(
    changes: dict[str, Any], post: Post, rui: httpx.AsyncClient
) -> None:
    answer = await rui.post("/webhooks", data=wanted(post, **changes))
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert await WebhookEndpoint.count() == 1


async def test_another_address_needs_a_fresh_password(post: Post, rui: httpx.AsyncClient) -> None:
    here = f"/webhooks/{post.endpoint_id}"
    with platform():
        await Session.update({Session.password_at: datetime.now(UTC) - timedelta(hours=1)}, force=True)
    assert (await rui.post(here, data=wanted(post, description="Outro"))).status_code == 422
    assert (await rui.post(f"{here}/secrets")).status_code == 422
    assert (await post.state())["description"] == ""
    with platform():
        await Session.update({Session.password_at: datetime.now(UTC)}, force=True)
    assert 'value="service_order.opened" checked' in (await rui.get(f"{here}/edit")).text
    await rui.post(here, data=wanted(post, description="Outro"))
    assert (await post.state())["description"] == "Outro"


async def test_an_address_of_who_is_no_admin_any_more_says_so_until_it_is_saved(
    post: Post, rui: httpx.AsyncClient
) -> None:
    with platform():
        gone = User(
            reseller_id=post.world.reseller_id, email="gil@ilha.test", name="Gil", role=Role.CALL_OPERATOR
        )
        await gone.save()
    await post.change({WebhookEndpoint.created_by_id: gone.id})
    here = f"/webhooks/{post.endpoint_id}"
    assert "Gil não é mais administrador" in (await rui.get(here)).text
    await rui.post(here, data=wanted(post))
    assert "não é mais administrador" not in (await rui.get(here)).text
    await post.world.open_order()
    await post.work()
    assert len(await post.rows()) == 1


async def test_what_failed_is_sent_again_by_hand(post: Post, rui: httpx.AsyncClient) -> None:
    here = f"/webhooks/{post.endpoint_id}"
    await rui.post(f"{here}/tests")
    await rui.post(f"{here}/deactivation")
    assert "desativado por um administrador" in (await rui.get(here)).text
    assert [row["state"] for row in await post.rows()] == ["dead"]
    await rui.post(f"{here}/reactivation")
    page = (await rui.get(here)).text
    assert "1 envio falhou" in page
    (row,) = await post.rows()
    await rui.post(f"{here}/deliveries/{row['id']}/repetitions")
    await post.deliver()
    assert [one.id for one in post.receiver.received] == [str(row["id"])]
    await WebhookDelivery.update({WebhookDelivery.state: "dead"}, force=True)
    await rui.post(f"{here}/repetitions")
    await post.deliver()
    assert len(post.receiver.received) == 2


async def test_the_page_asks_the_same_of_one_delivery_and_of_ten(post: Post, rui: httpx.AsyncClient) -> None:
    here = f"/webhooks/{post.endpoint_id}"
    await rui.post(f"{here}/tests")
    await rui.get(here)
    with counted_queries() as few:
        await rui.get(here)
    for _ in range(9):
        await rui.post(f"{here}/tests")
    with counted_queries() as many:
        await rui.get(here)
    assert len(few) == len(many) <= MOST_QUERIES
