"""What the bytes of an ILUX base mean: Delphi wrote Windows-1252, whatever the base calls itself.

A base of charset NONE, WIN1252 or ISO8859_1 holds what Windows put there: accents, and the curled quotes and
dashes that come from Word in 0x80–0x9F. All three are read as Windows-1252, in the WHATWG's version, where
its five undefined bytes are C1 controls: so every byte means something, and none can stop a read half-way.
UTF8 stays UTF8; the server refuses bad bytes there.
"""

from __future__ import annotations

import codecs

_WINDOWS = frozenset({"NONE", "WIN1252", "ISO8859_1"})
_DECODE = "".join(bytes([b]).decode("cp1252", errors="ignore") or chr(b) for b in range(256))
_ENCODE = codecs.charmap_build(_DECODE)
_UNPRINTABLE = dict.fromkeys([*(set(range(32)) - {9, 10, 13}), *range(127, 160)])


def decode(raw: bytes, charset: str, codec: str) -> str:
    """`charset` is Firebird's name; `codec` Python's, for the charsets that are what they say."""
    if charset in _WINDOWS:
        return codecs.charmap_decode(raw, "strict", _DECODE)[0]
    return raw.decode(codec, "replace")


def encode(text: str, charset: str, codec: str) -> bytes:
    """What the charset lacks becomes `?`; `lacking` counts it beforehand."""
    if charset in _WINDOWS:
        return codecs.charmap_encode(text, "replace", _ENCODE)[0]
    return text.encode(codec, "replace")


def lacking(text: str, charset: str) -> int:
    """How many characters of a text a base of this charset cannot keep."""
    if charset not in _WINDOWS:
        return 0
    return sum(character not in _DECODE for character in text)


def printable(text: str) -> str:
    """Without NUL, which PostgreSQL refuses, and the controls that a form or a bad byte left."""
    return text if text.isprintable() else text.translate(_UNPRINTABLE)
