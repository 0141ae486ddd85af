"""What a device's clock says, and what it probably was.

Device time is kept as given and never corrected. Beside it stands the offset measured at the push
(server minus device), and an estimate: within one start of the app the monotonic clock tells how long ago
something happened whatever was done to the wall clock; across starts only the offset helps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DeviceClock:
    """The device's clocks as it sent a push, and when the server received it."""

    received_at: datetime
    sent_at: datetime | None
    mono: float | None
    boot: UUID | None

    @property
    def offset_ms(self) -> int | None:
        """Server minus device; the time on the wire is in it."""
        if self.sent_at is None:
            return None
        return round((self.received_at - self.sent_at).total_seconds() * 1000)

    def estimate(self, occurred_at: datetime, mono: float | None, boot: UUID | None) -> datetime:
        """When something really happened; never later than its receipt."""
        try:
            if boot is not None and boot == self.boot and mono is not None and self.mono is not None:
                return self.received_at - timedelta(milliseconds=max(self.mono - mono, 0))
            return min(occurred_at + timedelta(milliseconds=self.offset_ms or 0), self.received_at)
        except OverflowError:  # a clock set to the edge of the calendar
            return self.received_at
