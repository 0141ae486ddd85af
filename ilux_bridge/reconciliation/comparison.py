"""Finds what differs, while people change both sides.

1. Every row of ILUX is held against the portal's, entity by entity, each in a snapshot of its own. What is
   not the same is only suspected: it may have changed since.
2. So are the portal's keys that were not seen in ILUX.
3. Each suspect is asked about again between two looks into ILUX. It differs if neither look found it in the
   outbox and both found the same row: then nothing was on its way, and the portal should have had it.

What changes all the time stays suspected, and counts as on its way. Memory is bounded: `Notes` are on disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from ilux_bridge.firebird import Connection
from ilux_bridge.load import ROWS_A_BREATH, everything
from ilux_bridge.reconciliation import rows
from ilux_bridge.reconciliation.notes import Notes
from ilux_bridge.reconciliation.portal import Portal
from ilux_bridge.reconciliation.report import Kind, Report
from ilux_bridge.sending import Pieces, Row
from ilux_bridge.store import Store
from ilux_bridge.watched import Watched

LOOKS = 3
PAUSE_S = 1.0  # between two looks: what was on its way arrives

Connect = Callable[[], Connection]
Tell = Callable[[Report], None]


class Comparison:
    """One of them. `connect` makes a connection of its own; `tell` hears of its progress."""

    def __init__(
        self,
        connect: Connect,
        watched: Watched,
        portal: Portal,
        store: Store,
        *,
        tell: Tell = lambda _: None,
        pause_s: float = PAUSE_S,
    ) -> None:
        self._connect = connect
        self._watched = watched
        self._portal = portal
        self._store = store
        self._tell = tell
        self._pause_s = pause_s
        self.notes = Notes()
        self.report = Report()

    async def run(self) -> None:
        """`report` is complete afterwards, but for what a repair adds; `notes` have what was found."""
        with self._connect() as connection:
            for entity in self._watched.entities:
                await self._scan(connection, entity)
            await self._settle(connection, self._count)
        self.report.at = datetime.now(UTC).isoformat(timespec="seconds")

    async def look_again(self) -> None:
        """After a repair of what was found: what still differs is left."""
        found = self.notes.count_found()
        self.notes.suspect_found()
        with self._connect() as connection:
            await self._settle(connection, lambda entity, key, kind: None)
        self.report.left = self.notes.count_found()
        self.report.repaired = found - self.report.left

    def _count(self, entity: str, key: str, kind: Kind) -> None:
        self.report.of(entity).note(key, kind)

    async def _scan(self, connection: Connection, entity: str) -> None:
        gathered = Pieces(self._store)
        with connection.reading() as work:
            read = everything(connection, work, self._watched, entity, self._store)
            for count, row in enumerate(read, 1):
                await self._ask(entity, gathered.add(row))
                if count % ROWS_A_BREATH == 0:
                    await asyncio.sleep(0)
            await self._ask(entity, gathered.rest())
        async for keys in self._portal.keys(entity):
            self.notes.suspect(entity, self.notes.unseen(entity, keys))

    async def _ask(self, entity: str, piece: list[Row]) -> None:
        if not piece:
            return
        self.notes.see(entity, (row["key"] for row in piece))
        self.notes.suspect(entity, await self._portal.compare(entity, piece))
        self.report.of(entity).compared += len(piece)
        self._tell(self.report)

    async def _settle(self, connection: Connection, note: Callable[[str, str, Kind], None]) -> None:
        for look in range(LOOKS):
            has_suspects = False
            for entity, keys in self.notes.suspects():
                has_suspects = True
                await self._look(connection, entity, keys, note)
            if not has_suspects:
                return
            if look < LOOKS - 1:
                await asyncio.sleep(self._pause_s)
        for entity, keys in self.notes.suspects():
            self.report.of(entity).waiting += len(keys)
            self.notes.clear(entity, keys)

    async def _look(
        self, connection: Connection, entity: str, keys: list[str], note: Callable[[str, str, Kind], None]
    ) -> None:
        before, waiting = rows.now(connection, self._watched, self._store, entity, keys)
        told = await self._portal.compare(entity, list(before.values()))
        after, waiting_still = rows.now(connection, self._watched, self._store, entity, keys)
        for key in keys:
            kind = told.get(key)
            if kind is not None and (
                kind == "waiting" or key in waiting | waiting_still or before[key] != after[key]
            ):
                continue
            self.notes.clear(entity, [key])
            if kind == "refused":
                self.report.of(entity).refused += 1
            elif kind is not None:
                self.notes.find(entity, key, kind)
                note(entity, key, Kind(kind))
