"""One bridge on one machine: a file that the operating system keeps locked while the process lives."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

LOCK = "bridge.lock"  # in the bridge's folder


class AlreadyRunning(Exception):
    """Another process of this machine has the lock."""


@contextlib.contextmanager
def only_one(path: Path, text: str = "A ponte já está em execução") -> Iterator[None]:
    """Freed by the system when the process dies, however it dies. The file stays: deleting it is a race."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _lock(handle)
        except OSError:
            raise AlreadyRunning(f"{text} ({path}).") from None
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
