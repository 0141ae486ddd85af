"""The server of a history: the portal's own routes over a real database, which can be killed and restored."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from uuid import UUID, uuid4

import httpx
from obstore.store import MemoryStore

from offline_sync.messages import Limits
from offline_sync.service import Service
from offline_sync.store import clients
from piccolo_conf import DB
from server.accounts.actor import Actor, Role
from server.database import platform
from server.sync.poke import poke
from tests.model.backup import Vault
from tests.model.recording import RecordingApplication
from tests.model.sabotage import Saboteur, ServerKilled
from tests.model.witness import Witness
from tests.offline_sync.server import People, create_app
from tests.service_orders.world import World, found_reseller
from tests.sync_technician.phone import Clock

# Small enough that a short history meets pages, halved batches and files in pieces.
LIMITS = Limits(pull_rows=6, push_bytes=8_000, track_chunks=2, file_chunk_bytes=400)
_numbers = count(1)


class Portal:
    """`home` is where the phones are; `away` is the other reseller, of which they must never hear."""

    def __init__(self, vault: Vault, saboteur: Saboteur, seen: Counter[str]) -> None:
        self.vault, self.saboteur, self.seen = vault, saboteur, seen
        self.clock = Clock()
        self.clock.time = datetime.now(UTC)
        self.files = MemoryStore()
        self.people = People()
        self.held: list[httpx.Request] = []
        self.backed_up: dict[UUID, int] = {}
        self.restores = 0
        self.restart()
        self._app = create_app(self.service, self.people)
        self._line = httpx.ASGITransport(self._app)

    async def open(self) -> None:
        """Two resellers of this history's own, so that no history can disturb another."""
        number = next(_numbers)
        self.home: World = await found_reseller(f"casa{number}")
        self.away: World = await found_reseller(f"fora{number}")
        for place, world in (("casa", self.home), ("fora", self.away)):
            for actor in (world.tiago, world.vera):
                self.people.by_name[f"{place}-{actor.name}"] = actor
        self.admin = replace(self.home.ana, role=Role.ADMIN, company_ids=frozenset())
        self.witness = Witness(self)
        await self.rotate_epoch()

    def actor(self, token: str) -> Actor:
        place, _, name = token.partition("-")
        world = self.home if place == "casa" else self.away
        return world.tiago if name == "Tiago" else world.vera

    def restart(self) -> None:
        """As a new process: what was only in memory is gone."""
        self.service = Service(
            DB, self.files, {"phone": RecordingApplication(self.clock)}, LIMITS, now=self.clock, poke=poke
        )
        if hasattr(self, "_app"):
            self._app.state["sync"] = self.service

    async def ask(self, request: httpx.Request) -> httpx.Response:
        """The answer, as the server gave it; raises ServerKilled when it died before that."""
        self.witness.heard(request)
        try:
            answer = await self._line.handle_async_request(request)
        except ServerKilled:
            self.restart()
            raise
        await answer.aread()
        with self.saboteur.resting():
            await self.witness.saw(request, answer)
        return answer

    async def deliver_held(self) -> None:
        """Requests that their senders gave up long ago reach the server now; nobody hears the answers."""
        held, self.held = self.held, []
        for request in held:
            self.seen["held request delivered"] += 1
            try:
                await self.ask(request)
            except ServerKilled:
                self.held.append(request)

    async def back_up(self) -> None:
        self.backed_up = dict(await self._lmids())
        await self.vault.save([self.home.reseller_id, self.away.reseller_id])

    async def verify_backup(self) -> None:
        """What the backup holds is durable; phones may forget it."""
        with platform():
            async with DB.transaction() as conn:
                await clients.mark_durable(conn, list(self.backed_up.items()))

    async def _lmids(self) -> list[tuple[UUID, int]]:
        with platform():
            async with DB.reading() as conn:
                rows = await conn.fetch("select id, lmid from sync_client")
        return [(row[0], row[1]) for row in rows]

    async def restore(self) -> None:
        await self.vault.restore()
        self.restores += 1
        self.witness.forget()
        await self.rotate_epoch()

    async def rotate_epoch(self) -> None:
        with platform():
            async with DB.transaction() as conn:
                await clients.start_epoch(conn, uuid4(), self.clock())
        self.restart()
