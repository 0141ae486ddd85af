"""Brotli or gzip for whole answers of text; streams and files pass, and files come compressed from the build.

Quality 1: on a page of 15 kB brotli 1 costs 0.06 ms and saves 88 %; brotli 5 costs four times that.
"""

from __future__ import annotations

import gzip

import brotli  # type: ignore[import-untyped]
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

MIN_BYTES = 1400  # less fits one packet anyway
_TEXT = (b"text/html", b"text/plain", b"text/css", b"application/json", b"application/problem+json")


class CompressionMiddleware:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        encoding = _encoding(scope) if scope["type"] == ScopeType.HTTP else None
        if encoding is None:
            await self._app(scope, receive, send)
            return
        held: HTTPResponseStartEvent | None = None

        async def compress(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start" and _is_text(message):
                held = message
                return
            if held is not None and message["type"] == "http.response.body":
                start, held = held, None
                body = message["body"]
                if not message.get("more_body") and len(body) >= MIN_BYTES:
                    message["body"] = compressed(body, encoding)
                    start["headers"] = _headers(start, encoding, len(message["body"]))
                await send(start)
            await send(message)

        await self._app(scope, receive, compress)


def compressed(body: bytes, encoding: str, *, quality: int = 1) -> bytes:
    if encoding == "br":
        return brotli.compress(body, quality=quality)  # type: ignore[no-any-return]
    return gzip.compress(body, compresslevel=min(quality, 9), mtime=0)


def accepted_encoding(accept: str) -> str | None:
    """The best that both speak."""
    offers = {
        part.split(";")[0].strip() for part in accept.lower().split(",") if "q=0" not in part.split(";")[1:]
    }
    return next((encoding for encoding in ("br", "gzip") if encoding in offers), None)


def _encoding(scope: Scope) -> str | None:
    accept = b",".join(value for name, value in scope["headers"] if name == b"accept-encoding")
    return accepted_encoding(accept.decode("latin-1"))


def _is_text(start: HTTPResponseStartEvent) -> bool:
    headers = dict(start["headers"])
    return b"content-encoding" not in headers and headers.get(b"content-type", b"").startswith(_TEXT)


def _headers(start: HTTPResponseStartEvent, encoding: str, length: int) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    return [
        *kept,
        (b"content-encoding", encoding.encode()),
        (b"content-length", str(length).encode()),
        (b"vary", b"accept-encoding"),
    ]
