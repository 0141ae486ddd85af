"""Prepares a loaded demo for measuring: fifty technicians logged in, each with about 150 rows to see.

python -m bench.people FILE      writes who they are; PWS_DATABASE_URL names the database
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from piccolo_conf import DB
from server import settings
from server.accounts.sessions import begin_session
from server.database import Transaction, platform
from server.demo.tenants import ILHA
from server.sync.technician_view import technician_rows

PEOPLE = 50
ROWS = 150


async def prepare(target: Path) -> None:
    await DB.start_connection_pool()
    try:
        with platform():
            people = await _people()
    finally:
        await DB.close_connection_pool()
    target.write_text(json.dumps(people, indent=1))


async def _people() -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    async with DB.transaction() as tx:
        ((reseller_id,),) = await tx.fetch("SELECT id FROM reseller WHERE slug = $1", ILHA.slug)
        technicians = await tx.fetch(
            "SELECT u.id, u.technician_id FROM app_user u WHERE u.reseller_id = $1"
            " AND u.technician_id IS NOT NULL AND u.is_active ORDER BY u.id LIMIT $2",
            reseller_id,
            PEOPLE,
        )
        spare = [
            row[0]
            for row in await tx.fetch(
                "SELECT o.id FROM service_order o WHERE o.reseller_id = $1 AND o.status = 'A'"
                " AND o.equipment_id IS NOT NULL AND (SELECT count(*) FROM equipment e"
                " WHERE e.customer_id = o.customer_id) BETWEEN 2 AND 8 ORDER BY o.id",
                reseller_id,
            )
        ]
        await tx.execute(
            "UPDATE service_order SET technician_id = NULL, status = 'A'"
            " WHERE reseller_id = $1 AND status IN ('E', 'M', 'P', 'L', 'S')",
            reseller_id,
        )
        people = []
        for user_id, technician_id in technicians:
            orders = await _fill(tx, UUID(str(user_id)), UUID(str(technician_id)), reseller_id, spare, now)
            _, token = await begin_session(
                user_id, reseller_id, now=now, settings=settings.current(), address="", user_agent="bench"
            )
            people.append({"token": token, "user_id": str(user_id), "orders": [str(one) for one in orders]})
    return people


async def _fill(
    tx: Transaction, user_id: UUID, technician_id: UUID, reseller_id: UUID, spare: list[UUID], now: datetime
) -> list[UUID]:
    """Give orders to a technician until the phone sees enough rows."""
    # Their finished visits of the last days would be in the view too, in numbers that nobody chose.
    await tx.execute(
        "UPDATE visit SET ended_at = $2 WHERE technician_id = $1 AND (ended_at IS NULL OR ended_at > $2)",
        technician_id,
        now - timedelta(days=5),
    )
    orders: list[UUID] = []
    while spare:
        rows = await technician_rows(
            tx, DB.dialect, user_id=user_id, technician_id=technician_id, reseller_id=reseller_id, now=now
        )
        if len(rows) >= ROWS:
            break
        order_id = spare.pop()
        orders.append(order_id)
        await tx.execute(
            "UPDATE service_order SET technician_id = $2, status = 'E', dispatched_at = $3 WHERE id = $1",
            order_id,
            technician_id,
            now,
        )
    return orders


if __name__ == "__main__":
    asyncio.run(prepare(Path(sys.argv[1])))
