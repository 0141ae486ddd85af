"""Built files: hashed assets that never change, and the field app's folder with its shell for every address.

They hold nobody's data, so they ask for no login: the shell must open without network and without session.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from litestar import Response as LitestarResponse
from litestar import asgi, get
from litestar.handlers import ASGIRouteHandler
from litestar.types import Receive, Scope, Send
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from server.problems import Problem
from server.web.compression import accepted_encoding, compressed
from server.web.rendering import DIST

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
_COMPRESSIBLE = {".js", ".css", ".svg", ".html", ".json", ".webmanifest", ".map"}
_PUBLIC = {"public": True, "without_session": True}


class BuiltFiles(StaticFiles):
    """Starlette's files (304, Range) with compressed twins, made once when the build left none."""

    def __init__(self, folder: Path, *, cache_control: str) -> None:
        super().__init__(directory=folder, check_dir=False)
        self._cache_control = cache_control

    def file_response(self, full_path: Any, stat_result: Any, scope: Any, status_code: int = 200) -> Response:
        headers = Headers(scope=scope)
        encoding = accepted_encoding(headers.get("accept-encoding", ""))
        path = Path(full_path)
        response: Response
        if encoding and path.suffix in _COMPRESSIBLE and "range" not in headers:
            etag = f'"{stat_result.st_mtime_ns:x}-{stat_result.st_size:x}-{encoding}"'
            if headers.get("if-none-match") == etag:
                response = Response(status_code=304)
            else:
                plain = super().file_response(full_path, stat_result, scope, status_code)
                body = _compressed_file(path, stat_result.st_mtime_ns, encoding)
                response = Response(body, status_code, media_type=plain.headers["content-type"])
                response.headers["content-encoding"] = encoding
            response.headers["etag"] = etag
        else:
            response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["vary"] = "accept-encoding"
        response.headers.setdefault("cache-control", self._cache_control)
        return response


class FieldFiles(BuiltFiles):
    """The field app: its own files, and its shell for every other address below `/field/`."""

    async def get_response(self, path: str, scope: Any) -> Response:
        try:
            if path in {".", ""}:
                raise HTTPException(404)
            response = await super().get_response(path, scope)
        except HTTPException as missing:
            if missing.status_code != 404 or Path(path).suffix:
                raise
            response = await super().get_response("index.html", scope)
        if path == "sw.js":
            response.headers["service-worker-allowed"] = "/field/"
        return response


def mount(path: str, files: StaticFiles) -> ASGIRouteHandler:
    @asgi(path, is_mount=True, copy_scope=True, opt=_PUBLIC)
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await files({**scope, "path": scope["path"].rstrip("/") or "/"}, receive, send)  # type: ignore[arg-type]
        except HTTPException as error:
            raise Problem("not_found" if error.status_code == 404 else "method_not_allowed") from error

    return serve


@lru_cache(maxsize=64)
def _compressed_file(path: Path, mtime: int, encoding: str) -> bytes:
    twin = path.with_name(path.name + {"br": ".br", "gzip": ".gz"}[encoding])
    if twin.is_file():
        return twin.read_bytes()
    return compressed(path.read_bytes(), encoding, quality=11)


@get("/push-worker.js", opt=_PUBLIC, media_type="text/javascript; charset=utf-8")
async def show_push_worker() -> LitestarResponse[bytes]:
    """At the root, since a worker's scope lies below its address: docs/adr, *A worker for pushes*."""
    try:
        script = (DIST / "push-worker.js").read_bytes()
    except FileNotFoundError as missing:
        raise Problem("not_found") from missing
    return LitestarResponse(script, headers={"cache-control": REVALIDATE})


ROUTES = [
    show_push_worker,
    mount("/assets", BuiltFiles(DIST / "assets", cache_control=IMMUTABLE)),
    mount("/field", FieldFiles(DIST / "field", cache_control=REVALIDATE)),
]
