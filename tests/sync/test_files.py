"""Photos by tus: resumed where they broke, verified before they count, and nothing else gets in."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from PIL import Image

from offline_sync import tus
from offline_sync.service import Service
from tests.offline_sync.todo import TodoLists
from tests.sync.conftest import Wire, count, objects_in
from tests.sync.test_bad_input import expect

TUS = {"tus_resumable": "1.0.0"}
PIECE = {**TUS, "content_type": "application/offset+octet-stream"}


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def picture(image_format: str = "JPEG", size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, image_format)
    return out.getvalue()


async def create(
    wire: Wire, content: bytes, content_type: str = "image/jpeg", *, size: int | None = None, digest: str = ""
) -> httpx.Response:
    metadata = (
        f"client {b64(str(wire.client_id))},sha256 {b64(digest or sha256(content))},type {b64(content_type)}"
    )
    length = str(len(content) if size is None else size)
    return await wire.raw("POST", "files", upload_length=length, upload_metadata=metadata, **TUS)


def path_of(created: httpx.Response) -> str:
    return urlsplit(created.headers["location"]).path.removeprefix("/sync/v1/")


async def send(wire: Wire, path: str, offset: int, piece: object, **headers: str) -> httpx.Response:
    return await wire.raw("PATCH", path, piece, upload_offset=str(offset), **PIECE, **headers)


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


async def gone(ana: Wire, service: Service, objects: Path, path: str) -> None:
    assert (await ana.raw("HEAD", path, **TUS)).status_code == 404
    assert await count(service, "sync_upload") == await count(service, "sync_file") == 0
    assert objects_in(objects) == []


async def test_a_wrong_hash_discards_the_upload(ana: Wire, service: Service, objects: Path) -> None:
    photo = picture()
    path = path_of(await create(ana, photo, digest="0" * 64))
    answer = await send(ana, path, 0, photo)
    await expect(answer, "file_hash_mismatch", 422, sha256=sha256(photo))
    await gone(ana, service, objects, path)


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("content", "declared", "real"),
    [
        (SVG, "image/png", "text/html"),
        (b"\xef\xbb\xbf \n" + HTML, "image/jpeg", "text/html"),
        (HTML, "image/webp", "text/html"),
        (b"GIF89a" + bytes(50), "image/jpeg", "application/octet-stream"),
        (picture("PNG"), "image/jpeg", "image/png"),
        (picture("WEBP"), "image/png", "image/webp"),
    ],
    ids=["svg", "html with a mark", "html", "gif", "png as jpeg", "webp as png"],
)
async def test_what_only_calls_itself_a_photo(
    ana: Wire, service: Service, objects: Path, content: bytes, declared: str, real: str
) -> None:
    path = path_of(await create(ana, content, declared))
    await expect(await send(ana, path, 0, content), "file_type_refused", 415, content_type=real)
    await gone(ana, service, objects, path)


@pytest.mark.parametrize("declared", ["image/svg+xml", "text/html", "application/pdf"])
async def test_a_type_that_nobody_may_send(ana: Wire, service: Service, declared: str) -> None:
    await expect(await create(ana, SVG, declared), "file_type_refused", 415, content_type=declared)
    assert await count(service, "sync_upload") == 0


def png_bomb(width: int, height: int) -> bytes:
    """A well-formed PNG of a few hundred kilobytes that unfolds to `width × height` pixels."""

    def part(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(width * 3 + 1)) for _ in range(min(height, 8000))) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", rows) + part(b"IEND", b"")


async def test_a_picture_that_is_a_decompression_bomb(ana: Wire, service: Service, objects: Path) -> None:
    bomb = png_bomb(8000, 8000)
    assert len(bomb) < 400_000
    path = path_of(await create(ana, bomb, "image/png"))
    await expect(await send(ana, path, 0, bomb), "image_refused", 422, reason="dimensões grandes demais")
    await gone(ana, service, objects, path)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("kept", [0.1, 0.5, 0.99])
async def test_a_picture_that_is_cut(
    ana: Wire, service: Service, objects: Path, image_format: str, kept: float
) -> None:
    whole = picture(image_format)
    broken = whole[: round(len(whole) * kept)]
    path = path_of(await create(ana, broken, f"image/{image_format.lower()}"))
    await expect(await send(ana, path, 0, broken), "image_refused", 422, reason="arquivo ilegível")
    await gone(ana, service, objects, path)


async def test_a_picture_whose_chunks_do_not_add_up(ana: Wire, service: Service, objects: Path) -> None:
    broken = bytearray(picture("PNG"))
    broken[len(broken) // 2] ^= 1
    path = path_of(await create(ana, bytes(broken), "image/png"))
    await expect(await send(ana, path, 0, bytes(broken)), "image_refused", 422, reason="arquivo ilegível")
    await gone(ana, service, objects, path)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
async def test_every_kind_of_photo_that_phones_make(ana: Wire, image_format: str) -> None:
    photo = picture(image_format)
    path = path_of(await create(ana, photo, f"image/{image_format.lower()}"))
    assert (await send(ana, path, 0, photo)).headers["file-receipt"] == sha256(photo)


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


async def test_a_rescue_is_kept_byte_for_byte(ana: Wire, service: Service, objects: Path) -> None:
    outbox = b"\x00sealed" * 100_000
    answer = await ana.raw("POST", f"rescue?client_id={ana.client_id}", outbox)
    assert answer.status_code == 201
    assert answer.json()["sha256"] == sha256(outbox)
    assert answer.json()["size"] == len(outbox)
    assert [path.read_bytes() for path in objects_in(objects)] == [outbox]
    assert await count(service, "sync_rescue") == 1


async def test_a_revoked_phone_may_still_be_rescued(ana: Wire, service: Service) -> None:
    async with service.db.transaction() as conn:
        await conn.execute("update sync_client set revoked_at = enrolled_at")
    await expect(await ana.post("push", ana.pushed()), "client_revoked", 403)
    await expect(await create(ana, b"x"), "client_revoked", 403)
    assert (await ana.raw("POST", "rescue", b"everything that Ana did")).status_code == 201


async def test_an_empty_rescue_is_nothing(ana: Wire, service: Service) -> None:
    await expect(await ana.raw("POST", "rescue", b""), "malformed", 422)
    assert await count(service, "sync_rescue") == 0
