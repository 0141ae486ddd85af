"""Where a page of a list ended, as an opaque text in the next page's address: the keys of its last row."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any

import msgspec

from server.problems import Problem


def write_cursor(*values: Any) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(values)).decode().rstrip("=")


def read_cursor(text: str, *types: Any) -> tuple[Any, ...]:
    """The values, each of its type. Raises `invalid` for what `write_cursor` cannot have written."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        values: tuple[Any, ...] = msgspec.json.decode(raw, type=tuple[types])  # type: ignore[valid-type]
    except (binascii.Error, ValueError) as error:
        raise Problem("invalid") from error
    if not all(_is_ours(value) for value in values):
        raise Problem("invalid")
    return values


def _is_ours(value: Any) -> bool:
    """Neither a time of no zone nor a text that PostgreSQL cannot hold."""
    if isinstance(value, datetime):
        return value.tzinfo is not None
    return not (isinstance(value, str) and "\x00" in value)
