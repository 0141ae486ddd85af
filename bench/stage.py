"""What an operation is run on: a server with phones that know it, portal or floor alike."""

from __future__ import annotations

import asyncio
import json
import sys
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bench import floor
from bench.base import HOME, Base
from bench.phones import FloorPhone, Phone, PortalPhone, Traffic, check
from bench.process import Server, serving
from bench.sql import run_sql


@dataclass(slots=True)
class Stage(ABC):
    """`newcomer` makes a phone that the server knows and that has pulled nothing yet."""

    name: str
    server: Server
    base: Base
    http: aiohttp.ClientSession
    traffic: Traffic = field(default_factory=Traffic)
    sample: list[list[Any]] = field(default_factory=list)
    fill: str = '"fill":""'

    @abstractmethod
    async def newcomers(self, count: int) -> list[Phone]: ...

    @abstractmethod
    async def change(self, phone: Phone, count: int) -> set[tuple[str, str]]:
        """Change so many rows of what the phone sees; which ones."""


class PortalStage(Stage):
    async def rows_of(self, phone: Phone) -> list[list[Any]]:
        """The rows of a first pull, as they came."""
        assert isinstance(phone, PortalPhone)
        return list((await phone.ask())["rows"])

    async def newcomers(self, count: int) -> list[Phone]:
        people = self.base.people
        phones = [
            PortalPhone(self.http, people[number % len(people)], self.traffic) for number in range(count)
        ]
        for start in range(0, count, 50):
            await asyncio.gather(*(phone.enrol() for phone in phones[start : start + 50]))
        return list(phones)

    async def change(self, phone: Phone, count: int) -> set[tuple[str, str]]:
        tables = {"order": "service_order", "customer": "customer", "equipment": "equipment"}
        chosen = [key for key in sorted(phone.rows) if key[0] in tables][:count]
        for kind, table in tables.items():
            ids = [row_id for row_kind, row_id in chosen if row_kind == kind]
            if ids:
                marks = ", ".join(f"'{row_id}'" for row_id in ids)
                await run_sql(self.base.database_url, f"UPDATE {table} SET ver = ver WHERE id IN ({marks})")
        return set(chosen)

    async def nothing_lost_or_doubled(self, phones: list[Phone], count: int) -> None:
        """Every phone's mutations are kept once each, and so are the events and notes that they made."""
        ours = {phone.client_id for phone in phones}
        rows = await run_sql(
            self.base.database_url,
            "SELECT client_id, seq, name, received_json FROM sync_mutation WHERE status = 'applied'",
        )
        kept = [row for row in rows if str(row[0]) in ours]
        numbers = sorted((str(row[0]), row[1]) for row in kept)
        check(
            numbers == sorted((one, seq) for one in ours for seq in range(1, count + 1)), "each number once"
        )
        made = {json.loads(row[3])["args"][_MADE[row[2]]] for row in kept}
        there = {
            str(row[0])
            for table in ("visit_event", "order_event")
            for row in await run_sql(self.base.database_url, f"SELECT id FROM {table}")
        }
        check(len(made) == len(kept) and made <= there, "each act took effect")

    @asynccontextmanager
    async def pokes_of(self, phone: Phone) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        """What waits for the next poke."""
        headers = {"Authorization": f"Bearer {phone.person.token}"}
        address = f"/sync/v1/poke?client_id={phone.client_id}"
        async with self.http.get(address, headers=headers) as response:

            async def next_poke() -> None:
                while (await response.content.readline()).strip() != b"event: poke":
                    pass

            yield next_poke


_MADE = {"record_visit_event": "event_id", "add_note": "note_id"}


class FloorStage(Stage):
    def take_sample(self, rows: list[list[Any]]) -> None:
        """What the portal answered to a first pull: the floor answers the same."""
        self.sample = rows

    async def newcomers(self, count: int) -> list[Phone]:
        phones = [
            FloorPhone(self.http, self.base.people[0], self.traffic, fill=self.fill) for _ in range(count)
        ]
        devices = [(phone.client_id, 0, 1 if self.sample else 0) for phone in phones]
        rows = [
            (phone.client_id, row[1], 1, json.dumps(row, ensure_ascii=False, separators=(",", ":")))
            for phone in phones
            for row in self.sample
        ]
        await run_sql(
            self.base.floor_url, "insert into floor_device (id, lmid, cvr) values ($1, $2, $3)", devices
        )
        await run_sql(
            self.base.floor_url,
            "insert into floor_row (device, id, patch, body) values ($1, $2, $3, $4)",
            rows,
        )
        return list(phones)

    async def change(self, phone: Phone, count: int) -> set[tuple[str, str]]:
        chosen = self.sample[:count]
        patch = phone.cursor + 1
        await run_sql(
            self.base.floor_url,
            "update floor_row set patch = $3 where device = $1 and id = $2",
            [(phone.client_id, row[1], patch) for row in chosen],
        )
        await run_sql(
            self.base.floor_url, "update floor_device set cvr = $2 where id = $1", [(phone.client_id, patch)]
        )
        return {(row[0], row[1]) for row in chosen}


@asynccontextmanager
async def stages(
    base: Base, processes: int, database_pid: int | None, log: Path
) -> AsyncIterator[tuple[PortalStage, FloorStage]]:
    """Both servers, started as a user would and as bare as can be."""
    portal_command = [
        sys.executable,
        "-m",
        "server.cli",
        "serve",
        "--port",
        "{port}",
        "--workers",
        str(processes),
    ]
    floor_command = [
        sys.executable,
        "-m",
        "uvicorn",
        "bench.floor:app",
        "--port",
        "{port}",
        "--no-access-log",
    ]
    floor_command += ["--workers", str(processes), "--log-level", "warning"]
    for statement in floor.SCHEMA:
        await run_sql(base.floor_url, statement)
    environment = base.environment()
    floor_environment = environment | {
        "FLOOR_URL": base.floor_url,
        "FLOOR_FILES": str(HOME / "run" / "floor"),
    }
    async with (
        serving(portal_command, environment, database_pid, log.with_suffix(".portal.log")) as portal,
        serving(floor_command, floor_environment, database_pid, log.with_suffix(".floor.log")) as bare,
        _session(portal) as portal_http,
        _session(bare) as bare_http,
    ):
        yield (
            PortalStage("portal", portal, base, portal_http),
            FloorStage("floor", bare, base, bare_http),
        )


def _session(server: Server) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        server.address,
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=3),
        timeout=aiohttp.ClientTimeout(total=120),
        auto_decompress=False,
    )
