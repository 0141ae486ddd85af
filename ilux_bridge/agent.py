"""The bridge as it runs: one loop that lives through a stopped Firebird, a portal that is away, and reboots.

Firebird is spoken to from this thread, in short transactions; whatever fails is said in `Health`, waited for,
and tried again. SIGTERM ends it between two transactions. Two copies on one machine are kept apart by a file,
two machines by the lease in the base.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sqlite3
import time
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import httpx

from ilux_bridge import applying, base_state, firebird, heartbeat, metadata
from ilux_bridge.backup.keeper import Keeper
from ilux_bridge.cycle import Cycle
from ilux_bridge.firebird import Connection
from ilux_bridge.heartbeat import Health, State
from ilux_bridge.load import StillInside
from ilux_bridge.lock import LOCK, only_one
from ilux_bridge.mapping.base import Base
from ilux_bridge.mapping.check import check
from ilux_bridge.mapping.finding import Severity
from ilux_bridge.mapping.zone import format_instant, to_instant
from ilux_bridge.outbox import capture, installation, lease, meta
from ilux_bridge.outbox.lease import Fenced
from ilux_bridge.outbox.monitored import NotMonitorable
from ilux_bridge.problems import FirebirdDown, FirebirdProblem, LockConflict
from ilux_bridge.reconciliation.reconciler import Reconciler
from ilux_bridge.reconciliation.wanted import want
from ilux_bridge.service.notify import READY, STOPPING, notify
from ilux_bridge.service.pulse import Pulse
from ilux_bridge.settings import Settings
from ilux_bridge.store import Store
from ilux_bridge.watched import Watched, watch
from offline_sync.client import Client, LoginRequired, Stopped, TryLater
from offline_sync.replica import Replica

VERSION = "1.0"
BEAT_S, LEASE_S, RENEW_S, NOTE_S, LOOK_S = 30, 90, 20, 60, 3600
# How long the loop may stand still over one statement, and a turn take, which may send all of a load anew.
LOOP_S, TURN_S, PULSE_S = 300.0, 3600.0, 5
MEASURE_S = 600
PUSH_BYTES = 2 * 1024 * 1024  # several of them are in memory at a time
PULL_S = 1  # a pull without news costs the portal half a millisecond
NO_SPACE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)
FIREBIRD_PAUSE_S, PERSON_PAUSE_S, LONGEST_PAUSE_S = 5, 30, 60

T = TypeVar("T")
log = logging.getLogger(__name__)


class NeedsPerson(Exception):
    """Nothing that waiting mends; the text says what to do."""


class Agent:
    """`run` until `stop`. `pace` scales every wait."""

    def __init__(self, settings: Settings, http: httpx.AsyncClient, *, pace: float = 1.0) -> None:
        self._settings = settings
        self._http = http
        self._pace = pace
        self._stopping = asyncio.Event()
        self._store = Store(settings.folder / "bridge.sqlite")
        self._replica = Replica(settings.folder / "client.sqlite")
        self._client = Client(
            self._replica,
            http,
            kind="bridge",
            name=f"Ponte {settings.mapping.portal.agent}"[:120],
            push_bytes=PUSH_BYTES,
        )
        self._reconciler = Reconciler(settings.mapping, http, self._store, pace)
        self._owner = f"{socket.gethostname()[:40]} {self._replica.client_id.hex[:12]}"
        self._due: dict[str, float] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._keeper = Keeper(settings, pace=pace) if settings.mapping.backup else None
        self._loop_pulse, self._turn_pulse = Pulse("laço", LOOP_S), Pulse("sincronização", TURN_S)
        self.health = Health()

    @property
    def pulses(self) -> list[Pulse]:
        """Of everything that must not hang."""
        return [self._loop_pulse, self._turn_pulse, *([self._keeper.pulse] if self._keeper else [])]

    def stop(self) -> None:
        """End after the batch that is under way. Any thread may ask, and a signal while the loop is busy."""
        if self._loop is None:
            self._stopping.set()
        else:
            self._loop.call_soon_threadsafe(self._stopping.set)

    async def run(self) -> None:
        """Raises `AlreadyRunning` when another process has this folder."""
        with only_one(self._settings.folder / LOCK):
            self._loop = asyncio.get_running_loop()
            notify(READY)
            if self._keeper is not None:
                self._keeper.start()
            beating = asyncio.create_task(self._beating())
            try:
                while not self._stopping.is_set():
                    await self._session()
            finally:
                notify(STOPPING)
                beating.cancel()
                if self._keeper is not None:
                    self._keeper.stop()
                self._say(State.STOPPED)
                self._keep_health()
                self._replica.close()
                self._store.close()

    async def _beating(self) -> None:
        while True:
            self._loop_pulse.beat()
            await asyncio.sleep(PULSE_S)

    async def _session(self) -> None:
        """As long as one connection to the base lives."""
        try:
            with firebird.connect(self._settings.address) as connection:
                await self._work(connection)
        except FirebirdDown as down:
            await self._pause(State.FIREBIRD_DOWN, str(down), FIREBIRD_PAUSE_S)
        except LockConflict as conflict:
            await self._pause(State.WORKING, str(conflict), 1)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in NO_SPACE:
                raise
            text = f"Não há espaço para gravar em {self._settings.folder}; libere espaço neste disco."
            await self._pause(State.DISK_FULL, text, PERSON_PAUSE_S)
        except Fenced as fenced:
            await self._pause(State.STANDBY, str(fenced), FIREBIRD_PAUSE_S)
        except (NeedsPerson, NotMonitorable, FirebirdProblem, LookupError) as problem:
            await self._pause(State.REFUSED, str(problem), PERSON_PAUSE_S)

    async def _work(self, connection: Connection) -> None:
        base = metadata.read(connection)
        watched = self._ready(connection, base)
        token = lease.acquire(connection, self._owner, LEASE_S)
        if token is None:
            await self._pause(State.STANDBY, "", FIREBIRD_PAUSE_S)
            return
        try:
            applying.purge(connection, token)
            mapping = self._settings.mapping
            size = mapping.portal.batch
            connect = partial(firebird.connect, self._settings.address)
            cycle = Cycle(connection, connect, watched, self._replica, self._client, self._store, token, size)
            while not self._stopping.is_set():
                await self._turn(cycle, watched)
        finally:
            await self._reconciler.stop()
            if not connection.is_broken:
                with suppress(FirebirdProblem):
                    lease.release(connection, token)

    def _ready(self, connection: Connection, base: Base) -> Watched:
        self.health.firebird = ".".join(map(str, base.version))
        errors = [one for one in check(self._settings.mapping, base) if one.severity is Severity.ERROR]
        if errors:
            raise NeedsPerson(f"O mapeamento não serve mais para o banco: {errors[0]}")
        if not meta.is_installed(connection):
            raise NeedsPerson("A ponte não está instalada neste banco: rode ilux-bridge instalar.")
        self._measure(connection)
        watched = watch(self._settings.mapping, base)
        self._look_at_triggers(connection, watched)
        return watched

    async def _turn(self, cycle: Cycle, watched: Watched) -> None:
        connection = cycle.connection
        try:
            if self._is_due("renew", RENEW_S):
                lease.renew(connection, cycle.token, LEASE_S)
            if self._is_due("look", LOOK_S):
                self._look_at_triggers(connection, watched)
            if self._is_due("measure", MEASURE_S):
                self._measure(connection)
            if cycle.needs_load():
                await self._load(cycle)
                if self._stopping.is_set():
                    return
            is_full = await self._unless_stopped(cycle.send())
            if self._is_due("pull", PULL_S):
                await self._unless_stopped(cycle.receive())
            if self._stopping.is_set():
                return
            await self._unless_stopped(self._reconciler.step(cycle))
        except StillInside as inside:
            await self._pause(State.WAITING_FOR_EXITS, str(inside), FIREBIRD_PAUSE_S, connection)
        except TryLater as later:
            pause = min(max(later.retry_after, FIREBIRD_PAUSE_S), LONGEST_PAUSE_S)
            await self._pause(State.PORTAL_DOWN, str(later), pause, connection)
        except LoginRequired:
            text = "O portal não aceita mais o token desta ponte; peça outro a quem cuida do portal."
            await self._pause(State.REFUSED, text, PERSON_PAUSE_S, connection)
        except Stopped as stopped:
            text = f"O portal recusou a conversa ({stopped.code})."
            await self._pause(State.REFUSED, text, PERSON_PAUSE_S, connection)
        else:
            self.health.last_cycle_at = heartbeat.instant(datetime.now(UTC))
            if self._is_due("note", NOTE_S):
                with connection.writing() as work:
                    lease.fence(work, cycle.token)
                    meta.note_sync(work)
            await self._beat(State.WORKING, connection)
            if not is_full:
                await self._sleep(self._settings.mapping.portal.interval)

    def _measure(self, connection: Connection) -> None:
        state = base_state.read(connection)
        self.health.base_bytes, self.health.epoch = state.bytes, state.epoch
        self.health.upkeep = replace(
            self.health.upkeep, is_stalled=state.is_stalled, transaction_gap=state.transaction_gap
        )

    async def _load(self, cycle: Cycle) -> None:
        """It takes minutes: meanwhile the lease is kept and the portal told; SIGTERM breaks it off."""
        await self._reconciler.stop()
        await self._beat(State.LOADING, cycle.connection)
        keeper = asyncio.create_task(self._keep(cycle))
        try:
            await self._unless_stopped(cycle.load())
        finally:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
        lease.renew(cycle.connection, cycle.token, LEASE_S)

    async def _unless_stopped(self, work: Coroutine[Any, Any, T]) -> T | None:
        """None when SIGTERM broke it off, where it waits for the portal: as if the answer had been lost."""
        task, stop = asyncio.create_task(work), asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
            return await task if task.done() else None
        finally:
            task.cancel()
            stop.cancel()
            await asyncio.gather(task, stop, return_exceptions=True)

    async def _keep(self, cycle: Cycle) -> None:
        """The load has a connection of its own, so that this one is free."""
        while True:
            await asyncio.sleep(RENEW_S * self._pace)
            self._turn_pulse.beat()
            with suppress(FirebirdProblem, Fenced):  # the load itself will meet it
                lease.renew(cycle.connection, cycle.token, LEASE_S)
                await self._beat(State.LOADING, cycle.connection)

    def _look_at_triggers(self, connection: Connection, watched: Watched) -> None:
        missing = installation.surprises(connection, watched.tables.values())
        if missing:
            raise NeedsPerson(
                f"Faltam ou mudaram os gatilhos de {', '.join(missing)}: rode ilux-bridge instalar."
            )
        with connection.reading() as work:
            errors = meta.read(work).errors
        if self._store.fact("errors") not in (None, errors):
            log.warning("gatilhos deixaram de anotar mudanças (%s): tudo será comparado", errors)
            want(self._store, "gatilhos")
        self._store.note("errors", errors)

    async def _pause(
        self, state: State, why: str, seconds: float, connection: Connection | None = None
    ) -> None:
        if (state, why) != (self.health.state, self.health.why):
            log.warning("%s: %s", state, why)
        await self._beat(state, connection, why)
        await self._sleep(seconds)

    async def _beat(self, state: State, connection: Connection | None, why: str = "") -> None:
        """To the portal at every half minute, and at once when the state is another."""
        is_news = self._say(state, why)
        self._turn_pulse.beat()
        if self._keeper is not None:
            known = self.health.upkeep
            self.health.upkeep = replace(
                self._keeper.upkeep, is_stalled=known.is_stalled, transaction_gap=known.transaction_gap
            )
        if not self._is_due("beat", BEAT_S) and not is_news:
            return
        if connection is not None:
            waiting = capture.waiting(connection)
            self.health.queue = waiting.count
            zone = self._settings.mapping.firebird.zone
            oldest = to_instant(waiting.oldest_at, zone) if waiting.oldest_at else None
            self.health.oldest_at = format_instant(oldest) if oldest else None
        self.health.reconciliation = self._reconciler.report
        errors = [str(letter) for letter in self._store.letters(heartbeat.MOST_ERRORS)]
        if await heartbeat.send(self._http, self.health, errors, VERSION):
            self.health.heard_at = heartbeat.instant(datetime.now(UTC))
        self._keep_health()

    def _say(self, state: State, why: str = "") -> bool:
        is_news = state is not self.health.state or why != self.health.why
        self.health.state, self.health.why = state, why
        return is_news

    def _keep_health(self) -> None:
        with suppress(sqlite3.OperationalError):  # on a full disk the portal still hears it
            self._store.note("health", self.health.as_fact())

    def _is_due(self, name: str, seconds: float) -> bool:
        now = time.monotonic()
        if now < self._due.get(name, 0.0):
            return False
        self._due[name] = now + seconds * self._pace
        return True

    async def _sleep(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds * self._pace)
