"""Compares ILUX and the portal beside the running bridge: every night, and when it is wanted.

The comparison is a task of its own, with its own connection; the bridge's turns go on. What it found is sent
anew between two turns.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import httpx

from ilux_bridge.cycle import Cycle
from ilux_bridge.mapping.mapped import MappingFile
from ilux_bridge.mapping.zone import to_local
from ilux_bridge.problems import FirebirdProblem
from ilux_bridge.reconciliation.comparison import Comparison
from ilux_bridge.reconciliation.portal import Portal
from ilux_bridge.reconciliation.report import Report
from ilux_bridge.reconciliation.schedule import is_due
from ilux_bridge.reconciliation.wanted import WANTED
from ilux_bridge.store import Store
from offline_sync.client import LoginRequired, Stopped, TryLater

REPORT, PROGRESS, SINCE = "reconciliation", "reconciling", "reconciles_since"
AGAIN_S = 300  # after a failure
TELL_S = 1
_PASSING = (TryLater, LoginRequired, Stopped, FirebirdProblem)

log = logging.getLogger(__name__)


class Reconciler:
    """`step` belongs between two turns; `stop` before the connection goes."""

    def __init__(self, mapping: MappingFile, http: httpx.AsyncClient, store: Store, pace: float) -> None:
        self._mapping = mapping
        self._portal = Portal(http)
        self._store = store
        self._pace = pace
        self._running: tuple[asyncio.Task[None], Comparison, Any] | None = None
        self._not_before = 0.0
        self._told_at = 0.0
        if store.fact(SINCE) is None:
            store.note(SINCE, _now())

    @property
    def report(self) -> dict[str, Any] | None:
        """Of the last one."""
        report: dict[str, Any] | None = self._store.fact(REPORT)
        return report

    async def step(self, cycle: Cycle) -> None:
        """Begin what is due; finish what has compared everything."""
        if self._running is None:
            if time.monotonic() >= self._not_before and self._is_due():
                self._begin(cycle)
            return
        task, comparison, wanted = self._running
        if not task.done():
            return
        self._running = None
        try:
            task.result()
            await repair(cycle, comparison)
        except _PASSING as problem:
            log.warning("a reconciliação ficou para depois: %s", problem)
            self._not_before = time.monotonic() + AGAIN_S * self._pace
            return
        finally:
            comparison.notes.close()
            self._store.note(PROGRESS, None)
        self._store.note(REPORT, comparison.report.as_fact())
        if self._store.fact(WANTED) == wanted:
            self._store.note(WANTED, None)

    async def stop(self) -> None:
        if self._running is not None:
            task, comparison, _ = self._running
            self._running = None
            task.cancel()
            with suppress(asyncio.CancelledError, *_PASSING):
                await task
            comparison.notes.close()
            self._store.note(PROGRESS, None)

    def _begin(self, cycle: Cycle) -> None:
        comparison = Comparison(
            cycle.connect,
            cycle.watched,
            self._portal,
            self._store,
            tell=self._tell,
            pause_s=max(self._mapping.portal.interval * 2, 1) * self._pace,
        )
        self._running = asyncio.create_task(comparison.run()), comparison, self._store.fact(WANTED)

    def _is_due(self) -> bool:
        if self._store.fact(WANTED) is not None:
            return True
        last = self.report["at"] if self.report else self._store.fact(SINCE)
        zone = self._mapping.firebird.zone
        then, now = (to_local(moment, zone) for moment in (datetime.fromisoformat(last), datetime.now(UTC)))
        return then is not None and now is not None and is_due(self._mapping.portal.reconciles_at, then, now)

    def _tell(self, report: Report) -> None:
        if time.monotonic() >= self._told_at + TELL_S:
            self._told_at = time.monotonic()
            self._store.note(PROGRESS, {name: counts.compared for name, counts in report.entities.items()})


async def repair(cycle: Cycle, comparison: Comparison) -> None:
    """Send what was found, and see that it was the cure."""
    if not comparison.notes.count_found():
        return
    for entity, keys in comparison.notes.found():
        await cycle.resend(entity, keys)
    await comparison.look_again()


def _now() -> str:
    return datetime.now(UTC).isoformat()
