"""The figures, as a table for a person and as JSON for a comparison."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.operations import Operation, Sample


@dataclass(frozen=True, slots=True)
class Line:
    """Medians over the rounds. `ratio` is server CPU to the floor's; None where there is no floor."""

    name: str
    target: float
    cpu_ms: float
    floor_ms: float | None
    p50: float
    p95: float
    up: float
    down: float
    idle_p95: float | None

    @classmethod
    def of(cls, operation: Operation, ours: Sequence[Sample], theirs: Sequence[Sample]) -> Line:
        latencies = [one for sample in ours for one in sample.latencies]
        idle = [one for sample in ours for one in sample.idle_pulls]
        return cls(
            operation.name,
            operation.target,
            statistics.median(sample.cpu_ms for sample in ours),
            statistics.median(sample.cpu_ms for sample in theirs) if theirs else None,
            percentile(latencies, 50),
            percentile(latencies, 95),
            statistics.median(sample.up for sample in ours),
            statistics.median(sample.down for sample in ours),
            percentile(idle, 95) if idle else None,
        )

    @property
    def ratio(self) -> float | None:
        return self.cpu_ms / self.floor_ms if self.floor_ms else None

    @property
    def is_met(self) -> bool:
        """Against the floor by CPU, or by the median latency where there is no floor."""
        return (self.p50 if self.ratio is None else self.ratio) <= self.target


@dataclass(frozen=True, slots=True)
class Run:
    database: str
    scale: str
    processes: int
    lines: list[Line]
    peak_mib: float
    floor_peak_mib: float

    def as_json(self) -> dict[str, Any]:
        fields = ("name", "target", "cpu_ms", "floor_ms", "ratio", "p50", "p95", "up", "down", "idle_p95")
        lines = [{name: getattr(line, name) for name in fields} for line in self.lines]
        own = {name: getattr(self, name) for name in ("database", "scale", "processes", "peak_mib")}
        return {**own, "lines": lines}


def show(run: Run, console: Console) -> None:
    table = Table(
        title=f"{run.database}, {run.scale}, {run.processes} process(es);"
        f" peak memory {run.peak_mib:.0f} MiB, floor {run.floor_peak_mib:.0f} MiB",
        title_justify="left",
    )
    table.add_column("operation")
    for heading in ("CPU ms", "floor", "ratio", "target", "p50 ms", "p95 ms", "up B", "down B"):
        table.add_column(heading, justify="right")
    for line in run.lines:
        ratio = "" if line.ratio is None else f"{line.ratio:.1f}"
        table.add_row(
            line.name,
            f"{line.cpu_ms:.2f}",
            "" if line.floor_ms is None else f"{line.floor_ms:.2f}",
            ratio,
            f"≤ {line.target:g}" + (" ms" if line.ratio is None else "") + (" ✓" if line.is_met else " ✗"),
            f"{line.p50:.1f}",
            f"{line.p95:.1f}",
            f"{line.up:,.0f}",
            f"{line.down:,.0f}",
        )
        if line.idle_p95 is not None:
            table.add_row("  an idle pull during it", "", "", "", "≤ 1,000 ms", "", f"{line.idle_p95:.1f}")
    console.print(table)


def percentile(values: Sequence[float], share: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(len(ordered) * share / 100))]
