"""Technicians at work: the reference client, and everything that it saves and takes in written down."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import httpx

from offline_sync import messages
from offline_sync.client import Client, TryLater
from offline_sync.ids import uuid7
from offline_sync.messages import PullAnswer
from offline_sync.replica import Replica
from tests.e2e.portal import Portal
from tests.processes.history import Event, Joined, Key, Pulled, Pushed, Result, Row, Saved
from tests.processes.portals import Balancer

QUIET_S = 60  # in which a portal that is left alone must serve again


class WrittenReplica(Replica):
    """A replica that keeps the history of what went into it."""

    def __init__(self, path: Path, client: str, balancer: Balancer, history: list[Event]) -> None:
        super().__init__(path)
        self._client = client
        self._balancer = balancer
        self._history = history
        self._pages: list[PullAnswer] = []

    def pushed(self, lmid: int, results: Sequence[messages.Result]) -> None:
        super().pushed(lmid, results)
        self._history.append(Pushed(self._client, lmid, _results(results)))

    def drop_staged(self) -> None:
        super().drop_staged()
        self._pages.clear()

    def stage(self, answer: PullAnswer) -> None:
        super().stage(answer)
        self._pages.append(answer)

    def apply(self, answer: PullAnswer, epoch: UUID) -> None:
        super().apply(answer, epoch)
        rows = (row for page in (*self._pages, answer) for row in page.rows)
        pulled = Pulled(
            self._client,
            began=self._balancer.asked_at,
            ended=time.monotonic(),
            reset=answer.reset,
            cursor=answer.cursor,
            lmid=answer.lmid,
            rows=tuple(Row(kind, str(row_id), ver, bytes(body).decode()) for kind, row_id, ver, body in rows),
            gone=tuple((kind, str(row_id)) for kind, row_id in answer.gone),
            results=_results(answer.results),
        )
        self._history.append(pulled)
        self._pages.clear()

    def holds(self) -> frozenset[tuple[Key, int]]:
        rows = self._db.execute("select kind, id, ver from base")
        return frozenset(((kind, row_id), ver) for kind, row_id, ver in rows)


@dataclass(frozen=True)
class Account:
    """Who works, with which session, on which order of their own."""

    client: str
    reseller: str
    token: str
    order_id: UUID


class Technician:
    """Notes, events and part requests on an order and a visit of their own; each leaves a mark."""

    def __init__(
        self, account: Account, portals: Sequence[Portal], folder: Path, seed: int, history: list[Event]
    ) -> None:
        self.account = account
        self._dice = random.Random(f"{seed} {account.client}")
        self._history = history
        self._visit_id = uuid7()
        self._http = httpx.AsyncClient(
            transport=(balancer := Balancer(portals, self._dice)),
            base_url="http://127.0.0.1:1",  # the balancer knows the ports
            headers={"authorization": f"Bearer {account.token}"},
            timeout=15,
        )
        self.replica = WrittenReplica(folder / account.client, account.client, balancer, history)
        self.client = Client(self.replica, self._http, kind="phone", name=f"Moto G de {account.client}")
        self.saved = 0
        self.troubles: Counter[str] = Counter()
        history.append(Joined(account.client, account.reseller))

    async def work(self, is_over: asyncio.Event) -> None:
        """Saves and syncs; what fails is tried again at the next round."""
        while not is_over.is_set():
            for _ in range(self._dice.randint(0, 3)):
                self._act()
            try:
                await self.client.sync()
            except TryLater as error:
                self.troubles[str(error)] += 1
                await asyncio.sleep(0.2)
            await asyncio.sleep(self._dice.uniform(0, 0.1))

    async def come_to_rest(self) -> None:
        """Once nothing disturbs any more: everything up, everything down."""
        deadline = time.monotonic() + QUIET_S
        while True:
            try:
                await self.client.sync()
            except TryLater:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.2)
            else:
                break

    async def close_line(self) -> None:
        await self._http.aclose()

    def _act(self) -> None:
        """The first one makes the visit."""
        mark, order_id = str(uuid4()), str(self.account.order_id)
        of_visit = {"visit_id": str(self._visit_id), "order_id": order_id}
        row: Key = ("visit", str(self._visit_id))
        match self._dice.choice(("note", "event", "parts")) if self.saved else "event":
            case "note":
                row = ("order", order_id)
                seq = self.replica.record("add_note", {"note_id": mark, "order_id": order_id, "body": mark})
            case "event":
                kind = self._dice.choice(("travel_started", "arrived", "work_started"))
                seq = self.replica.record("record_visit_event", {"event_id": mark, **of_visit, "kind": kind})
            case _:
                item = {"id": mark, "description": "Rolo", "quantity": 1}
                seq = self.replica.record("request_parts", {**of_visit, "items": [item]})
        self.saved += 1
        self._history.append(Saved(self.account.client, seq, row, mark))


def _results(results: Sequence[messages.Result]) -> tuple[Result, ...]:
    return tuple(Result(result.seq, str(result.uid), result.status) for result in results)
