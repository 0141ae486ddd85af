"""What the running bridge writes down: for the service manager, and in a file that never grows for ever."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

LOG = "ponte.log"
LARGEST, KEPT = 2_000_000, 5


def begin(folder: Path) -> None:
    file = RotatingFileHandler(folder / LOG, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8", delay=True)
    logging.basicConfig(
        level=logging.WARNING,
        format="%(asctime)s %(message)s",
        handlers=[file, logging.StreamHandler()],
    )
