"""The bridge, put together as the agent does it, with both ends at hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

import ilux_bridge.reference
from ilux_bridge import metadata
from ilux_bridge.cycle import Cycle
from ilux_bridge.firebird import Connection
from ilux_bridge.mapping import file
from ilux_bridge.mapping.check import check, has_errors
from ilux_bridge.mapping.mapped import MappingFile
from ilux_bridge.outbox import installation, lease
from ilux_bridge.store import Store
from ilux_bridge.watched import watch
from offline_sync.client import Client
from offline_sync.replica import Replica
from server.bridge.accounts import add_bridge
from tests.bridge.office import Office as Ilux
from tests.desk.office import Office
from tests.web.portal import ORIGIN

MAPPING = Path(ilux_bridge.reference.__file__).with_name("ilux.toml")


def reference() -> MappingFile:
    return read_mapping(MAPPING)


def read_mapping(path: Path) -> MappingFile:
    mapping = file.read(path.read_text())
    assert isinstance(mapping, MappingFile), str(mapping)
    return mapping


@dataclass
class End:
    ilux: Ilux
    office: Office
    folder: Path
    http: httpx.AsyncClient
    clerk: Connection
    cycle: Cycle
    mapping: MappingFile

    async def turn(self) -> None:
        """Until nothing moves any more."""
        await self.cycle.send()
        await self.cycle.receive()
        await self.cycle.send()

    def restart(self) -> None:
        """As after a crash: nothing but the files and the base is left."""
        self.cycle.replica.close()
        self.cycle.store.close()
        self.cycle = begin(self.ilux, self.http, self.folder, self.mapping)


def begin(ilux: Ilux, http: httpx.AsyncClient, folder: Path, mapping: MappingFile) -> Cycle:
    connection = ilux.owner()
    base = metadata.read(connection)
    found = check(mapping, base)
    assert not has_errors(found), "\n".join(map(str, found))
    watched = watch(mapping, base)
    installation.install(connection, list(watched.tables.values()))
    token = lease.acquire(connection, "teste", 300)
    assert token is not None
    replica = Replica(folder / "client.sqlite")
    client = Client(replica, http, kind="bridge", name="Servidor ILUX")
    return Cycle(connection, ilux.owner, watched, replica, client, Store(folder / "bridge.sqlite"), token)


@asynccontextmanager
async def meet(
    ilux: Ilux, office: Office, folder: Path, mapping: MappingFile | None = None
) -> AsyncIterator[End]:
    """ILUX's own mapping, if none is given."""
    mapping = mapping or reference()
    token = await add_bridge("ilha", now=datetime.now(UTC), settings=office.settings)
    headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
    async with httpx.AsyncClient(
        transport=office.transport, base_url=ORIGIN, headers=headers, timeout=60
    ) as http:
        cycle = begin(ilux, http, folder, mapping)
        end = End(ilux, office, folder, http, ilux.clerk(), cycle, mapping)
        yield end
        end.cycle.replica.close()
        end.cycle.store.close()


def row_count(connection: Connection, sql: str, *arguments: Any) -> int:
    with connection.reading() as work:
        row = work.one(sql, *arguments)
    assert row is not None
    return int(row[0])
