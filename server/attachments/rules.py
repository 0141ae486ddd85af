"""What may be attached: how large, how many, of which kinds; pure."""

from __future__ import annotations

import re

from server.attachments import problems as _problems  # noqa: F401  registers the codes raised here
from server.problems import Problem

MAX_BYTES = 10 * 1024 * 1024
MAX_FILES = 6
# Somebody fills one form at a time; more than this waits for no order.
MAX_LOOSE = 3 * MAX_FILES
ACCEPTED = "image/jpeg,image/png,image/webp,application/pdf"
PDF = "application/pdf"
_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", PDF: ".pdf"}


def check_size(name: str, size: int) -> None:
    """Raises `attachment_too_large`, `attachment_empty`."""
    if size == 0:
        raise Problem("attachment_empty", file=name)
    if size > MAX_BYTES:
        raise Problem("attachment_too_large", file=name, most=MAX_BYTES // 1024 // 1024)


def check_count(count: int) -> None:
    """Raises `too_many_attachments`."""
    if count > MAX_FILES:
        raise Problem("too_many_attachments", most=MAX_FILES)


def tidy_name(name: str, content_type: str) -> str:
    """A file's name without path or control characters, ending as its content is: `foto.exe` is none."""
    last = re.split(r"[\\/]", name)[-1]
    plain = re.sub(r'[\x00-\x1f\x7f"<>|:*?\u202a-\u202e\u2066-\u2069]', "", last).strip(" .")
    stem = re.sub(r"\.\w{1,5}$", "", plain)[:100] or "anexo"
    return stem + _SUFFIXES[content_type]
