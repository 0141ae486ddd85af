"""When a bridge is late, and what of its state is worth a warning; pure, time is an argument."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.bridge.upkeep import Concern, Upkeep, concerns

LATE_AFTER = timedelta(minutes=5)
LARGE_BASE_BYTES = 1_000_000_000  # the manual of ILUX: from here on the base is to be looked after
MOST_ERRORS = 20


@dataclass(frozen=True, slots=True)
class Health:
    """`silent_since` is when the last complete cycle ended, None when there never was one."""

    is_late: bool
    silent_since: datetime | None
    is_base_large: bool
    has_errors: bool
    concerns: tuple[Concern, ...] = ()

    @property
    def is_well(self) -> bool:
        return not (self.is_late or self.is_base_large or self.has_errors or self.concerns)


def judge(
    *,
    last_cycle_at: datetime | None,
    known_since: datetime,
    base_bytes: int | None,
    errors: int,
    now: datetime,
    upkeep: Upkeep | None = None,
    timezone: str = "America/Sao_Paulo",
) -> Health:
    """`known_since` is when the account was made: a new bridge has its five minutes, too."""
    return Health(
        is_late=now - (last_cycle_at or known_since) >= LATE_AFTER,
        silent_since=last_cycle_at,
        is_base_large=base_bytes is not None and base_bytes >= LARGE_BASE_BYTES,
        has_errors=errors > 0,
        concerns=() if upkeep is None else concerns(upkeep, base_bytes, now, timezone),
    )
