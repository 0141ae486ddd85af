"""Photos by tus: resumed where they broke, verified before they count, and nothing else gets in."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from offline_sync import tus
from offline_sync.service import Service
from tests.offline_sync.todo import TodoLists
from tests.sync.conftest import Wire, count, objects_in
from tests.sync.test_bad_input import expect
from tests.sync.uploads import PIECE, TUS, create, gone, path_of, picture, send, sha256


async def test_a_photo_is_verified_stored_once_and_receipted(
    ana: Wire, service: Service, objects: Path, todo: TodoLists
) -> None:
    photo = picture()
    created = await create(ana, photo)
    assert (created.status_code, created.headers["upload-offset"]) == (201, "0")
    assert "file-receipt" not in created.headers
    done = await send(ana, path_of(created), 0, photo)
    assert (done.status_code, done.headers["file-receipt"]) == (204, sha256(photo))
    head = await ana.raw("HEAD", path_of(created), **TUS)
    assert (head.headers["file-receipt"], head.headers["upload-offset"]) == (sha256(photo), str(len(photo)))
    assert [path.read_bytes() for path in objects_in(objects)] == [photo]
    assert objects_in(objects)[0].name == sha256(photo)
    assert [file.sha256 for file in todo.stored] == [sha256(photo)]


async def test_a_file_that_the_server_has_is_complete_at_once(ana: Wire, service: Service) -> None:
    photo = picture()
    await send(ana, path_of(await create(ana, photo)), 0, photo)
    again = await create(ana, photo)
    assert again.status_code == 201
    assert again.headers["upload-offset"] == str(len(photo))
    assert again.headers["file-receipt"] == sha256(photo)
    assert await count(service, "sync_file") == 1


async def test_creating_again_after_a_lost_answer_leads_to_the_same_upload(ana: Wire) -> None:
    photo = picture()
    first = path_of(await create(ana, photo))
    await send(ana, first, 0, photo[:100])
    again = await create(ana, photo)
    assert (path_of(again), again.headers["upload-offset"]) == (first, "100")


async def test_an_upload_goes_on_where_it_broke(ana: Wire, objects: Path) -> None:
    photo = picture(size=(640, 480))
    path = path_of(await create(ana, photo))

    async def breaks_off() -> AsyncIterator[bytes]:
        yield photo[:2000]
        await asyncio.sleep(0.3)
        raise OSError("no signal")

    with pytest.raises(OSError, match="no signal"):
        await send(ana, path, 0, breaks_off())
    for _ in range(50):
        head = await ana.raw("HEAD", path, **TUS)
        if head.headers["upload-offset"] != "0":
            break
        await asyncio.sleep(0.05)
    assert head.headers["upload-offset"] == "2000"
    await expect(await send(ana, path, 0, photo), "upload_offset", 409, offset=2000)
    assert (await send(ana, path, 2000, photo[2000:])).headers["file-receipt"] == sha256(photo)
    assert [file.name for file in objects_in(objects)] == [sha256(photo)]


async def test_an_upload_whose_pieces_are_gone_begins_anew(ana: Wire, objects: Path) -> None:
    """A backup of the database tells of an upload that was finished, and its pieces deleted, after it."""
    photo = picture()
    path = path_of(await create(ana, photo))
    await send(ana, path, 0, photo[:100])
    for piece in objects_in(objects):
        piece.unlink()
    await expect(await send(ana, path, 100, photo[100:]), "upload_unknown", 404)
    again = await create(ana, photo)
    assert (path_of(again) != path, again.headers["upload-offset"]) == (True, "0")
    assert (await send(ana, path_of(again), 0, photo)).headers["file-receipt"] == sha256(photo)


async def test_a_piece_whose_commit_was_heard_as_a_failure_is_kept(
    ana: Wire, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = picture()
    path = path_of(await create(ana, photo))
    transaction, failures = service.db.transaction, [TimeoutError("the connection went after the commit")]

    @asynccontextmanager
    async def unheard() -> AsyncIterator[object]:
        async with transaction() as conn:
            yield conn
        if failures:
            raise failures.pop()

    monkeypatch.setattr(service.db, "transaction", unheard)
    taken = await send(ana, path, 0, photo[:100])
    assert (taken.status_code, taken.headers["upload-offset"], failures) == (204, "100", [])
    assert (await send(ana, path, 100, photo[100:])).headers["file-receipt"] == sha256(photo)


async def test_the_same_piece_sent_twice_at_once_counts_once(ana: Wire, objects: Path) -> None:
    photo = picture()
    path = path_of(await create(ana, photo))
    answers = await asyncio.gather(*(send(ana, path, 0, photo[:500]) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [204, 409, 409, 409]
    assert (await send(ana, path, 500, photo[500:])).headers["file-receipt"] == sha256(photo)
    assert len(objects_in(objects)) == 1


async def test_a_finish_that_crashed_is_completed_by_an_empty_piece(
    ana: Wire, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = picture()
    path = path_of(await create(ana, photo))
    with monkeypatch.context() as patched:
        patched.setattr("offline_sync.tus._join", _no_memory)
        assert (await send(ana, path, 0, photo)).status_code == 500
    head = await ana.raw("HEAD", path, **TUS)
    assert head.headers["upload-offset"] == str(len(photo))
    assert "file-receipt" not in head.headers
    done = await send(ana, path, len(photo), b"")
    assert done.headers["file-receipt"] == sha256(photo)


def _no_memory(*_: object) -> None:
    raise MemoryError


async def test_a_damaged_piece_is_sent_again(ana: Wire) -> None:
    photo = picture()
    path = path_of(await create(ana, photo))
    right = "sha256 " + base64.b64encode(hashlib.sha256(photo).digest()).decode()
    damaged = b"x" + photo[1:]
    await expect(await send(ana, path, 0, damaged, upload_checksum=right), "checksum_mismatch", 460)
    assert (await ana.raw("HEAD", path, **TUS)).headers["upload-offset"] == "0"
    assert (await send(ana, path, 0, photo, upload_checksum=right)).headers["file-receipt"] == sha256(photo)


@pytest.mark.parametrize("checksum", ["sha256", "sha256 !", "md5 eA==", "sha256 eA=="])
async def test_a_checksum_that_is_none(ana: Wire, checksum: str) -> None:
    photo = picture()
    path = path_of(await create(ana, photo))
    answer = await send(ana, path, 0, photo, upload_checksum=checksum)
    await expect(answer, "malformed", 422, where="Upload-Checksum")


async def test_a_wrong_hash_discards_the_upload(ana: Wire, service: Service, objects: Path) -> None:
    photo = picture()
    path = path_of(await create(ana, photo, digest="0" * 64))
    answer = await send(ana, path, 0, photo)
    await expect(answer, "file_hash_mismatch", 422, sha256=sha256(photo))
    await gone(ana, service, objects, path)


@pytest.mark.parametrize(
    ("size", "code", "status"),
    [(0, "malformed", 422), (15 * 1024 * 1024 + 1, "file_too_large", 413)],
)
async def test_a_length_that_is_not_allowed(ana: Wire, size: int, code: str, status: int) -> None:
    await expect(await create(ana, b"x", size=size), code, status)


async def test_requests_that_are_not_tus(ana: Wire, service: Service) -> None:
    photo = picture()
    path = path_of(await create(ana, photo))
    await expect(await ana.raw("POST", "files"), "tus_version", 412)
    await expect(await ana.raw("POST", "files", upload_length="5", **TUS), "malformed", 422)
    await expect(
        await ana.raw("POST", "files", upload_length="5", upload_metadata="client !", **TUS), "malformed", 422
    )
    await expect(await create(ana, photo, digest="XYZ"), "malformed", 422, where="Upload-Metadata.sha256")
    await expect(await create(ana, photo, "image"), "malformed", 422, where="Upload-Metadata.type")
    await expect(await ana.raw("PATCH", path, b"x", upload_offset="0", **TUS), "malformed", 422)
    await expect(await ana.raw("PATCH", path, b"x", **PIECE), "malformed", 422, where="Upload-Offset")
    options = await ana.raw("OPTIONS", "files")
    assert options.headers["tus-extension"] == "creation,checksum,termination,expiration"
    assert options.headers["tus-max-size"] == "15728640"


async def test_bytes_beyond_the_announced_length(ana: Wire, objects: Path) -> None:
    photo = picture()
    path = path_of(await create(ana, photo))
    await expect(await send(ana, path, 0, photo + b"x"), "file_too_large", 413, limit=len(photo))
    assert objects_in(objects) == []


async def test_uploads_of_others_do_not_exist(ana: Wire, http: httpx.AsyncClient) -> None:
    photo = picture()
    path = path_of(await create(ana, photo))
    for name in ("bia", "caio"):
        other = Wire(http, name)
        await other.enrol()
        assert (await other.raw("HEAD", path, **TUS)).status_code == 404
        await expect(await send(other, path, 0, photo), "upload_unknown", 404)
        await expect(await other.raw("DELETE", path, **TUS), "upload_unknown", 404)
    await expect(await send(ana, f"files/{uuid4()}", 0, photo), "upload_unknown", 404)
    assert (await send(ana, path, 0, photo)).status_code == 204


async def test_a_piece_by_sha1_which_tus_asks_every_server_for(ana: Wire) -> None:
    photo = picture()
    path = path_of(await create(ana, photo))
    wrong, right = (base64.b64encode(hashlib.sha1(data).digest()).decode() for data in (b"?", photo))
    await expect(await send(ana, path, 0, photo, upload_checksum=f"sha1 {wrong}"), "checksum_mismatch", 460)
    done = await send(ana, path, 0, photo, upload_checksum=f"sha1 {right}")
    assert done.headers["file-receipt"] == sha256(photo)
    assert (await ana.raw("OPTIONS", "files")).headers["tus-checksum-algorithm"] == "sha256,sha1"


async def test_a_terminated_upload_leaves_nothing(ana: Wire, service: Service, objects: Path) -> None:
    photo = picture()
    path = path_of(await create(ana, photo))
    await send(ana, path, 0, photo[:50])
    assert (await ana.raw("DELETE", path, **TUS)).status_code == 204
    await gone(ana, service, objects, path)


async def test_an_unfinished_upload_expires(ana: Wire, service: Service, objects: Path) -> None:
    photo = picture()
    path = path_of(await create(ana, photo))
    await send(ana, path, 0, photo[:50])
    async with service.db.transaction() as conn:
        await conn.execute("update sync_upload set expires_at = created_at")
    await expect(await send(ana, path, 50, photo[50:]), "upload_unknown", 404)
    assert await tus.expire(service) == 1
    await gone(ana, service, objects, path)


async def test_a_client_has_a_bounded_number_of_open_uploads(ana: Wire) -> None:
    for number in range(50):
        assert (await create(ana, b"%d" % number)).status_code == 201
    await expect(await create(ana, b"51"), "limit_exceeded", 422, name="open_uploads", limit=50)


async def test_a_body_of_200_mb_never_fills_the_memory(ana: Wire, objects: Path) -> None:
    photo = picture()
    path = path_of(await create(ana, photo, size=15_000_000))
    sent = 0

    async def huge() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(3200):
            sent += 65536
            yield bytes(65536)

    before = resident_mb()
    peak = before
    for target in (path, "push", "rescue"):
        request = asyncio.create_task(_refused(ana, target, huge()))
        while not request.done():
            peak = max(peak, resident_mb())
            await asyncio.sleep(0.005)
        assert await request in {413, None}
    assert peak - before < 60
    assert objects_in(objects) == []


async def _refused(ana: Wire, target: str, body: AsyncIterator[bytes]) -> int | None:
    """The status, or None when the server hung up on the sender."""
    try:
        if target.startswith("files"):
            return (await send(ana, target, 0, body)).status_code
        return (await ana.raw("POST", target, body)).status_code
    except httpx.TransportError:
        return None


def resident_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
