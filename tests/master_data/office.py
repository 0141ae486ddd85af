"""Bruna, who keeps the reseller's records, and what she left in the audit trail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from piccolo.table import Table

from piccolo_conf import DB
from server.accounts.actor import Actor, Role
from server.audit.tables import AuditEntry
from server.problems import Problem
from server.web.live import HUB, live_updates
from tests.service_orders.world import World
from tests.web.listening import until_listening


def admin_of(world: World) -> Actor:
    return replace(world.ana, name="Bruna", role=Role.ADMIN, company_ids=frozenset())


async def row_of(table: type[Table], row_id: object) -> dict[str, Any]:
    row: dict[str, Any] | None = await table.select().where(table._meta.primary_key == row_id).first()
    assert row is not None
    return row


async def trail() -> list[tuple[str, dict[str, Any]]]:
    """What was done, oldest first, with its facts."""
    rows = await AuditEntry.select(AuditEntry.action, AuditEntry.facts).order_by(AuditEntry.id)
    return [(row["action"], msgspec.json.decode(row["facts"])) for row in rows]


@asynccontextmanager
async def refused(code: str, *fields: str) -> AsyncIterator[None]:
    """The block raises this problem, with exactly these fields to mend."""
    with pytest.raises(Problem) as caught:
        yield
    assert caught.value.code == code
    assert [field["name"] for field in caught.value.facts.get("fields", [])] == list(fields)
    assert "?" not in caught.value.detail, "every fact of the sentence is there"


@asynccontextmanager
async def desk_is_told(world: World) -> AsyncIterator[None]:
    """The block makes the open list of orders look again."""
    async with live_updates():
        await until_listening(DB)
        with HUB.listening(f"reseller:{world.reseller_id}:orders") as desk:
            yield
            assert await desk.next(2) is not None
