"""A server that came back from a backup gets back from its clients what the backup missed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from offline_sync.client import TryLater
from offline_sync.ids import uuid7
from offline_sync.service import Service
from offline_sync.store import clients
from tests.offline_sync.client.phones import base_of, phone, restore, server_notes, write
from tests.offline_sync.conftest import Clock
from tests.offline_sync.todo import TodoLists


async def test_a_restored_server_gets_back_what_its_backup_missed(
    line: httpx.AsyncClient, service: Service, tmp_path: Path, clock: Clock
) -> None:
    ana = phone(tmp_path / "ana", line)
    write(ana, "na cópia")
    await ana.sync()
    async with service.db.transaction() as conn:
        await clients.mark_durable(conn, [(ana.replica.client_id, 1)])
    write(ana, "depois da cópia")
    await ana.sync()
    await restore(service, clock, to_lmid=1)
    write(ana, "depois da volta")
    await ana.sync()
    texts = {"na cópia", "depois da cópia", "depois da volta"}
    assert set((await server_notes(service)).values()) == set(base_of(ana).values()) == texts
    assert ana.replica.epoch == await service.epoch()
    assert ana.replica.waiting() == []


async def test_a_client_that_the_backup_never_knew_comes_back_whole(
    line: httpx.AsyncClient, service: Service, tmp_path: Path, clock: Clock
) -> None:
    ana = phone(tmp_path / "ana", line)
    written = {write(ana, "um"), write(ana, "dois")}
    await ana.sync()
    async with service.db.transaction() as conn:
        for table in ("todo_note", "sync_mutation", "sync_view", "sync_client"):
            await conn.execute(f"delete from {table}")
        await clients.start_epoch(conn, uuid4(), clock())
    service._epoch.clear()
    written.add(write(ana, "três"))
    await ana.sync()
    assert set(await server_notes(service)) == set(base_of(ana)) == written


async def test_files_and_tracks_wait_for_a_server_that_forgot_the_client_to_know_it_again(
    line: httpx.AsyncClient, service: Service, todo: TodoLists, tmp_path: Path, clock: Clock
) -> None:
    """Their lanes run before the data's does, which enrols again; nobody need help them."""
    ana = phone(tmp_path / "ana", line)
    await ana.sync()
    async with service.db.transaction() as conn:
        for table in ("sync_view", "sync_client"):
            await conn.execute(f"delete from {table}")
        await clients.start_epoch(conn, uuid4(), clock())
    service._epoch.clear()
    content, stream = b"a note on paper", uuid7()
    ana.replica.add_blob(hashlib.sha256(content).hexdigest(), content, "text/plain")
    ana.replica.add_chunk(stream, 0, [[1, -27.5, -48.5, 5, None]])
    for lane in (ana.send_files, ana.send_tracks):
        with pytest.raises(TryLater, match="client_unknown"):
            await lane()
    await ana.sync()
    for lane in (ana.send_files, ana.send_tracks):
        await lane()
    assert list(ana.replica.unsent_blobs()) == []
    assert ana.replica.unsent_chunks() == {}
    assert todo.tracks == [stream]


async def test_one_cycle_gives_a_restored_server_everything_back(
    line: httpx.AsyncClient, service: Service, tmp_path: Path, clock: Clock
) -> None:
    """Nothing waits when the cycle begins: only its pull learns that the server is another one."""
    ana = phone(tmp_path / "ana", line)
    write(ana, "na cópia")
    write(ana, "depois da cópia")
    await ana.sync()
    await restore(service, clock, to_lmid=1)
    await ana.sync()
    assert sorted((await server_notes(service)).values()) == ["depois da cópia", "na cópia"]
    assert ana.replica.waiting() == []
