"""Request bodies, bounded while they arrive and again while they unfold."""

from __future__ import annotations

import io
import zlib
from collections.abc import AsyncIterator
from typing import Any

import zstandard
from litestar import Request
from litestar.exceptions import InternalServerException

from offline_sync.problems import SyncProblem

ZSTD_WINDOW = 8 * 1024 * 1024
GZIP_OR_ZLIB = zlib.MAX_WBITS | 16


async def read(request: Request[Any, Any, Any], limit: int) -> bytes:
    """The body, unpacked; neither it nor what came over the wire is longer than `limit` bytes."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "gzip", "zstd"}:
        raise SyncProblem("encoding_unsupported")
    body = bytearray()
    async for piece in pieces(request, limit):
        body += piece
    if encoding == "gzip":
        return _gunzip(bytes(body), limit)
    return _unzstd(bytes(body), limit) if encoding == "zstd" else bytes(body)


async def pieces(request: Request[Any, Any, Any], limit: int) -> AsyncIterator[bytes]:
    """The body as it arrives; `body_too_large` before reading when it is announced so."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise SyncProblem("body_too_large", limit=limit)
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > limit:
            raise SyncProblem("body_too_large", limit=limit)
        yield piece


async def read_what_arrives(request: Request[Any, Any, Any], limit: int) -> tuple[bytes, bool]:
    """The body, or as much of it as came before the connection broke; and whether it is whole."""
    body = bytearray()
    try:
        async for piece in pieces(request, limit):
            body += piece
    except InternalServerException:  # Litestar's name for a client that hung up
        return bytes(body), False
    return bytes(body), True


def _gunzip(body: bytes, limit: int) -> bytes:
    unpacker = zlib.decompressobj(GZIP_OR_ZLIB)
    try:
        plain = unpacker.decompress(body, limit + 1)
    except zlib.error as error:
        raise SyncProblem("malformed", where="content-encoding") from error
    return _checked(plain, limit, is_whole=unpacker.eof)


def _unzstd(body: bytes, limit: int) -> bytes:
    reader = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).stream_reader(io.BytesIO(body))
    try:
        plain = reader.read(limit + 1)
    except zstandard.ZstdError as error:
        raise SyncProblem("malformed", where="content-encoding") from error
    return _checked(plain, limit, is_whole=True)


def _checked(plain: bytes, limit: int, *, is_whole: bool) -> bytes:
    if len(plain) > limit:
        raise SyncProblem("body_too_large", limit=limit)
    if not is_whole:
        raise SyncProblem("malformed", where="content-encoding")
    return plain
