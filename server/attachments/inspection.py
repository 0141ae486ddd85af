"""What a file really is: told by its content, never by its name or by what the browser says."""

from __future__ import annotations

from offline_sync.problems import SyncProblem
from server.attachments.rules import PDF
from server.problems import Problem
from server.sync.images import HEAD_BYTES, ImagePolicy, sniff

_POLICY = ImagePolicy()
_PDF_HEAD, _PDF_END, _END_WITHIN = b"%PDF-", b"%%EOF", 2048


def inspect(name: str, content: bytes) -> str:
    """The content type. Raises `attachment_refused`, `attachment_unreadable`. Decodes no pixel."""
    head = content[:HEAD_BYTES]
    if head.startswith(_PDF_HEAD):
        if _PDF_END not in content[-_END_WITHIN:]:
            raise Problem("attachment_unreadable", file=name)
        return PDF
    content_type = sniff(head)
    if not _POLICY.accepts(content_type):
        raise Problem("attachment_refused", file=name)
    try:
        _POLICY.verify(content, content_type)
    except SyncProblem as problem:
        raise Problem("attachment_unreadable", file=name) from problem
    return content_type
