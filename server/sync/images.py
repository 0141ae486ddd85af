"""Which files a phone may send: photos and signatures, and nothing that only calls itself one.

A browser runs script in HTML and SVG, so these never enter. A picture's size is read from its header and
checked before a pixel is decoded: a few kilobytes can unfold to gigabytes.
"""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image

from offline_sync.problems import SyncProblem

MAX_PIXELS = 24_000_000  # 6000 × 4000, 96 MB once decoded
MAX_SIDE = 12_000
HEAD_BYTES = 16
END_OF_JPEG = b"\xff\xd9"

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}


class ImagePolicy:
    """Whole JPEG, PNG and WebP pictures.

    Whole, not flawless: the file is what the phone has, its hash says so, and a photo with a grey stripe is
    evidence, too. Pixels are decoded by who makes a thumbnail, once, not by who receives.
    """

    def accepts(self, content_type: str) -> bool:
        return content_type in FORMATS

    def verify(self, content: bytes, content_type: str) -> None:
        """Raises SyncProblem `file_type_refused` or `image_refused`."""
        real_type = sniff(content[:HEAD_BYTES])
        if real_type != content_type:
            raise SyncProblem("file_type_refused", content_type=real_type)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            _look(content, FORMATS[content_type])


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


def _look(content: bytes, image_format: str) -> None:
    try:
        source = BytesIO(content)
        with Image.open(source, formats=[image_format]) as image:
            width, height = image.size
            if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
                raise SyncProblem("image_refused", reason="dimensões grandes demais")
            if getattr(image, "is_animated", False):
                raise SyncProblem("image_refused", reason="imagem animada")
            if not _is_whole(image, content, source.tell()):
                raise SyncProblem("image_refused", reason="arquivo ilegível")
    except SyncProblem:
        raise
    except Exception as error:  # Pillow's decoders raise what they like on broken input
        raise SyncProblem("image_refused", reason="arquivo ilegível") from error


def _is_whole(image: Image.Image, content: bytes, after_header: int) -> bool:
    """PNG by the checksums of its chunks; JPEG by the mark that ends it, behind the header and what that
    embeds. A WebP that was opened is whole: its size is in its header.
    """
    if image.format == "JPEG":
        return content.find(END_OF_JPEG, after_header) > 0
    if image.format == "PNG":
        image.verify()
    return True
