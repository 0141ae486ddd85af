"""Prepares a database for measuring positions: technicians on the road, each with a phone and a track.

python -m bench.road FILE COUNT CHUNKS      writes who they are; PWS_DATABASE_URL names the database
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from offline_sync.ids import uuid7
from offline_sync.tables import SyncClient
from piccolo_conf import DB
from server import settings
from server.accounts.actor import Role
from server.accounts.sessions import begin_session
from server.accounts.tables import User
from server.database import Transaction, platform
from server.demo.tenants import ILHA
from server.service_orders.tables import Technician
from server.visits.tables import Visit

START = (-27.5949, -48.5482)
EVERY = timedelta(seconds=10)


async def prepare(target: Path, count: int, chunks: int) -> None:
    """Each has sent `chunks` chunks of one fix already, as a phone does that sends at once."""
    await DB.start_connection_pool()
    try:
        with platform():
            async with DB.transaction() as tx:
                world = await _world(tx, count, chunks)
    finally:
        await DB.close_connection_pool()
    target.write_text(json.dumps(world))


async def _world(tx: Transaction, count: int, chunks: int) -> dict[str, Any]:
    now = datetime.now(UTC)
    ((reseller_id, company_id),) = await tx.fetch(
        "SELECT r.id, min(c.id::text) FROM reseller r JOIN company c ON c.reseller_id = r.id"
        " WHERE r.slug = $1 GROUP BY r.id"
        if DB.dialect == "postgres"
        else "SELECT r.id, min(c.id) FROM reseller r JOIN company c ON c.reseller_id = r.id"
        " WHERE r.slug = $1 GROUP BY r.id",
        ILHA.slug,
    )
    orders = await tx.fetch(
        "SELECT id FROM service_order WHERE reseller_id = $1 ORDER BY id LIMIT $2", reseller_id, count
    )
    devices = []
    owner = {"reseller_id": reseller_id}
    began = now - EVERY * chunks
    for number in range(count):
        technician = Technician(id=uuid7(), name=f"Estrada {number}", company_id=company_id, **owner)
        user = User(
            id=uuid7(), email=f"estrada{number}@bench.example", name=f"Estrada {number}",
            role=Role.TECHNICIAN.value, technician_id=technician.id, **owner,
        )  # fmt: skip
        client = SyncClient(
            id=uuid7(), user_id=user.id, kind="phone", name="", platform="",
            enrolled_at=now, last_seen_at=now, **owner,
        )  # fmt: skip
        visit = Visit(
            id=uuid7(), service_order_id=orders[number % len(orders)][0], technician_id=technician.id,
            technician_name=technician.name, client_id=client.id, state="travelling",
            started_at=began, travel_started_at=began, **owner,
        )  # fmt: skip
        for row in (technician, user, client, visit):
            await row.save()
        _, token = await begin_session(
            user.id, reseller_id, now=now, settings=settings.current(), address="", user_agent="bench"
        )
        east = number % 50 * 0.004
        await _track(tx, reseller_id, client.id, visit.id, began, chunks, east)
        devices.append(
            {"token": token, "client_id": str(client.id), "stream": str(visit.id), "n": chunks, "east": east}
        )
    admin = await User.select(User.id).where(User.reseller_id == reseller_id, User.role == "admin").first()
    assert admin is not None
    _, token = await begin_session(
        admin["id"], reseller_id, now=now, settings=settings.current(), address="", user_agent="bench"
    )
    return {"devices": devices, "admin": token}


async def _track(
    tx: Transaction,
    reseller_id: Any,
    client_id: Any,
    visit_id: Any,
    began: datetime,
    chunks: int,
    east: float,
) -> None:
    await tx.execute(
        "INSERT INTO sync_track (id, reseller_id, client_id, created_at) VALUES ($1, $2, $3, $4)",
        visit_id, reseller_id, client_id, began,
    )  # fmt: skip
    rows = [
        (reseller_id, visit_id, n, json.dumps([fix_at(began + EVERY * n, n, east)]), "[]", began)
        for n in range(chunks)
    ]
    await tx.execute_many(
        "INSERT INTO sync_track_chunk (reseller_id, stream, n, fixes, gaps, received_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        rows,
    )


def fix_at(moment: datetime, n: int, east: float) -> list[float]:
    """The n-th fix of a drive northwards, on a road so far east."""
    return [round(moment.timestamp() * 1000), START[0] + n * 0.0008, START[1] + east, 9, 9.1]


if __name__ == "__main__":
    asyncio.run(prepare(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
