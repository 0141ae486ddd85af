"""The object store: a local folder by default, S3-compatible for scale."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from obstore.store import LocalStore, from_url

from server.settings import Settings


def object_store(settings: Settings) -> Any:
    """The store that `PWS_FILES_URL` names; the folder is made when it is missing."""
    return _open(settings.object_store_url)


@lru_cache
def _open(url: str) -> Any:
    parts = urlsplit(url)
    if parts.scheme == "file":
        folder = Path(unquote(parts.path))
        folder.mkdir(parents=True, exist_ok=True)
        return LocalStore(folder)
    return from_url(url)
