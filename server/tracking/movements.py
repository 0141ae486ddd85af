"""The map's live positions: those that moved, told at most once a second.

Topics carry no content, so the stream asks what came since its last answer. A commit may become visible after
a later one: each question reaches a little back, and what was told already is not told again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from server.accounts.actor import Actor
from server.tracking.actions import positions_topic
from server.tracking.queries import moved_since
from server.tracking.rules import to_ms
from server.tracking.views import TechnicianRow

TOGETHER_S = 1.0
BACK = timedelta(seconds=2)
BEFORE = timedelta(seconds=30)  # what came between the page and its stream


# technician, latitude, longitude, metres of accuracy, milliseconds since 1970
Movement = tuple[str, float, float, float | None, float]


class Movements:
    """What one open map has been told."""

    def __init__(self, actor: Actor, company_id: UUID | None, *, now: datetime) -> None:
        self._actor = actor
        self._company_id = company_id
        self._until = now - BEFORE
        self._told: dict[UUID, datetime] = {}
        self.topic = positions_topic(actor.reseller_id)

    async def news(self) -> list[Movement] | None:
        await asyncio.sleep(TOGETHER_S)
        rows, self._until = await moved_since(self._actor, self._company_id, self._until - BACK)
        return [_movement(row) for row in self._new(rows)] or None

    def _new(self, rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        news = [row for row in rows if self._told.get(row["technician_id"]) != row["fixed_at"]]
        self._told.update((row["technician_id"], row["fixed_at"]) for row in news)
        return news


def markers_json(rows: Iterable[TechnicianRow]) -> str:
    """All of the list, as `pwa/src/desk/technicians.ts` draws them."""
    return msgspec.json.encode(
        [
            {
                "id": str(row.id),
                "name": row.name,
                "duty": row.duty,
                "stopped": row.stopped_at is not None,
                "at": [row.seen.latitude, row.seen.longitude],
                "fixed": to_ms(row.seen.fixed_at),
            }
            for row in rows
            if row.seen is not None
        ]
    ).decode()


def _movement(row: Mapping[str, Any]) -> Movement:
    return (
        str(row["technician_id"]),
        row["latitude"],
        row["longitude"],
        row["accuracy_m"],
        to_ms(row["fixed_at"]),
    )
