"""Identifiers and the checksum that phone and server compute alike."""

from __future__ import annotations

import secrets
import time
from uuid import UUID

FNV_OFFSET_BASIS = 2166136261
FNV_PRIME = 16777619
_MASK_32 = 0xFFFFFFFF


def uuid7() -> UUID:
    """RFC 9562, version 7: milliseconds since 1970, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = secrets.randbits(74)
    return UUID(
        int=(milliseconds & 0xFFFFFFFFFFFF) << 80
        | 0x7 << 76
        | (random >> 62) << 64
        | 0b10 << 62
        | random & 0x3FFFFFFFFFFFFFFF
    )


def fnv1a32(text: str) -> int:
    """FNV-1a over the UTF-8 bytes, as an unsigned 32-bit number."""
    value = FNV_OFFSET_BASIS
    for byte in text.encode():
        value = ((value ^ byte) * FNV_PRIME) & _MASK_32
    return value
