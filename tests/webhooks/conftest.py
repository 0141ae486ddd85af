"""The office of the desk's stories, Rui its admin, and a receiver on a real port."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from server.accounts.actor import Role
from server.accounts.tables import User
from server.accounts.totp import seal
from server.database import Database, platform, tenant
from server.jobs.loop import run_one
from server.settings import Settings
from server.webhooks.courier import deliver_one
from server.webhooks.kinds import WebhookKind
from server.webhooks.sending import connection
from server.webhooks.signing import new_secret
from server.webhooks.tables import WebhookDelivery, WebhookEndpoint
from tests.service_orders.world import World, found_reseller
from tests.web.portal import settings_for
from tests.webhooks.receiver import Receiver, receiving


@dataclass
class Post:
    """An endpoint at the receiver, and the worker's part run by hand."""

    world: World
    settings: Settings
    receiver: Receiver
    rui_id: UUID
    secret: str
    endpoint_id: UUID

    async def endpoint(self, url: str, kinds: Iterable[WebhookKind], companies: Iterable[UUID] = ()) -> UUID:
        endpoint = WebhookEndpoint(
            reseller_id=self.world.reseller_id,
            created_by_id=self.rui_id,
            url=url,
            kinds=json.dumps([kind.value for kind in kinds]),
            company_ids=json.dumps([str(one) for one in companies]),
            secret=seal(self.secret, self.settings.secret),
        )
        await endpoint.save()
        return endpoint.id

    async def work(self) -> None:
        """All jobs that are due: of events deliveries are made."""
        while await run_one(datetime.now(UTC)):
            pass

    async def deliver(self, now: datetime | None = None) -> int:
        """All that is due, one after the other; how many."""
        count = 0
        async with connection(self.settings) as session:
            while await deliver_one(session, self.settings, now or datetime.now(UTC)):
                count += 1
        return count

    async def rows(self) -> list[dict[str, Any]]:
        return await WebhookDelivery.select().order_by(WebhookDelivery.created_at)

    async def state(self) -> dict[str, Any]:
        row = await WebhookEndpoint.select().where(WebhookEndpoint.id == self.endpoint_id).first()
        assert row is not None
        return row

    async def change(self, columns: dict[Any, Any]) -> None:
        await WebhookEndpoint.update(columns).where(WebhookEndpoint.id == self.endpoint_id)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def post(database: Database, tmp_path: Path, receiver: Receiver) -> AsyncIterator[Post]:
    import server.worker  # noqa: F401  registers the jobs

    world = await found_reseller()
    with platform():
        rui = User(reseller_id=world.reseller_id, email="rui@ilha.test", name="Rui", role=Role.ADMIN)
        await rui.save()
    settings = settings_for(tmp_path, webhook_hosts=receiver.host)
    with tenant(world.reseller_id):
        post = Post(world, settings, receiver, rui.id, new_secret(), rui.id)
        post.endpoint_id = await post.endpoint(receiver.url, WebhookKind)
        yield post
