"""Tells the service manager that the bridge lives while every one of its loops does, and ends it otherwise.

A loop that hangs cannot be stopped from within; a process can, and whoever started it starts it again.
Everything that the bridge has begun is made to survive that.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Sequence

from ilux_bridge.service.notify import ALIVE, notify
from ilux_bridge.service.pulse import Pulse

LOOK_S = 20.0  # the unit's WatchdogSec is a minute
STUCK = 1

log = logging.getLogger(__name__)


def _end() -> None:
    logging.shutdown()
    os._exit(STUCK)


class Watchdog:
    """`start` it beside the loops; `stop` it when they have ended."""

    def __init__(
        self, pulses: Sequence[Pulse], *, look_s: float = LOOK_S, end: Callable[[], None] = _end
    ) -> None:
        self._pulses = pulses
        self._look_s = look_s
        self._end = end
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self._look_s):
            stuck = [pulse.name for pulse in self._pulses if pulse.is_overdue]
            if stuck:
                log.critical("parou de responder (%s): a ponte termina, para ser iniciada de novo", *stuck)
                self._end()
                return
            notify(ALIVE)
