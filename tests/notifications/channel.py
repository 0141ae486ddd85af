"""A channel whose wire fails as the story says, and the world's people as its accounts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from server.accounts.actor import Actor
from server.accounts.tables import User, UserCompany, UserCustomer
from server.database import Transaction, platform
from server.jobs.loop import run_one
from server.notifications.channels import Parcel
from server.notifications.tables import Notification, NotificationDispatch
from tests.service_orders.world import World


class WireChannel:
    name = "mail"
    lines_at_once = 50
    wait = timedelta(0)

    def __init__(self) -> None:
        self.taken: list[Parcel] = []
        self.fault: BaseException | None = None
        self.dies_after_taking = False
        self.at: Callable[[str], None] = lambda step: None  # told of asked, touched

    async def addresses(self, tx: Transaction, people: Sequence[Actor]) -> Mapping[UUID, Sequence[str]]:
        return {actor.user_id: [actor.email] for actor in people}

    async def send(self, parcel: Parcel) -> None:
        if self.fault is not None:
            raise self.fault
        self.at("asked")
        await parcel.touch()
        self.at("touched")
        self.taken.append(parcel)
        if self.dies_after_taking:
            raise asyncio.CancelledError

    async def rest(self) -> None:
        pass


async def enrol(*actors: Actor) -> None:
    """What their accounts must say for the portal to find them as the stories have them."""
    with platform():
        for actor in actors:
            if await UserCompany.exists().where(UserCompany.user_id == actor.user_id):
                continue
            for company_id in actor.company_ids:
                row = UserCompany(reseller_id=actor.reseller_id, user_id=actor.user_id, company_id=company_id)
                await row.save()
            for customer_id in actor.customer_ids:
                link = UserCustomer(
                    reseller_id=actor.reseller_id, user_id=actor.user_id, customer_id=customer_id
                )
                if not await UserCustomer.exists().where(UserCustomer.user_id == actor.user_id):
                    await link.save()


async def enrol_all(world: World) -> None:
    await enrol(world.ana, world.lia, world.tiago, world.vera, world.carla)


async def flag(actor: Actor, *mails: str) -> None:
    with platform():
        await User.update({User.mails: json.dumps(mails)}).where(User.id == actor.user_id)


async def run_jobs() -> None:
    """Until nothing is due."""
    while await run_one(datetime.now(UTC) + timedelta(seconds=1)):
        pass


async def told() -> dict[str, list[str]]:
    """By person, the titles in their bell."""
    with platform():
        rows = await Notification.select(
            Notification.user_id.name.as_alias("who"), Notification.title
        ).order_by(Notification.created_at)
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["who"], []).append(row["title"])
    return found


async def dispatches() -> list[dict[str, Any]]:
    with platform():
        return await NotificationDispatch.select().order_by(NotificationDispatch.id)
