"""Ana's phone: the reference client, and what both ends hold."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import httpx

from offline_sync.client import Client
from offline_sync.ids import uuid7
from offline_sync.replica import Replica
from offline_sync.service import Service


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
