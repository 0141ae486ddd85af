"""Live updates: content-free topics, told to whoever listens once the publishing transaction is committed.

This process's listeners are told at once. On PostgreSQL the other processes are told by a NOTIFY after the
commit, many topics at a time: inside the transaction it would make all commits wait in one line. A lost poke
costs time only: pages and phones ask again by themselves.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from contextvars import Context
from types import FrameType
from typing import Any
from uuid import uuid4

import asyncpg
import structlog

from piccolo_conf import DB
from server.database import platform
from server.database.transaction import current_of
from server.web.metrics import LISTENERS

log = structlog.get_logger("pws.live")

CHANNEL = "pws_live"
ME = uuid4().hex  # a process does not listen to itself
RECONNECT_SECONDS = 2.0
connect: Any = asyncpg.connect  # untyped upstream
FAILURES: Any = (asyncpg.PostgresError, asyncpg.InterfaceError)  # type: ignore[attr-defined]


class Hub:
    """The listeners of this process. A listener's queue holds each topic once, however often it was told."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = defaultdict(set)
        self._is_closing = False

    def tell(self, topic: str) -> None:
        for listener in tuple(self._listeners.get(topic, ())):
            listener.tell(topic)

    def tell_all(self) -> None:
        """After a gap in what was heard: everybody looks again."""
        for topic in tuple(self._listeners):
            self.tell(topic)

    @contextlib.contextmanager
    def listening(self, *topics: str) -> Iterator[Listener]:
        """A listener for the length of the block."""
        listener = Listener()
        if self._is_closing:
            listener.close()
        for topic in topics:
            self._listeners[topic].add(listener)
        LISTENERS.inc()
        try:
            yield listener
        finally:
            LISTENERS.dec()
            for topic in topics:
                self._listeners[topic].discard(listener)
                if not self._listeners[topic]:
                    del self._listeners[topic]

    def open(self) -> None:
        self._is_closing = False

    def close(self) -> None:
        """End every stream, so that the server can stop without waiting for its readers."""
        self._is_closing = True
        for listeners in tuple(self._listeners.values()):
            for listener in tuple(listeners):
                listener.close()


class Listener:
    """What one stream has not been told yet."""

    def __init__(self) -> None:
        self._topics: dict[str, None] = {}
        self._woken = asyncio.Event()
        self.is_closed = False

    def tell(self, topic: str) -> None:
        self._topics[topic] = None
        self._woken.set()

    def close(self) -> None:
        self.is_closed = True
        self._woken.set()

    async def next(self, patience: float) -> str | None:
        """The next topic; None after `patience` seconds without one, or when closed."""
        if not self._topics and not self.is_closed:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), patience)
        self._woken.clear()
        if self.is_closed or not self._topics:
            return None
        topic = next(iter(self._topics))
        del self._topics[topic]
        if self._topics:
            self._woken.set()
        return topic


HUB = Hub()


async def publish(*topics: str) -> None:
    """Tell the listeners of these topics after the current transaction's commit, or never."""
    current = current_of(DB)
    if current is None:
        raise RuntimeError("publish belongs in the transaction that changes what it tells of")
    root = current.root
    if not root.topics:
        root.on_commit(lambda: OTHERS.tell(root.topics))
    root.topics.update(dict.fromkeys(topics))


class Others:
    """The other processes. What is told while a NOTIFY is under way goes with the next one."""

    def __init__(self) -> None:
        self._topics: dict[str, None] = {}
        self._task: asyncio.Task[None] | None = None
        self.is_patient = False

    async def tell(self, topics: Iterable[str]) -> None:
        for topic in topics:
            HUB.tell(topic)
        if DB.dialect != "postgres":
            return
        self._topics.update(dict.fromkeys(topics))
        if not self.is_patient:  # a command of the console ends after this
            await self._notify()
        elif self._task is None or self._task.done():
            self._task = asyncio.create_task(self._notify(), context=Context())

    async def finish(self) -> None:
        """What was told last is sent before the pool closes."""
        self.is_patient = False
        if self._task is not None:
            await self._task

    async def _notify(self) -> None:
        while self._topics:
            told, self._topics = list(self._topics), {}
            try:
                with platform():
                    await DB.fetch(
                        "SELECT pg_notify($1, $2 || topic) FROM unnest($3::text[]) topic", CHANNEL, ME, told
                    )
            except (OSError, *FAILURES) as error:
                log.warning("others_not_told", error=str(error))


OTHERS = Others()


async def subscribe(*topics: str) -> AsyncIterator[str]:
    """Each topic as it is told, until the server stops."""
    with HUB.listening(*topics) as listener:
        while not listener.is_closed:
            topic = await listener.next(3600)
            if topic is not None:
                yield topic


@asynccontextmanager
async def live_updates() -> AsyncIterator[None]:
    """Hear what other processes publish while the server runs."""
    HUB.open()
    OTHERS.is_patient = True
    task = asyncio.create_task(_listen()) if DB.dialect == "postgres" else None
    try:
        with _closing_on_signal():
            yield
    finally:
        HUB.close()
        await OTHERS.finish()
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


@contextlib.contextmanager
def _closing_on_signal() -> Iterator[None]:
    """A server told to stop waits for its open streams before it ends the lifespan: the signal ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def stop(received: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(HUB.close)
        handler = before[signal.Signals(received)]
        if callable(handler):
            handler(received, frame)

    for number, handler in before.items():
        if callable(handler):  # the server has its own; without one the process just ends
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is stop:
                signal.signal(number, handler)


async def _listen() -> None:
    """Hold one LISTEN connection, and a new one whenever it breaks."""
    while True:
        try:
            await _listen_once()
        except (OSError, *FAILURES) as error:
            log.warning("live_updates_interrupted", error=str(error))
        await asyncio.sleep(RECONNECT_SECONDS)


def _hear(payload: str) -> None:
    sender, topic = payload[: len(ME)], payload[len(ME) :]
    if sender != ME:
        HUB.tell(topic)


async def _listen_once() -> None:
    """Until the connection ends."""
    connection = await connect(DB.config["dsn"])  # type: ignore[union-attr]
    try:
        ended = asyncio.Event()
        connection.add_termination_listener(lambda _: ended.set())
        await connection.add_listener(CHANNEL, lambda *heard: _hear(heard[3]))
        HUB.tell_all()
        await ended.wait()
    finally:
        await connection.close(timeout=2)
