"""Files and tracks, each on its own way beside the data."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from offline_sync.client import Stopped, TryLater
from offline_sync.ids import uuid7
from offline_sync.messages import Limits
from offline_sync.service import Service
from server.web.live import live_updates
from tests.offline_sync.client.phones import base_of, http, phone, write
from tests.offline_sync.server import People, create_app, serving
from tests.offline_sync.todo import TodoLists


async def test_files_and_tracks_go_their_own_ways(
    line: httpx.AsyncClient, todo: TodoLists, tmp_path: Path
) -> None:
    ana = phone(tmp_path / "ana", line)
    await ana.sync()
    good, bad, stream = b"a note on paper", b"forbidden", uuid7()
    for content in (bad, good):
        ana.replica.add_blob(hashlib.sha256(content).hexdigest(), content, "text/plain")
    ana.replica.add_chunk(stream, 0, [[1, -27.5, -48.5, 5, None]])
    todo.broken.add("bomba")
    write(ana, "bomba")
    with pytest.raises(TryLater, match="failed"):
        await ana.sync()
    await ana.send_tracks()
    with pytest.raises(Stopped, match="file_type_refused"):
        await ana.send_files()
    assert ana.replica.unsent_chunks() == {}
    assert [blob.content for blob in ana.replica.unsent_blobs()] == [bad]
    assert todo.tracks == [stream]


async def test_an_upload_that_the_server_forgot_is_begun_anew_in_the_same_cycle(
    line: httpx.AsyncClient, service: Service, tmp_path: Path
) -> None:
    note = b"a note on paper"
    ana = phone(tmp_path / "ana", line)
    await ana.sync()
    ana.replica.add_blob(hashlib.sha256(note).hexdigest(), note, "text/plain")
    ana.replica.uploading(hashlib.sha256(note).hexdigest(), f"/sync/v1/files/{uuid7()}")
    await ana.send_files()
    assert ana.replica.unsent_blobs() == []


async def test_a_server_that_takes_a_file_and_gives_no_receipt_is_not_asked_for_ever(tmp_path: Path) -> None:
    note = b"a note on paper"

    async def answer(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        at = {"upload-offset": str(len(note)), "location": "/sync/v1/files/1"}
        return httpx.Response(201 if request.method == "POST" else 204, headers=at)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://pws.test") as line:
        ana = phone(tmp_path / "ana", line)
        ana.replica.add_blob(hashlib.sha256(note).hexdigest(), note, "text/plain")
        with pytest.raises(TryLater, match="no_receipt"):
            await asyncio.wait_for(ana.send_files(), 5)
    assert len(ana.replica.unsent_blobs()) == 1


async def test_a_phone_keeps_to_the_limits_that_are_advertised(
    service: Service, people: People, tmp_path: Path
) -> None:
    narrow = replace(service, limits=Limits(push_mutations=3, file_chunk_bytes=10, track_chunks=2))
    photo, stream = b"a note on paper, longer than a piece", uuid7()
    async with live_updates(), serving(create_app(narrow, people)) as url, http(url) as line:
        ana = phone(tmp_path / "ana", line)
        written = {write(ana, f"nota {number}") for number in range(8)}
        ana.replica.add_blob(hashlib.sha256(photo).hexdigest(), photo, "text/plain")
        for n in range(5):
            ana.replica.add_chunk(stream, n, [[1, -27.5, -48.5, 5, None]])
        await ana.sync()
        ana.replica.close()
        ana = phone(tmp_path / "ana", line)  # another start of the app, whose first lane is not the data's
        await ana.send_files()
        await ana.send_tracks()
    assert set(base_of(ana)) == written
    assert ana.replica.unsent_blobs() == []
    assert ana.replica.unsent_chunks() == {}
