"""Many rows or keys in one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

ROWS_A_STATEMENT = 500  # × 14 columns stays below the 32,766 arguments of SQLite and 32,767 of PostgreSQL


def marks(values: Sequence[Any], first: int = 1) -> str:
    """`$1, $2`, for `in (…)`; of none, what is in no column."""
    return ", ".join(f"${number}" for number in range(first, first + len(values))) or "null"


def statements(rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, list[Any]]]:
    """`($1, $2), ($3, $4)` and the arguments, in pieces that both databases take."""
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        piece = rows[start : start + ROWS_A_STATEMENT]
        width = len(piece[0])
        groups = (
            "(" + ", ".join(f"${row * width + column + 1}" for column in range(width)) + ")"
            for row in range(len(piece))
        )
        yield ", ".join(groups), [value for row in piece for value in row]
