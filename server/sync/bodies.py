"""Request bodies, bounded while they arrive and again while they unfold."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator
from typing import Any

import zstandard
from litestar import Request
from litestar.exceptions import InternalServerException

from offline_sync.problems import SyncProblem

ZSTD_WINDOW = 8 * 1024 * 1024
ZSTD_PIECE = 128  # a block of 4 bytes can unfold to 128 KB, so this to 4 MB
GZIP_OR_ZLIB = zlib.MAX_WBITS | 16


async def read(request: Request[Any, Any, Any], limit: int) -> bytes:
    """The body, unpacked; neither it nor what came over the wire is longer than `limit` bytes."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "gzip", "zstd"}:
        raise SyncProblem("encoding_unsupported")
    body = bytearray()
    async for piece in pieces(request, limit):
        body += piece
    return unpack(encoding, bytes(body), limit)


def unpack(encoding: str, body: bytes, limit: int) -> bytes:
    """What a whole body says in one of the encodings; never more than `limit` bytes of it are made."""
    if encoding == "gzip":
        return _gunzip(body, limit)
    return _unzstd(body, limit) if encoding == "zstd" else body


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
    return _checked(plain, limit, is_whole=unpacker.eof and not unpacker.unused_data)


def _unzstd(body: bytes, limit: int) -> bytes:
    """Fed in small pieces, so that what one of them unfolds to stays small, too."""
    unpacker = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()
    plain, read = bytearray(), 0
    try:
        while read < len(body) and len(plain) <= limit and not unpacker.eof:
            plain += unpacker.decompress(body[read : read + ZSTD_PIECE])
            read += ZSTD_PIECE
    except zstandard.ZstdError as error:
        raise SyncProblem("malformed", where="content-encoding") from error
    is_whole = unpacker.eof and not unpacker.unused_data and read >= len(body)
    return _checked(bytes(plain), limit, is_whole=is_whole)


def _checked(plain: bytes, limit: int, *, is_whole: bool) -> bytes:
    """One member and nothing behind it: what is cut or followed by anything is not what was sent."""
    if len(plain) > limit:
        raise SyncProblem("body_too_large", limit=limit)
    if not is_whole:
        raise SyncProblem("malformed", where="content-encoding")
    return plain
