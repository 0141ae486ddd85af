"""Objects that are still there after a power cut: a phone forgets its copy when it has our receipt."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import obstore
from obstore.store import LocalStore, ObjectStore


async def put(store: ObjectStore, path: str, content: bytes | Path) -> None:
    """Write an object; a local folder only promises that much after fsync of file and folder."""
    await obstore.put_async(store, path, content)
    if isinstance(store, LocalStore) and store.prefix is not None:
        await asyncio.to_thread(_flush, Path(store.prefix) / path)


def _flush(path: Path) -> None:
    for entry in (path, path.parent):
        descriptor = os.open(entry, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
