"""What is no picture that the portal can look at does not get in."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from offline_sync.service import Service
from tests.sync.conftest import Wire, count
from tests.sync.test_bad_input import expect
from tests.sync.uploads import create, gone, path_of, picture, send, sha256

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
