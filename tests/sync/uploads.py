"""Uploads spoken by hand: the headers of tus, and pictures to send."""

from __future__ import annotations

import base64
import hashlib
import io
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from PIL import Image

from offline_sync.service import Service
from tests.sync.conftest import Wire, count, objects_in

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


async def gone(ana: Wire, service: Service, objects: Path, path: str) -> None:
    assert (await ana.raw("HEAD", path, **TUS)).status_code == 404
    assert await count(service, "sync_upload") == await count(service, "sync_file") == 0
    assert objects_in(objects) == []
