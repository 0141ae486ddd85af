"""Which files a phone may send: photos and signatures, and nothing that only calls itself one.

A browser runs script in HTML and SVG, so these never enter. A picture's size is read from its header and
checked before a pixel is decoded: a few kilobytes can unfold to gigabytes.
"""

from __future__ import annotations

import threading
import warnings
from pathlib import Path

from PIL import Image

from offline_sync.problems import SyncProblem

MAX_PIXELS = 24_000_000  # 6000 × 4000, 96 MB once decoded
MAX_SIDE = 12_000
HEAD_BYTES = 16

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_one_at_a_time = threading.Lock()  # bounds the memory that decoding takes


class ImagePolicy:
    """JPEG, PNG and WebP that can be shown."""

    def accepts(self, content_type: str) -> bool:
        return content_type in FORMATS

    def verify(self, path: Path, content_type: str) -> None:
        """Raises SyncProblem `file_type_refused` or `image_refused`."""
        with path.open("rb") as file:
            real_type = sniff(file.read(HEAD_BYTES))
        if real_type != content_type:
            raise SyncProblem("file_type_refused", content_type=real_type)
        with _one_at_a_time, warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            _decode(path, FORMATS[content_type])


def sniff(head: bytes) -> str:
    """The type that the first bytes tell."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return "text/html"
    return "application/octet-stream"


def _decode(path: Path, image_format: str) -> None:
    try:
        with Image.open(path, formats=[image_format]) as image:
            width, height = image.size
            if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
                raise SyncProblem("image_refused", reason="dimensões grandes demais")
            if getattr(image, "is_animated", False):
                raise SyncProblem("image_refused", reason="imagem animada")
            image.draft("RGB", (width // 8 or 1, height // 8 or 1))  # JPEG alone: the same check, cheaper
            image.load()
    except SyncProblem:
        raise
    except Exception as error:  # Pillow's decoders raise what they like on broken input
        raise SyncProblem("image_refused", reason="arquivo ilegível") from error
