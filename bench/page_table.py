"""What was measured of the pages, as a table of the dearest and a line for the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MOST_QUERIES = 12
MOST_MS = 100
SHOWN = 25
PLAINEST = "/login"
DOCUMENT = Path("docs/performance.md")
_PLACE = re.compile(r"(<!-- pages -->\n).*?(<!-- /pages -->)", re.S)


@dataclass(frozen=True, slots=True)
class Measured:
    """A page for a profile. `ratio` is its CPU to that of `/login`; `bytes` are those on the wire."""

    page: str
    role: str
    queries: int
    p50: float
    p95: float
    cpu_ms: float
    ratio: float
    bytes: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def faults_of(found: Mapping[str, Sequence[Measured]]) -> list[str]:
    """By CPU: a busy machine would fail by the time."""
    return [
        f"{database}: {one.page} as {one.role}: {one.queries} queries, {one.cpu_ms:.0f} ms of CPU"
        for database, lines in found.items()
        for one in lines
        if one.queries > MOST_QUERIES or one.cpu_ms > MOST_MS
    ]


def show(found: Mapping[str, Sequence[Measured]]) -> str:
    """The dearest by CPU, of each page the profile that it costs the most."""
    worst: dict[str, dict[str, Measured]] = {}
    for database, lines in found.items():
        for one in sorted(lines, key=lambda line: line.cpu_ms):
            worst.setdefault(one.page, {})[database] = one
    pages = sorted(worst, key=lambda page: -max(one.cpu_ms for one in worst[page].values()))
    head = "| page, and for whom | queries | kB |" + "".join(
        f" {database}: CPU ms | × | p50 | p95 |" for database in found
    )
    rows = [head, re.sub(r"[^|]+", " --- ", head)]
    rows += [_row(page, worst[page], list(found)) for page in pages[:SHOWN]]
    rows += _rest([worst[page] for page in pages[SHOWN:]], list(found))
    total = sum(len(lines) for lines in found.values())
    plain = ", ".join(
        f"{name} {min(one.cpu_ms for one in lines if one.page == PLAINEST):.2f} ms"
        for name, lines in found.items()
    )
    return (
        "\n".join(rows) + f"\n\n{total} pages × profiles. CPU of `{PLAINEST}`, the plainest page: {plain}.\n"
    )


def write(found: Mapping[str, Sequence[Measured]]) -> None:
    text = DOCUMENT.read_text()
    DOCUMENT.write_text(_PLACE.sub(lambda place: place[1] + show(found) + place[2], text))


def _row(page: str, by_database: Mapping[str, Measured], names: Sequence[str]) -> str:
    one = max(by_database.values(), key=lambda line: line.cpu_ms)
    cells = "".join(
        f" {line.cpu_ms:.1f} | {line.ratio:.0f} | {line.p50:.0f} | {line.p95:.0f} |"
        if (line := by_database.get(name))
        else " | | | |"
        for name in names
    )
    queries = max(line.queries for line in by_database.values())
    return f"| `{page}`, {one.role} | {queries} | {one.bytes / 1000:.1f} |{cells}"


def _rest(pages: Sequence[Mapping[str, Measured]], names: Sequence[str]) -> list[str]:
    if not pages:
        return []
    every = [one for page in pages for one in page.values()]
    cells = "".join(_most([page[name] for page in pages if name in page]) for name in names)
    queries, size = max(one.queries for one in every), max(one.bytes for one in every)
    return [f"| the {len(pages)} others, at most | {queries} | {size / 1000:.1f} |{cells}"]


def _most(lines: Sequence[Measured]) -> str:
    if not lines:
        return " | | | |"
    most = [max(getattr(one, name) for one in lines) for name in ("cpu_ms", "ratio", "p50", "p95")]
    return f" {most[0]:.1f} | {most[1]:.0f} | {most[2]:.0f} | {most[3]:.0f} |"
