"""Identifiers, made where a row is born."""

from __future__ import annotations

import secrets
import time
from uuid import UUID


def uuid7() -> UUID:
    """RFC 9562, version 7, method 3: milliseconds since 1970, 12 bits of their fraction, 62 random bits.

    With the fraction (units of 244 ns), what one process makes one after the other also sorts so.
    """
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    return UUID(
        int=(milliseconds & 0xFFFFFFFFFFFF) << 80
        | 0x7 << 76
        | ((nanoseconds << 12) // 1_000_000) << 64
        | 0b10 << 62
        | secrets.randbits(62)
    )
