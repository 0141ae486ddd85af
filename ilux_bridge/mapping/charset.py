"""The character sets of Firebird, and what of a text does not fit into one.

`NONE` and `ISO8859_1` bases were filled by Windows programs and hold WIN1252 bytes.
"""

from __future__ import annotations

import codecs
import unicodedata

_WINDOWS = "cp1252"
CHARSETS = {
    "NONE": _WINDOWS,
    "ISO8859_1": _WINDOWS,
    "WIN1252": _WINDOWS,
    "UTF8": "utf-8",
    "UNICODE_FSS": "utf-8",
    "ASCII": "ascii",
    "ISO8859_2": "iso8859_2",
    "ISO8859_15": "iso8859_15",
    "WIN1250": "cp1250",
    "WIN1251": "cp1251",
    "WIN1254": "cp1254",
    "DOS437": "cp437",
    "DOS850": "cp850",
    "DOS860": "cp860",
}
"""By Firebird's name, the codec that says which characters fit."""


def decode(raw: bytes, charset: str) -> str:
    """For bytes that reach us undecoded; a byte without meaning becomes U+FFFD."""
    return raw.decode(CHARSETS.get(charset, _WINDOWS), errors="replace")


def fitted(text: str, charset: str) -> tuple[str, int]:
    """The text with every character that the set lacks put as its bare letter or `?`, and how many were.

    >>> fitted("Łódź 🚚", "WIN1252")
    ('?ódz ?', 3)
    """
    codec = codecs.lookup(CHARSETS.get(charset, _WINDOWS))
    composed = unicodedata.normalize("NFC", text)
    if _fits(composed, codec):
        return composed, 0
    written, missing = "", 0
    for character in composed:
        if _fits(character, codec):
            written += character
            continue
        missing += 1
        plain = unicodedata.normalize("NFKD", character)[:1]
        written += plain if plain != character and _fits(plain, codec) else "?"
    return written, missing


def _fits(text: str, codec: codecs.CodecInfo) -> bool:
    try:
        codec.encode(text)
    except UnicodeEncodeError:
        return False
    return True
