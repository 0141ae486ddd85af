"""One turn of the bridge: changes go up, and are forgotten in the base once the portal has them; wishes come.

The order makes every crash harmless. A change is in the base's outbox until its mutation has a result; a
mutation is in the client's file from before it is sent; a wish is answered from SYNC_INBOX when it comes
again. What is said twice changes nothing at either end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ilux_bridge import applying, load, sending
from ilux_bridge.firebird import Connection
from ilux_bridge.outbox import capture, lease, meta
from ilux_bridge.outbox.capture import Batch
from ilux_bridge.outbox.meta import Mark
from ilux_bridge.problems import LockConflict
from ilux_bridge.reconciliation import rows
from ilux_bridge.reconciliation.wanted import want
from ilux_bridge.store import Letter, Store
from ilux_bridge.watched import Watched
from offline_sync.client import Client
from offline_sync.replica import Replica

MESSAGE = "ilux_message"
PARKED_AFTER = 20  # turns in which somebody in ILUX held the row
LOADED, REWOUND = "loaded", "rewound"


@dataclass(slots=True)
class Cycle:
    """`token` is the lease's. Lives as long as one connection to the base; `connect` makes another one."""

    connection: Connection
    connect: Callable[[], Connection]
    watched: Watched
    replica: Replica
    client: Client
    store: Store
    token: int
    batch_size: int = 2000
    _in_flight: tuple[Batch, list[int]] | None = None
    _answered: set[str] = field(default_factory=set)
    _waited: dict[str, int] = field(default_factory=dict)

    async def send(self) -> bool:
        """Whether there may be more at once. Raises what the client raises: then call it again."""
        if self._in_flight is None:
            if self.replica.pending(1):  # of before a crash: first what was recorded first
                await self.client.sync()
            batch = capture.read(self.connection, self.watched.tables, self.batch_size)
            if not batch.seqs:
                return False
            self._in_flight = batch, sending.record(batch, self.watched, self.replica, self.store)
        batch, numbers = self._in_flight
        if numbers:
            await self.client.sync()
        sending.note_results(numbers, self.replica, self.store)
        capture.acknowledge(self.connection, batch.seqs, self.token)
        self._in_flight = None
        self.store.mark = Mark(batch.epoch, batch.seqs[-1])
        return batch.is_full

    async def receive(self) -> int:
        """How many wishes of the portal were answered."""
        await self.client.sync()
        messages = sorted(self.replica.rows(MESSAGE).values(), key=lambda one: (one["n"], one["id"]))
        held: set[str] = set()
        late: dict[str, list[str]] = {}
        answered = 0
        for message in messages:
            row = f"{message['entity']} {message['key']}"
            if message["id"] in self._answered or (message["key"] and row in held):
                continue
            # Each may wait for somebody in ILUX: whoever stops the bridge waits for one of them.
            await asyncio.sleep(0)
            receipt = self._applied(message)
            if receipt is None:
                held.add(row)
                continue
            self.replica.record("ilux_receipt", receipt.arguments(message))
            self._answered.add(message["id"])
            answered += 1
            if receipt.is_repeated and (key := receipt.key(message)):
                late.setdefault(message["entity"], []).append(key)
        if answered:
            await self.client.sync()
        for entity, keys in late.items():
            if self.watched.feeding(entity):
                await self.resend(entity, keys)
        self._answered &= {str(row_id) for row_id in self.replica.rows(MESSAGE)}
        return answered

    def needs_load(self) -> bool:
        """Never done for these triggers, asked for by a person, or the base is an older copy of itself."""
        now = self._meta()
        mark = self.store.mark
        if mark is not None and mark.epoch == now.epoch and meta.is_rewound(mark, now):
            self.store.note(REWOUND, True)
            with self.connection.writing() as work:
                lease.fence(work, self.token)
                meta.begin_epoch(work)
            want(self.store, "base restaurada")
            return True
        return bool(self.store.fact(LOADED) != _state(now))

    async def load(self) -> None:
        """Raises `StillInside`; broken off, `needs_load` still says so."""
        if self.replica.pending(1):
            await self.client.sync()
        state = _state(self._meta())
        async with _Ahead(self.replica, self.client) as ahead:
            with self.connect() as connection:
                numbers = await load.record(
                    connection,
                    self.watched,
                    self.replica,
                    self.store,
                    ahead.breathe,
                    is_rewound=bool(self.store.fact(REWOUND)),
                )
            self.store.note(LOADED, state)  # from here on it is in the client's file, and will be sent
            self.store.note(REWOUND, False)
        await self.client.sync()
        sending.note_results(numbers, self.replica, self.store)

    async def resend(self, entity: str, keys: Sequence[str]) -> None:
        """These rows as they are now, to be written even where the portal believes that it has them.

        Between two turns: what changes after they were read is in the outbox, and follows.
        """
        found, _ = rows.now(self.connection, self.watched, self.store, entity, keys)
        numbers = [
            self.replica.record("ilux_rows", {"rows": piece, "anew": True})
            for piece in sending.pieces(found.values(), self.store)
        ]
        await self.client.sync()
        sending.note_results(numbers, self.replica, self.store)

    def _applied(self, message: dict[str, Any]) -> applying.Receipt | None:
        try:
            receipt = applying.apply(self.connection, self.watched, message, self.token)
        except LockConflict as conflict:
            waited = self._waited[message["id"]] = self._waited.get(message["id"], 0) + 1
            self.store.put_letter(
                Letter("escrita", message["id"], "locked", message["entity"], str(conflict))
            )
            if waited < PARKED_AFTER:
                return None
            receipt = applying.Receipt("refused", reason="O registro ficou aberto no ILUX; tente de novo.")
        self._waited.pop(message["id"], None)
        self.store.drop_letter("escrita", message["id"])
        return receipt

    def _meta(self) -> meta.Meta:
        with self.connection.reading() as work:
            return meta.read(work)


class _Ahead:
    """Sends what is in the client's file already, while more is put there."""

    def __init__(self, replica: Replica, client: Client) -> None:
        self._replica = replica
        self._client = client
        self._sending: asyncio.Task[None] | None = None

    async def breathe(self) -> None:
        """A portal that is away does not matter yet: what could not be sent is sent afterwards."""
        if self._sending is not None and self._sending.done():
            self._sending.exception()
            self._sending = None
        if self._sending is None and self._replica.pending(1):
            self._sending = asyncio.create_task(self._client.sync())
        await asyncio.sleep(0)

    async def __aenter__(self) -> _Ahead:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """The request that is under way gets its answer, unless the load is broken off."""
        if self._sending is not None:
            if kind is not None:
                self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)


def _state(now: meta.Meta) -> str:
    return f"{now.epoch} {now.armed_at}"
