"""Ana's phone: the reference client, and what both ends hold."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

import httpx
import msgspec

from offline_sync.client import Client
from offline_sync.ids import uuid7
from offline_sync.replica import Replica
from offline_sync.service import Service
from offline_sync.store import clients
from tests.offline_sync.conftest import Clock


def http(address: str, name: str = "ana", wire: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=address, headers={"authorization": f"Bearer {name}"}, transport=wire, timeout=20
    )


def phone(path: Path, line: httpx.AsyncClient) -> Client:
    return Client(Replica(path), line, kind="phone", name="Telefone da Ana")


def write(client: Client, text: str) -> UUID:
    note_id = uuid7()
    client.replica.record("write_note", {"id": str(note_id), "text": text})
    return note_id


async def server_notes(service: Service) -> dict[UUID, str]:
    async with service.db.reading() as conn:
        return {row[0]: row[1] for row in await conn.fetch("select id, text from todo_note")}


def base_of(client: Client) -> dict[UUID, str]:
    return {note_id: body["text"] for note_id, body in client.replica.rows("note").items()}


async def restore(service: Service, clock: Clock, *, to_lmid: int) -> None:
    """As a restore from backup leaves it: the later mutations never happened, and the epoch is new."""
    async with service.db.transaction() as conn:
        later = await conn.fetch("select received_json from sync_mutation where seq > $1", to_lmid)
        for (received,) in later:
            note_id = msgspec.json.decode(received)["args"]["id"]
            await conn.execute("delete from todo_note where id = $1", UUID(note_id))
        await conn.execute("delete from sync_mutation where seq > $1", to_lmid)
        await conn.execute("delete from sync_view")
        await conn.execute(
            "update sync_client set lmid = $1, acked = 0, cvr = 0, forgotten = 0, pulse = null,"
            " checksums = '{}'",
            to_lmid,
        )
        await clients.start_epoch(conn, uuid4(), clock())
    service._epoch.clear()
