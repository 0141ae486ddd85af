"""How often one address may ask for a public page; counted in this process, which is exact enough."""

from __future__ import annotations


class Pace:
    """So many tries within windows of so many seconds; of the window before nothing is kept."""

    def __init__(self, *, tries: int, seconds: float) -> None:
        self._tries = tries
        self._seconds = seconds
        self._window = 0
        self._counts: dict[str, int] = {}

    def allows(self, key: str, now: float) -> bool:
        window = int(now // self._seconds)
        if window != self._window:
            self._window, self._counts = window, {}
        self._counts[key] = self._counts.get(key, 0) + 1
        return self._counts[key] <= self._tries
