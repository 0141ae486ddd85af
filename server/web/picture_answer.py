"""How a stored picture is answered."""

from __future__ import annotations

from enum import StrEnum

from litestar import Response

from server import pictures
from server.web.requests import ActorRequest
from server.web.stores import object_store

# A picture is shown and nothing else: should it ever be taken for a page, it may not even run a style.
_CSP = "default-src 'none'; sandbox"


class PictureSize(StrEnum):
    FULL = "full"
    SMALL = "small"


async def show_picture(
    request: ActorRequest, picture: pictures.StoredPicture, size: PictureSize
) -> Response[bytes]:
    """Asked again each time, so that who lost the right loses the picture; answered by 304 when unchanged."""
    is_small = size is PictureSize.SMALL
    etag = f'"{picture.sha256}{"-small" if is_small else ""}"'
    headers = {
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "Content-Disposition": "inline",
        "Content-Security-Policy": _CSP,
    }
    if request.headers.get("if-none-match") == etag:
        return Response(b"", status_code=304, headers=headers, media_type=picture.content_type)
    store = object_store(request.app.state.settings)
    if is_small:
        content = await pictures.read_thumbnail(store, picture)
        return Response(content, headers=headers, media_type="image/jpeg")
    return Response(await pictures.read(store, picture), headers=headers, media_type=picture.content_type)
