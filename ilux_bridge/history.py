"""The changes that a kept column went through, as the portal hears of them beside the row.

Only what people did: a change that the bridge wrote for the portal is in the portal's history already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ilux_bridge.mapping.bound import BoundTable
from ilux_bridge.mapping.convert import history_to_wire
from ilux_bridge.mapping.outcome import Refusal
from ilux_bridge.mapping.zone import format_instant, to_instant
from ilux_bridge.outbox.capture import Transition

Step = dict[str, Any]


def steps(bound: BoundTable, transitions: Iterable[Transition], zone: str) -> Iterator[Step]:
    """`zone` is where the base's clock is. `before` is None for a new row.

    A value that the mapping cannot say is left out, not refused: the row's own values are what counts.
    """
    for each in transitions:
        at = to_instant(each.at, zone) if each.at is not None else None
        after = history_to_wire(bound, each.column, each.new)
        if each.origin is not None or at is None or isinstance(after, Refusal) or not after:
            continue
        before = history_to_wire(bound, each.column, each.old) if each.old is not None else None
        yield {
            "n": each.seq,
            "at": format_instant(at),
            "before": {} if isinstance(before, Refusal) else before,
            "after": after,
        }
