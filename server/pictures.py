"""A stored picture: the file itself, and smaller ones made of it.

A file is stored once under `<reseller>/<sha256>` when its hash and its type were verified; thumbnails are
kept beside, under `thumbnails/`, and may be deleted at any time.
"""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

from obstore.store import ObjectStore
from PIL import Image, ImageOps

from server.problems import Problem

FORMATS = ("JPEG", "PNG", "WEBP")
THUMBNAIL_PX = 480
PRINT_PX = 1000
UNREADABLE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)  # Pillow's words for it
_one_at_a_time = threading.Lock()  # bounds the memory that decoding takes


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A picture that the portal holds."""

    reseller_id: UUID
    sha256: str
    content_type: str

    @property
    def path(self) -> str:
        return f"{self.reseller_id}/{self.sha256}"

    @property
    def thumbnail_path(self) -> str:
        return f"thumbnails/{self.path}-{THUMBNAIL_PX}.jpg"


async def read(store: ObjectStore, picture: StoredPicture) -> bytes:
    """Raises `not_found` when the store has lost it."""
    content = await _get(store, picture.path)
    if content is None:
        raise Problem("not_found")
    return content


async def read_thumbnail(store: ObjectStore, picture: StoredPicture) -> bytes:
    """A JPEG of at most `THUMBNAIL_PX`, made when it is first asked for. Raises `not_found`, also for a
    picture that nobody can decode: the file itself is still there to fetch.
    """
    kept = await _get(store, picture.thumbnail_path)
    if kept is not None:
        return kept
    try:
        made = await asyncio.to_thread(shrink, await read(store, picture), THUMBNAIL_PX)
    except UNREADABLE as error:
        raise Problem("not_found") from error
    await store.put_async(picture.thumbnail_path, made)
    return made


async def read_for_print(store: ObjectStore, picture: StoredPicture) -> bytes | None:
    """A JPEG for paper; None when the store has lost or spoilt the file: the rest is still worth printing."""
    content = await _get(store, picture.path)
    try:
        return None if content is None else await asyncio.to_thread(shrink, content, PRINT_PX)
    except UNREADABLE:
        return None


def shrink(content: bytes, most_px: int) -> bytes:
    """An upright JPEG on white whose longer side is at most `most_px`, without the original's metadata."""
    with _one_at_a_time, Image.open(BytesIO(content), formats=FORMATS) as image:
        image.draft("RGB", (most_px, most_px))  # JPEG alone: decodes at a half, a quarter or an eighth
        upright = ImageOps.exif_transpose(image).convert("RGBA")
        upright.thumbnail((most_px, most_px))
        paper = Image.new("RGB", upright.size, "white")
        paper.paste(upright, mask=upright.getchannel("A"))
        out = BytesIO()
        paper.save(out, "JPEG", quality=80, optimize=True)
        return out.getvalue()


async def _get(store: ObjectStore, path: str) -> bytes | None:
    try:
        return bytes(await (await store.get_async(path)).bytes_async())
    except FileNotFoundError:
        return None
