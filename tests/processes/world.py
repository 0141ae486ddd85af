"""Two resellers with two technicians each, their accounts and orders; and what the portal has in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from offline_sync.ports import Caller, Identity
from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.sessions import actor_for, begin_session
from server.database import platform, tenant
from server.settings import Settings
from server.sync.technician import TechnicianApplication
from tests.processes.checker import MARK
from tests.processes.history import Event, Key, Rested, Result, Stored
from tests.processes.office import Desk
from tests.processes.phones import Account, Technician
from tests.service_orders.world import World, found_reseller

_TABLES = {
    "me": "app_user",
    "order": "service_order",
    "customer": "customer",
    "equipment": "equipment",
    "meter_reading": "meter_reading",
    "checklist": "checklist_version",
    "triage_message": "triage_message",
    "part": "part",
    "part_request": "part_request",
    "visit": "visit",
}


async def build() -> tuple[list[Account], list[Desk]]:
    accounts: list[Account] = []
    desks: list[Desk] = []
    for slug in ("ilha", "serra"):
        world = await found_reseller(slug)
        people = {f"{actor.name.lower()}-{slug}": actor for actor in (world.tiago, world.vera)}
        diaries = {client: await world.dispatched_order(actor) for client, actor in people.items()}
        pairs = {
            client: (await world.dispatched_order(actor), await world.dispatched_order(actor))
            for client, actor in people.items()
        }
        technicians = {client: _technician_id(actor) for client, actor in people.items()}
        desks.append(Desk(world.reseller_id, diaries, pairs, technicians, await world.dispatched_order()))
        for client, actor in people.items():
            accounts.append(
                Account(client, str(world.reseller_id), await _token(world, actor), diaries[client])
            )
    return accounts, desks


async def rested(technician: Technician) -> Rested:
    """Beside what the client holds, the view as the portal would tell it now."""
    async with DB.reading() as conn:
        with platform():
            rows = await conn.fetch(
                "select id, user_id from sync_client where id = $1", technician.replica.client_id
            )
    ((client_id, user_id),) = rows
    actor = await actor_for(user_id)
    assert actor is not None
    caller = Caller(client_id, "phone", Identity(user_id, actor.reseller_id, actor))
    with tenant(actor.reseller_id):
        async with DB.reading() as conn:
            seen = await TechnicianApplication().view(conn, caller)
    view = frozenset(((row.kind, str(row.id)), row.ver) for row in seen)
    return Rested(technician.account.client, technician.replica.holds(), view)


async def stored(technicians: Sequence[Technician]) -> Stored:
    clients = {technician.replica.client_id: technician.account.client for technician in technicians}
    with platform():
        async with DB.reading() as conn:
            mutations = await conn.fetch("select client_id, seq, uid, status from sync_mutation")
            owners: dict[Key, str] = {}
            for kind, table in _TABLES.items():
                rows = await conn.fetch(f"select id, reseller_id from {table}")
                owners |= {(kind, str(row[0])): str(row[1]) for row in rows}
            effects = Counter(await _ids(conn, "visit_event")) + Counter(await _ids(conn, "part_request"))
            for (notes,) in await conn.fetch("select notes from service_order"):
                effects += Counter(MARK.findall(notes))
    results = tuple(
        (clients.get(client_id, str(client_id)), Result(seq, str(uid), status))
        for client_id, seq, uid, status in mutations
    )
    return Stored(results, effects, owners)


async def write_down_the_end(technicians: Sequence[Technician], history: list[Event]) -> None:
    for technician in technicians:
        history.append(await rested(technician))
    history.append(await stored(technicians))


async def _ids(conn: Any, table: str) -> list[str]:
    return [str(row[0]) for row in await conn.fetch(f"select id from {table}")]


def _technician_id(actor: Actor) -> UUID:
    assert actor.technician_id is not None
    return actor.technician_id


async def _token(world: World, actor: Actor) -> str:
    with tenant(world.reseller_id):
        _, token = await begin_session(
            actor.user_id,
            world.reseller_id,
            now=datetime.now(UTC),
            settings=Settings(),
            address="127.0.0.1",
            user_agent="test",
        )
    return token
