"""How much of everything."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Counts for the main reseller; tracks for the newest visits only, for they are most of the bytes."""

    customers: int
    machines: int
    technicians: int
    orders: int
    days: int = 90
    track_days: int = 30

    def times(self, factor: int) -> Scale:
        """The same reseller, so many times as big; as many days."""
        return Scale(
            customers=self.customers * factor,
            machines=self.machines * factor,
            technicians=self.technicians * factor,
            orders=self.orders * factor,
            days=self.days,
            track_days=self.track_days,
        )


DEMO = Scale(customers=400, machines=1_500, technicians=12, orders=2_400)
BENCH = Scale(customers=2_000, machines=8_000, technicians=50, orders=20_000, track_days=7)
SCALES = {
    "small": Scale(customers=60, machines=150, technicians=12, orders=160),
    "demo": DEMO,
    "demo10": DEMO.times(10),
    "bench": BENCH,
    "bench10": BENCH.times(10),
}
