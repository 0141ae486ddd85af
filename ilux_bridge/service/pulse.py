"""The sign of life of one loop of the bridge."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Pulse:
    """`allowance_s` is how long the loop may be busy with one thing. One thread beats, another looks."""

    name: str
    allowance_s: float
    _at: float = field(default_factory=time.monotonic)

    def beat(self) -> None:
        self._at = time.monotonic()

    @property
    def is_overdue(self) -> bool:
        return time.monotonic() - self._at > self.allowance_s
