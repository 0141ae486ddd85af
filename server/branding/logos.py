"""A logo is drawn anew before it is kept: what hides in an uploaded file does not reach anybody's browser."""

from __future__ import annotations

import asyncio
import hashlib
import warnings
from io import BytesIO
from typing import Any
from uuid import UUID

from PIL import Image, ImageOps

from server.branding.rules import LOGO_BOX, LOGO_BYTES, LOGO_LEAST, LOGO_PIXELS
from server.problems import Problem

_FORMATS = ("PNG", "JPEG", "WEBP")
_UNREADABLE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning)


def path_of(reseller_id: UUID, sha256: str) -> str:
    return f"{reseller_id}/brand/{sha256}.png"


async def keep_logo(store: Any, reseller_id: UUID, content: bytes) -> str:
    """The SHA-256 of the picture that is kept. Raises `logo_refused` with the reason."""
    drawn = await asyncio.to_thread(redraw, content)
    sha256 = hashlib.sha256(drawn).hexdigest()
    await store.put_async(path_of(reseller_id, sha256), drawn)
    return sha256


def redraw(content: bytes) -> bytes:
    """A PNG that fits the header. Raises `logo_refused`."""
    if len(content) > LOGO_BYTES:
        raise Problem("logo_refused", reason="O arquivo passa de 1 MB.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=_FORMATS) as image:
                _check_size(image.size)
                upright = ImageOps.exif_transpose(image).convert("RGBA")
    except _UNREADABLE as error:
        raise Problem("logo_refused", reason="Envie uma imagem PNG, JPEG ou WebP inteira.") from error
    upright.thumbnail(LOGO_BOX)
    out = BytesIO()
    upright.save(out, "PNG", optimize=True)
    return out.getvalue()


def _check_size(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > LOGO_PIXELS:
        raise Problem("logo_refused", reason="A imagem tem pontos demais: reduza-a para até 4000 × 4000.")
    if width < LOGO_LEAST[0] or height < LOGO_LEAST[1]:
        raise Problem(
            "logo_refused",
            reason=f"A imagem é pequena demais: ao menos {LOGO_LEAST[0]} × {LOGO_LEAST[1]} pontos.",
        )
