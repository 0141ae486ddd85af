"""What somebody typed into a form when their session was over already: carried through the login page.

It travels as a hidden field and is stored nowhere. After the login the person sees it and sends it; files
cannot be carried and are asked for again.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from litestar import Request
from litestar.datastructures import UploadFile

MOST_BYTES = 256 * 1024  # of a body that nobody vouches for
MOST_KEPT = 16_000  # a form's texts; a picture is not one


async def kept_fields(request: Request[Any, Any, Any]) -> str | None:
    """The form's texts, encoded; None for what is too large or holds none."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return None
    pairs = [
        (name, str(value).replace("\x00", ""))
        for name, value in (await request.form()).multi_items()
        if not isinstance(value, UploadFile)
    ]
    text = urlencode(pairs)
    return text if pairs and len(text) <= MOST_KEPT else None


def fields_of(kept: str) -> list[tuple[str, str]]:
    """The texts again, names in their order."""
    return parse_qsl(kept[:MOST_KEPT], keep_blank_values=True)
