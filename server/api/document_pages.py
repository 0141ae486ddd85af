"""The document as JSON, and as a page for people: rendered here, with nothing from elsewhere."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get
from litestar.response import Template

from server.api.chapters import chapters
from server.api.document import document
from server.api.operations import V1
from server.api.scopes import SCOPE_NAMES

PUBLIC = {"public": True, "without_session": True}
_KEPT = {"Cache-Control": "public, max-age=300"}


@get(f"{V1}/openapi.json", opt=PUBLIC, sync_to_thread=False)
def show_document() -> Response[bytes]:
    return Response(msgspec.json.encode(document()), media_type="application/json", headers=_KEPT)


@get("/api/docs", opt=PUBLIC, sync_to_thread=False)
def show_docs() -> Template:
    told: dict[str, Any] = document()
    context = {"info": told["info"], "chapters": chapters(told), "scopes": SCOPE_NAMES}
    return Template("api/docs.html", context=context, headers=_KEPT)


ROUTES = [show_document, show_docs]
