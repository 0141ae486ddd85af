"""The checksum that phone and server compute alike (docs/sync-protocol.md, "Checksum")."""

from __future__ import annotations

FNV_OFFSET_BASIS = 2166136261
FNV_PRIME = 16777619
_MASK_32 = 0xFFFFFFFF


def fnv1a32(text: str, value: int = FNV_OFFSET_BASIS) -> int:
    """FNV-1a over the UTF-8 bytes, as an unsigned 32-bit number; `value` is the hash of what came before."""
    for byte in text.encode():
        value = ((value ^ byte) * FNV_PRIME) & _MASK_32
    return value
